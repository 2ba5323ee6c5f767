"""OpenAI's batch object from what is stored. Knows nothing about how a batch is carried out."""

from collections.abc import Mapping
from typing import Any

from sfumato.store.batch_lines import COMPLETED, FAILED
from sfumato.store.batches import StoredBatch

TIMES = (
    "in_progress_at",
    "expires_at",
    "finalizing_at",
    "completed_at",
    "failed_at",
    "expired_at",
    "cancelling_at",
    "cancelled_at",
)
OPTIONAL = ("output_file_id", "error_file_id", "errors", *TIMES, "metadata", "model", "usage")


def batch_object(batch: StoredBatch, states: Mapping[str, int]) -> dict[str, Any]:
    """`states`: how many lines stand in which; unused once the batch is over and knows itself."""
    facts = batch.facts
    return {
        "id": batch.id,
        "object": "batch",
        "endpoint": batch.endpoint,
        "input_file_id": batch.input_file,
        "completion_window": facts["completion_window"],
        "status": batch.status,
        "created_at": batch.created_at,
        **{name: facts.get(name) for name in OPTIONAL},
        "request_counts": facts.get("request_counts") or request_counts(states),
    }


def request_counts(states: Mapping[str, int]) -> dict[str, int]:
    """`total` has those that were never begun, too."""
    return {
        "total": sum(states.values()),
        "completed": states.get(COMPLETED, 0),
        "failed": states.get(FAILED, 0),
    }


def usage_sum(usages: list[Mapping[str, Any]]) -> dict[str, Any]:
    """OpenAI's usage of a batch: nothing is cached here and nothing reasons."""
    spent = {
        name: sum(usage[name] for usage in usages)
        for name in ("input_tokens", "output_tokens", "total_tokens")
    }
    return {
        "input_tokens": spent["input_tokens"],
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": spent["output_tokens"],
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": spent["total_tokens"],
    }
