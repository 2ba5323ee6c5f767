import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sfumato.errors import NotFound
from sfumato.store import Store
from sfumato.store.responses import UNKEPT, StoredResponse

INPUT = [{"id": "msg_in", "type": "message"}]
OUTPUT = [{"id": "ig_out", "type": "image_generation_call"}]


def response(name: str = "resp_1", caller: str = "ada", **more: Any) -> StoredResponse:
    fields: dict[str, Any] = {
        "id": name,
        "caller": caller,
        "created_at": 1,
        "status": "in_progress",
        "previous": None,
        "conversation": None,
        "request": {"model": "gpt-5"},
        "input": INPUT,
        "body": {"output": []},
        "events": [],
    }
    return StoredResponse(**{**fields, **more})


def finish(
    store: Store, kept: StoredResponse, output: Sequence[Mapping[str, Any]] = OUTPUT
) -> StoredResponse:
    ended = replace(kept, status="completed", body={"output": list(output)}, plan={"calls": []})
    store.responses.finish(ended, output)
    return ended


def test_a_response_is_kept_over_a_restart_and_its_items_are_found(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.responses.add(response())
        ended = finish(store, response())
    with Store.open(tmp_path) as store:
        assert store.responses.get("ada", "resp_1") == ended
        assert store.items.find("ada", "msg_in") == INPUT[0]
        assert store.items.find("ada", "ig_out") == OUTPUT[0]


@pytest.mark.parametrize("background", [True, False])
def test_the_end_of_one_in_the_background_is_announced_with_it(
    tmp_path: Path, background: bool
) -> None:
    with Store.open(tmp_path) as store:
        store.webhooks.create("ada", "https://ada.example/hook")
        new = response(body={"output": [], "background": background})
        store.responses.add(new)
        store.responses.finish(replace(new, status="completed"), OUTPUT)
        due = store.webhooks.due(2**40, 10)
        kinds = [json.loads(one.payload)["type"] for one in due]
        assert kinds == ["response.completed"] * background


def test_its_turn_joins_the_conversation_as_a_whole_when_it_is_over(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        home = store.conversations.add("ada", {}).id
        new = response(conversation=home)
        store.responses.add(new)
        assert store.items.page("ada", home) == ()
        finish(store, new)
        assert list(store.items.page("ada", home)) == [*INPUT, *OUTPUT]


def test_a_turn_that_failed_or_lost_its_conversation_joins_none(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        home = store.conversations.add("ada", {}).id
        failed = response("resp_1", conversation=home)
        store.responses.add(failed)
        store.responses.finish(replace(failed, status="failed"), OUTPUT)
        assert store.items.page("ada", home) == ()
        late = response("resp_2", conversation=home)
        store.responses.add(late)
        store.conversations.remove("ada", home)
        finish(store, late)
        assert store.items.page("ada", home) == ()


def test_a_response_is_nothing_to_any_other_caller(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.responses.add(response())
        for ask in (store.responses.get, store.responses.remove):
            with pytest.raises(NotFound):
                ask("charles", "resp_1")
        with pytest.raises(NotFound):
            store.items.find("charles", "msg_in")
        assert store.responses.get("ada", "resp_1").id == "resp_1"


def test_one_that_is_not_kept_is_nobodys_but_the_sweep_finds_it(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.responses.add(response(status=UNKEPT, input=()))
        with pytest.raises(NotFound):
            store.responses.get("ada", "resp_1")
        assert [row.id for row in store.responses.unfinished()] == ["resp_1"]
        store.responses.forget("ada", "resp_1")
        assert store.responses.unfinished() == ()


def test_one_that_was_removed_while_it_ran_does_not_come_back(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.responses.add(response())
        store.responses.remove("ada", "resp_1")
        finish(store, response())
        with pytest.raises(NotFound):
            store.responses.get("ada", "resp_1")
        with pytest.raises(NotFound):
            store.items.find("ada", "ig_out")


def test_the_unfinished_come_oldest_first_with_their_plans(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        for name in ("resp_2", "resp_1", "resp_3"):
            store.responses.add(response(name, status="queued"))
        store.responses.save("resp_1", status="in_progress", plan={"calls": [1]})
        finish(store, response("resp_3"))
        rows = store.responses.unfinished()
        assert [(row.id, row.plan) for row in rows] == [
            ("resp_2", None),
            ("resp_1", {"calls": [1]}),
        ]
