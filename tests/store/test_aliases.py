from pathlib import Path

from sfumato.store import Store


def test_seeding_binds_new_names_and_moves_none(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert store.aliases.read() == {}
        store.aliases.seed({"gpt-image-2": "one"})
        store.aliases.bind("gpt-image-2", "two")
        store.aliases.seed({"gpt-image-2": "one", "chatgpt-image-latest": "one"})
        assert store.aliases.read() == {"gpt-image-2": "two", "chatgpt-image-latest": "one"}


def test_a_change_made_elsewhere_is_seen_at_once(tmp_path: Path) -> None:
    with Store.open(tmp_path) as server, Store.open(tmp_path) as cli:
        server.aliases.seed({"latest": "one"})
        assert server.aliases.read()["latest"] == "one"
        cli.aliases.bind("latest", "two")
        assert server.aliases.read()["latest"] == "two"
