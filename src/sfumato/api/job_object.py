"""A job as the wire shows it: `sfumato.job`. Knows nothing about addresses but where jobs are."""

from typing import Any

from sfumato.jobs.ledger import Ledger
from sfumato.store.jobs import StoredJob

ADDRESS = "/v1/sfumato/jobs"


def job_object(
    record: StoredJob, ledger: Ledger, result: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Everything about it; `result` is OpenAI's ImagesResponse of one that is completed.

    `position` counts the turns before its next one, `progress` the steps of all its pictures.
    """
    live = None if record.is_over else ledger.live(record.id)
    progress = None if live is None else live.progress
    told = None if progress is None else {"step": progress.step, "steps": progress.steps}
    return {
        "id": record.id,
        "object": "sfumato.job",
        "task": record.task,
        "status": record.state,
        "created_at": record.created_at,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "snapshot": record.snapshot,
        "position": None if live is None else ledger.position(live),
        "progress": told,
        "error": None if record.error is None else dict(record.error),
        "result": result,
    }
