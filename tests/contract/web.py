"""Plain requests, without any client of OpenAI's, patient enough for a busy machine."""

from functools import partial

import httpx2

PATIENCE = 120  # seconds

get = partial(httpx2.get, timeout=PATIENCE)
post = partial(httpx2.post, timeout=PATIENCE)
delete = partial(httpx2.delete, timeout=PATIENCE)
request = partial(httpx2.request, timeout=PATIENCE)
