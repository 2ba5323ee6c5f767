"""The request header `Prefer`: whoever sends `respond-async` wants a job instead of an answer.

An extension (RFC 7240): in strict mode the header says nothing, as to OpenAI. Knows no jobs.
"""

from starlette.requests import Request

ASYNC = "respond-async"


def prefers_async(request: Request, *, strict: bool) -> bool:
    """Whether a 202 with the job's address is wanted. Other preferences are none of ours."""
    given = ",".join(request.headers.getlist("prefer"))
    named = {one.partition(";")[0].strip().lower() for one in given.split(",")}
    return not strict and ASYNC in named
