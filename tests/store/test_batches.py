from pathlib import Path

import pytest

from sfumato.errors import NotFound
from sfumato.store import Store
from sfumato.store.batch_lines import COMPLETED, FAILED
from sfumato.store.batches import StoredBatch
from tests.store.test_files import add as add_file

ENDPOINT = "/v1/images/generations"


def add(store: Store, caller: str = "ada") -> StoredBatch:
    file = add_file(store, caller, purpose="batch")
    facts = {"completion_window": "24h", "metadata": {"a": "ü🦊"}}
    return store.batches.add(caller, endpoint=ENDPOINT, input_file=file.id, facts=facts)


def test_a_batch_is_kept_with_its_facts_over_a_restart(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        added = add(store)
    with Store.open(tmp_path) as store:
        assert store.batches.get("ada", added.id) == added
        assert store.batches.running() == (added,)
    assert added.id.startswith("batch_")
    assert added.status == "validating"


def test_a_batch_needs_a_file_of_its_caller(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        his = add_file(store, "charles")
        for file_id in (his.id, "file-none"):
            with pytest.raises(NotFound):
                store.batches.add("ada", endpoint=ENDPOINT, input_file=file_id, facts={})
        assert store.batches.running() == ()


def test_batches_are_listed_newest_first_and_only_to_their_caller(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        ids = [add(store).id for _ in range(3)][::-1]
        his = add(store, "charles")
        assert [one.id for one in store.batches.list("ada", limit=2)] == ids[:2]
        assert [one.id for one in store.batches.list("ada", limit=9, after=ids[1])] == ids[2:]
        for after in (his.id, "batch_none"):
            with pytest.raises(NotFound):
                store.batches.list("ada", limit=9, after=after)
        with pytest.raises(NotFound, match=his.id):
            store.batches.get("ada", his.id)


def test_a_status_moves_only_from_one_that_allows_it(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        batch = add(store)
        moved = store.batches.move(batch.id, of=("validating",), to="in_progress", facts={"b": 1})
        assert (moved.status, moved.facts) == ("in_progress", {**batch.facts, "b": 1})
        same = store.batches.move(batch.id, of=("validating",), to="failed", facts={"b": 2})
        assert same == moved == store.batches.get("ada", batch.id)


def test_lines_are_kept_until_the_batch_is_over(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        batch, other = add(store), add(store)
        lines = store.batch_lines
        lines.replace(batch.id, [(9, "dropped")])
        lines.replace(batch.id, [(1, "a"), (2, "b"), (4, "ü🦊")])
        lines.replace(other.id, [(1, "a")])
        lines.begin(batch.id, 1, {"seed": 7})
        lines.settle(batch.id, 2, COMPLETED, {"pictures": ["img_1"]})
        lines.settle(batch.id, 4, FAILED, {"status_code": 400})
        assert lines.counts([batch.id, other.id, "batch_none"]) == {
            batch.id: {"begun": 1, "completed": 1, "failed": 1},
            other.id: {"waiting": 1},
            "batch_none": {},
        }
        left = lines.open(batch.id)
        assert left.keys() == {1}
        assert left[1].job == {"seed": 7}
        settled = list(lines.of(batch.id, (COMPLETED, FAILED)))
        assert [(one.line, one.custom_id) for one in settled] == [(2, "b"), (4, "ü🦊")]
        assert settled[0].result == {"pictures": ["img_1"]}
        store.batches.move(batch.id, of=("validating",), to="completed", facts={})
        assert lines.counts([batch.id])[batch.id] == {}
        assert store.batches.running() == (other,)


def test_lines_are_read_page_by_page_in_order(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        batch = add(store)
        store.batch_lines.replace(batch.id, ((i, f"line-{i}") for i in range(1, 2502)))
        found = [one.line for one in store.batch_lines.of(batch.id, ("waiting",))]
        assert found == list(range(1, 2502))


def test_the_end_of_a_batch_is_announced_in_the_same_breath(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.webhooks.create("ada", "https://ada.example/hook")
        batch = add(store)
        store.batches.move(batch.id, of=("validating",), to="in_progress", facts={})
        assert store.webhooks.next_due() is None
        store.batches.move(batch.id, of=("in_progress",), to="completed", facts={})
        [delivery] = store.webhooks.due(2**40, 9)
        assert '"type":"batch.completed"' in delivery.payload
        assert batch.id in delivery.payload
