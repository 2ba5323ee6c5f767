import hashlib
import json
from pathlib import Path
from typing import Any

from sfumato.api.batch.results import write_results
from sfumato.core import EncodedImage, ImageParams
from sfumato.store import Store
from sfumato.store.batch_lines import COMPLETED, FAILED
from sfumato.store.batches import StoredBatch
from tests.store.test_batches import add

USAGE = {"input_tokens": 3, "output_tokens": 100, "total_tokens": 103}


def settled(store: Store) -> StoredBatch:
    """A batch with a finished, a refused and an untouched line."""
    batch = add(store)
    image = EncodedImage(
        data=b"\x89PNG",
        media_type="image/png",
        output_format="png",
        width=64,
        height=48,
        seed=7,
        sha256="ab" * 32,
        recipe={},
    )
    params = ImageParams(prompt="a pear")
    kept = store.pictures.add(image, params=params, snapshot_id="fake-1", caller="ada")
    lines = store.batch_lines
    lines.replace(batch.id, [(1, "made"), (2, "refused"), (3, "waiting")])
    made = {"status_code": 200, "body": {"created": 1, "usage": USAGE}, "pictures": [kept.id]}
    lines.settle(batch.id, 1, COMPLETED, {**made, "sfumato": {"seeds": [7]}})
    told = {"error": {"code": "invalid_value", "message": "No.", "param": "n", "type": "t"}}
    lines.settle(batch.id, 2, FAILED, {"status_code": 400, "body": told})
    return batch


def rows(store: Store, file_id: str) -> list[dict[str, Any]]:
    text = store.files.path("ada", file_id).read_text("utf-8")
    return [json.loads(row) for row in text.splitlines()]


def test_writing_the_files_again_after_a_kill_adds_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        batch = settled(store)
        first = write_results(batch, "expired", store, strict=False)
        second = write_results(batch, "expired", store, strict=False)
        assert first == second
        kept = {first["output_file_id"], first["error_file_id"]}
        assert {file.id for file in store.files.list("ada", limit=9)} == {batch.input_file, *kept}
        assert list((tmp_path / "spool").iterdir()) == []


def test_each_line_stands_in_one_file_and_is_counted(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        facts = write_results(settled(store), "cancelled", store, strict=False)
        assert facts["request_counts"] == {"total": 3, "completed": 1, "failed": 1}
        assert facts["usage"]["total_tokens"] == 103
        [made] = rows(store, facts["output_file_id"])
        assert made["response"]["body"]["data"] == [{"b64_json": "iVBORw=="}]
        assert made["response"]["body"]["sfumato"] == {"seeds": [7]}
        refused, waiting = rows(store, facts["error_file_id"])
        assert refused["response"]["body"]["error"]["param"] == "n"
        assert (waiting["response"], waiting["error"]["code"]) == (None, "batch_cancelled")
        file = store.files.get("ada", facts["output_file_id"])
        data = store.files.path("ada", file.id).read_bytes()
        assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_picture_that_was_removed_meanwhile_is_told_and_not_made_up(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        batch = settled(store)
        [picture] = store.pictures.list("ada")
        store.objects.discard(picture.object_key)
        facts = write_results(batch, "expired", store, strict=False)
        assert "output_file_id" not in facts
        assert facts["request_counts"] == {"total": 3, "completed": 0, "failed": 2}
        assert [row["error"]["code"] for row in rows(store, facts["error_file_id"])] == [
            "picture_gone",
            "invalid_value",
            "batch_expired",
        ]


def test_strict_mode_hides_the_extension(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        facts = write_results(settled(store), "expired", store, strict=True)
        [made] = rows(store, facts["output_file_id"])
        assert "sfumato" not in made["response"]["body"]
