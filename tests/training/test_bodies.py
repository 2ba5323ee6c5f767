import re

import pytest

from sfumato.native.raster import outline
from sfumato.native.svg import sanitise
from sfumato.training.assets import SourceAsset
from sfumato.training.bodies import _read, with_bodies

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<circle cx="16" cy="16" r="14"/></svg>'
)


def asset(name: str, emoji: str | None = "x") -> SourceAsset:
    return SourceAsset(
        id=f"fluent-emoji-flat/{name}",
        title=name.replace("-", " "),
        keywords=("short name",),
        emoji=emoji,
        category="Animals & Nature",
        style="flat",
        source="fluent-emoji-flat",
        licence="MIT",
        svg=HEAD,
    )


def test_a_whole_figure_takes_name_and_emoji_of_its_head() -> None:
    whole, head = with_bodies([asset("fox", "🦊")])
    assert (whole.id, whole.title, whole.emoji) == ("fluent-emoji-flat/fox-whole", "fox", "🦊")
    assert (head.id, head.title, head.emoji) == ("fluent-emoji-flat/fox", "fox face", None)
    assert head.svg == HEAD
    assert whole.licence == head.licence == "MIT"


def test_what_has_no_body_stays_as_it_is() -> None:
    assert with_bodies([asset("teapot")]) == [asset("teapot")]


def test_a_unicorn_needs_a_horse() -> None:
    assert with_bodies([asset("unicorn")]) == [asset("unicorn")]
    found = with_bodies([asset("horse"), asset("unicorn")])
    assert [a.title for a in found] == ["horse", "unicorn", "unicorn face"]


@pytest.mark.parametrize("title", list(_read()["figures"]))
def test_every_figure_is_a_clean_drawing_taller_than_its_head(title: str) -> None:
    entry = _read()["figures"][title]
    heads = {entry["head"], entry.get("of", entry["head"])}
    assets = [asset(head.split("/")[1]) for head in sorted(heads)]
    whole = next(a for a in with_bodies(assets) if a.title == title)
    assert not re.search(r"\{\w+\}", whole.svg)
    ink = outline(sanitise(whole.svg))
    assert ink.height > 28
