import logging
from pathlib import Path

import pytest

from sfumato.errors import ModelNotFound, SnapshotDamaged
from sfumato.registry.catalogue import read_catalogue
from sfumato.registry.resolve import Registry, find_snapshots, resolve
from tests.api.home import fake_snapshot, write_snapshot

OLD, NEW = "gpt-image-2-2026-01-01", "gpt-image-2-2026-06-30"


def registry(**bindings: str) -> Registry:
    rows = {"gpt-image-2": OLD, "chatgpt-image-latest": NEW}
    return Registry(
        catalogue=read_catalogue(),
        snapshots={name: fake_snapshot(name) for name in (OLD, NEW)},
        bindings=rows | {name.replace("_", "-"): target for name, target in bindings.items()},
    )


@pytest.mark.parametrize(
    ("name", "snapshot", "rule"),
    [
        (None, NEW, "No model was named"),
        (OLD, OLD, "exactly that one"),
        (NEW, NEW, "exactly that one"),
        ("gpt-image-2", OLD, "default snapshot"),
        ("chatgpt-image-latest", NEW, "moving alias"),
    ],
)
def test_each_kind_of_name_answers_by_its_rule(name: str | None, snapshot: str, rule: str) -> None:
    resolved = resolve(name, registry())
    assert resolved.snapshot.id == snapshot
    assert resolved.requested == name
    assert rule in resolved.rule


def test_the_rule_that_decided_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    resolved = resolve("gpt-image-2", registry())
    assert caplog.messages == [resolved.rule]


def test_moving_a_row_moves_the_name_and_no_other() -> None:
    moved = registry(chatgpt_image_latest=OLD)
    assert resolve("chatgpt-image-latest", moved).snapshot.id == OLD
    assert resolve(NEW, moved).snapshot.id == NEW


def test_a_name_without_a_row_points_where_the_catalogue_says() -> None:
    catalogue = read_catalogue()
    target = catalogue.bindings["gpt-image-2"]
    snapshots = {target: fake_snapshot(target)}
    found = Registry(catalogue=catalogue, snapshots=snapshots, bindings={})
    assert resolve("gpt-image-2", found).snapshot.id == target


def test_the_family_is_refused_with_its_versions_and_aliases() -> None:
    with pytest.raises(ModelNotFound) as refused:
        resolve("gpt-image", registry())
    assert refused.value.param == "model"
    for name in ("family", "gpt-image-2", "chatgpt-image-latest", OLD, NEW):
        assert name in refused.value.message


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("gpt-image2", "gpt-image-2"),
        ("GPT-IMAGE-2", "gpt-image-2"),
        ("chatgpt-image-lastest", "chatgpt-image-latest"),
        ("gpt-image-2-2026-01-02", OLD),
    ],
)
def test_a_misspelt_name_is_refused_with_the_closest_first(misspelt: str, meant: str) -> None:
    with pytest.raises(ModelNotFound) as refused:
        resolve(misspelt, registry())
    message = refused.value.message
    assert f"Did you mean '{meant}'?" in message
    listed = message.partition("Names that answer: ")[2].rstrip(".").split(", ")
    assert listed[0] == meant
    assert set(listed) == {"gpt-image-2", "chatgpt-image-latest", OLD, NEW}


@pytest.mark.parametrize("name", ["", "nothing like it", "x" * 5000])
def test_a_name_like_no_other_is_refused_with_all_names(name: str) -> None:
    with pytest.raises(ModelNotFound, match="Names that answer: gpt-image-2") as refused:
        resolve(name, registry())
    assert "Did you mean" not in refused.value.message
    assert len(refused.value.message) < 400


@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ("ChatGPT Images 2.0", "chatgpt-image-latest"),
        ("ImageGen 2.0", "chatgpt-image-latest"),
        ("GPT Image 2.0", "gpt-image-2"),
    ],
)
def test_a_label_is_not_an_id_and_says_which_id_it_means(label: str, meant: str) -> None:
    with pytest.raises(ModelNotFound, match=meant):
        resolve(label, registry())


@pytest.mark.parametrize("name", [row.id for row in read_catalogue().unserved])
def test_a_known_id_that_is_not_served_says_why(name: str) -> None:
    row = next(u for u in read_catalogue().unserved if u.id == name)
    with pytest.raises(ModelNotFound) as refused:
        resolve(name, registry())
    assert row.because in refused.value.message
    ours_or_legacy = name.startswith(("dall-e", "gpt-image-2-2026-11-"))
    assert (row.line is None) == ours_or_legacy
    assert row.line is None or row.line in refused.value.message


def test_a_name_that_points_at_nothing_is_an_error_of_the_server() -> None:
    with pytest.raises(SnapshotDamaged, match="'gone-1', which is not installed"):
        resolve("gpt-image-2", registry(gpt_image_2="gone-1"))


def test_snapshots_are_found_in_every_folder(tmp_path: Path) -> None:
    write_snapshot(tmp_path / "package", fake_snapshot(OLD))
    write_snapshot(tmp_path / "home", fake_snapshot(NEW))
    folders = (tmp_path / "package", tmp_path / "home", tmp_path / "missing")
    found = find_snapshots(folders)
    assert set(found) == {OLD, NEW}
    assert found[NEW].folder == tmp_path / "home"


def test_a_damaged_manifest_is_logged_and_does_not_hide_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_snapshot(tmp_path, fake_snapshot(OLD))
    (tmp_path / "broken.json").write_text("{", "utf-8")
    (tmp_path / f"{NEW}.json").write_text((tmp_path / f"{OLD}.json").read_text("utf-8"), "utf-8")
    assert set(find_snapshots([tmp_path])) == {OLD}
    assert any("broken.json cannot be read" in message for message in caplog.messages)
    assert any(f"{NEW}.json says that it is {OLD}" in message for message in caplog.messages)


def test_the_first_of_two_different_snapshots_with_one_id_serves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_snapshot(tmp_path / "package", fake_snapshot(OLD))
    write_snapshot(tmp_path / "home", fake_snapshot(OLD, pipeline_revision="fake-2"))
    found = find_snapshots([tmp_path / "package", tmp_path / "home"])
    assert found[OLD].pipeline_revision == "fake-1"
    assert any("is there twice and differs" in message for message in caplog.messages)
