"""The framing of server-sent events holds however the bytes are cut."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

WIRE = (
    ': ping\n\nevent: a\ndata: {"word": "Füchse 🦊"}\n\n\n\ndata: one\ndata: two\n\n'
    "event: only\nid: 7\n\ndata:bare\r\n\r\ndata: last, and cut off"
).encode()
TOLD = ['{"word": "Füchse 🦊"}', "one\ntwo", "bare"]
READ = """async chunks => {
  const { events } = await import("/studio/js/sse.js");
  const body = new ReadableStream({ start(controller) {
    for (const chunk of chunks) controller.enqueue(new Uint8Array(chunk));
    controller.close();
  }});
  const told = [];
  for await (const data of events(body)) told.push(data);
  return told;
}"""


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cuts=st.sets(st.integers(1, len(WIRE) - 1)))
def test_events_are_the_same_however_the_bytes_are_cut(page: Page, cuts: set[int]) -> None:
    places = [0, *sorted(cuts), len(WIRE)]
    chunks = [list(WIRE[start:end]) for start, end in pairwise(places)]
    assert page.evaluate(READ, chunks) == TOLD
