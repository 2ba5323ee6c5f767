"""The plan in words, from the recipe of a native picture."""

from typing import Any

import pytest

from sfumato.cli.explain import lines
from sfumato.native.scene import Backdrop, Lettering, Scene, Thing

SCENE = Scene(
    backdrop=Backdrop(kind="forest", colours=("#112233", "#445566"), night=True, weather="stars"),
    things=(
        Thing(concept="fox", asset="fluent-emoji-flat/fox", colour="red", x=0.2, y=0.8, size=0.5),
        Thing(concept="blorb", x=0.9, y=0.1),
    ),
    lettering=(Lettering(text="Ada", holder="sign"),),
)


def _recipe(**changes: Any) -> dict[str, Any]:
    return {
        "scene": SCENE.to_json(),
        "settings": {},
        "matched": ["red fox", "forest"],
        "unmatched": ["blorb"],
        "assets": [
            {
                "id": "fluent-emoji-flat/fox",
                "title": "fox",
                "source": "Fluent Emoji",
                "licence": "MIT",
            }
        ],
        "steps": 8,
        "t0": 0.6,
        **changes,
    }


def test_everything_that_was_planned_is_told() -> None:
    assert lines(_recipe()) == [
        "  style      flat",
        "  backdrop   forest, at night, stars, #112233 #445566",
        "  things     red fox, bottom left (x 0.20, y 0.80, size 0.50), from memory:"
        " fluent-emoji-flat/fox",
        "             blorb, top right (x 0.90, y 0.10, size 0.60), not in memory, left to the"
        " denoiser",
        "  words      “Ada”, sign",
        "  matched    red fox, forest",
        "  unmatched  blorb",
        "  assets     fox, Fluent Emoji, MIT (fluent-emoji-flat/fox)",
        "  painting   8 steps from t0 = 0.6",
    ]


def test_relations_are_told_by_engines_that_understand_them() -> None:
    told = lines(_recipe(settings={"relations": [["cat", "left of", "car"]]}))
    assert "  relations  cat left of car" in told


def test_what_a_negative_prompt_took_out_is_told() -> None:
    settings = {"avoided": ["tree", "night"], "avoid_unread": ["blorb"]}
    told = lines(_recipe(negative_prompt="trees, night, blorb", settings=settings))
    assert "  avoided    tree, night" in told
    assert "  not read   blorb (in the negative prompt)" in told


def test_a_negative_prompt_that_took_nothing_out_says_so() -> None:
    told = lines(_recipe(negative_prompt="trees", settings={"avoided": [], "avoid_unread": []}))
    assert "  avoided    none" in told
    assert not any("not read" in line for line in told)


@pytest.mark.parametrize("title", ["things", "words", "assets"])
def test_an_empty_part_says_none(title: str) -> None:
    told = lines(_recipe(scene=Scene(transparent=True).to_json(), assets=[]))
    assert f"  {title:<10} none" in told
    assert "  backdrop   none (transparent)" in told
