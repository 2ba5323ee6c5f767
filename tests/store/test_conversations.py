from pathlib import Path

import pytest

from sfumato.errors import NotFound
from sfumato.store import Store

ITEMS = [{"id": f"msg_{number}", "type": "message"} for number in range(5)]


def test_a_conversation_is_kept_over_a_restart_with_its_items(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        made = store.conversations.add("ada", {"a": "b"}, ITEMS)
    with Store.open(tmp_path) as store:
        assert store.conversations.get("ada", made.id) == made
        assert list(store.items.page("ada", made.id)) == ITEMS


def test_items_come_page_by_page_in_both_orders(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        home = store.conversations.add("ada", {}, ITEMS).id
        page = store.items.page
        assert list(page("ada", home, limit=2, after="msg_1")) == ITEMS[2:4]
        assert list(page("ada", home, limit=2, order="desc", after="msg_3")) == ITEMS[2:0:-1]
        with pytest.raises(NotFound):
            page("ada", home, after="msg_9")


def test_an_item_stands_in_a_conversation_once(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        home = store.conversations.add("ada", {}, ITEMS[:2]).id
        store.items.add("ada", home, ITEMS)
        assert list(store.items.page("ada", home)) == ITEMS


def test_nothing_is_anybody_elses(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        home = store.conversations.add("ada", {}, ITEMS).id
        assert store.items.page("charles", home) == ()
        for ask in (
            lambda: store.conversations.get("charles", home),
            lambda: store.conversations.describe("charles", home, {}),
            lambda: store.conversations.remove("charles", home),
            lambda: store.items.get("charles", home, "msg_0"),
            lambda: store.items.find("charles", "msg_0"),
            lambda: store.items.remove("charles", home, "msg_0"),
        ):
            with pytest.raises(NotFound):
                ask()
        assert store.items.get("ada", home, "msg_0") == ITEMS[0]


def test_what_is_removed_is_gone_with_its_items(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        home = store.conversations.add("ada", {}, ITEMS).id
        store.items.remove("ada", home, "msg_2")
        assert [item["id"] for item in store.items.page("ada", home)] == [
            "msg_0", "msg_1", "msg_3", "msg_4",
        ]  # fmt: skip
        store.conversations.remove("ada", home)
        with pytest.raises(NotFound):
            store.items.find("ada", "msg_0")
