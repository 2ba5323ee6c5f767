"""What a start finds of responses that were in progress when the server stopped."""

import os
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from sfumato.api.app import create_app
from sfumato.core import EncodedImage, ImageParams
from sfumato.settings import Settings
from sfumato.store import Store
from sfumato.store.idempotency import Claim
from sfumato.store.responses import UNKEPT, StoredResponse
from tests.api.home import fake_snapshot, make_home
from tests.api.shape import error_of
from tests.api.test_responses import PATH, TOOL
from tests.api.test_responses_stream import events

ASKED = {"model": "gpt-5", "tools": [TOOL]}
BODY = {"id": "resp_1", "status": "in_progress", "output": [], "background": False}
PICTURE = "img_00000000000000000000000000000001"


def left(store: Store, **more: Any) -> None:
    """A response that was in progress when the server stopped."""
    fields: dict[str, Any] = {
        "id": "resp_1",
        "caller": "local",
        "created_at": 1,
        "status": "in_progress",
        "previous": None,
        "conversation": None,
        "request": {"body": ASKED, "mask": None},
        "input": [],
        "body": BODY,
        "events": [],
    }
    store.responses.add(StoredResponse(**{**fields, **more}))


def started(settings: Settings) -> TestClient:
    return TestClient(create_app(settings), base_url="http://127.0.0.1")


def test_one_that_a_client_waited_for_has_failed(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot())
    with Store.open(settings.root) as store:
        left(store)
    with started(settings) as client:
        body = client.get(f"{PATH}/resp_1").json()
        assert (body["status"], body["error"]["code"]) == ("failed", "server_error")
        told = events(client.get(f"{PATH}/resp_1?stream=true").text)
        assert [event["type"] for event in told][-1] == "response.failed"


def test_one_that_was_not_to_be_kept_is_swept_with_its_pictures(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot())
    image = EncodedImage(
        data=b"\x89PNG",
        media_type="image/png",
        output_format="png",
        width=816,
        height=816,
        seed=1,
        sha256="ab" * 32,
        recipe={},
    )
    with Store.open(settings.root) as store:
        store.pictures.add(
            image,
            params=ImageParams(prompt="a"),
            snapshot_id="fake-1",
            caller="local",
            picture_id=PICTURE,
        )
        left(store, status=UNKEPT, request={}, body={}, plan={"pictures": [PICTURE]})
    with started(settings) as client:
        error_of(client.get(f"/v1/sfumato/pictures/{PICTURE}"), 404)
    with Store.open(settings.root) as store:
        assert store.responses.unfinished() == ()


def test_one_whose_plan_nobody_understands_has_failed(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot())
    request = {"body": {**ASKED, "background": True}, "mask": None}
    with Store.open(settings.root) as store:
        left(store, request=request, plan={"made": "by a later version"})
    with started(settings) as client:
        assert client.get(f"{PATH}/resp_1").json()["status"] == "failed"
    with Store.open(settings.root) as store:
        assert store.responses.unfinished() == ()


def test_one_that_cannot_be_gone_on_with_is_announced_and_its_key_is_free(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot())
    claim = Claim(caller="local", key="a", fingerprint="b")
    request = {"body": {**ASKED, "background": True}, "mask": None}
    with Store.open(settings.root) as store:
        store.webhooks.create("local", "http://127.0.0.1:9")
        store.idempotency.remember(claim, "resp_1")
        body = {**BODY, "background": True}
        left(store, request=request, body=body, plan={"made": "by a later version"})
    with started(settings), Store.open(settings.root) as store:
        assert store.idempotency.find(claim) is None
        (event,) = store.webhooks.due(2**40, 9)
        assert '"type":"response.failed"' in event.payload


def test_partial_images_that_nobody_reads_any_more_are_swept(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot())
    with Store.open(settings.root) as store:
        for name in ("ig_old", "ig_new"):
            store.objects.put(f"partials/{name}/0", b"1")
        os.utime(store.objects.path("partials/ig_old"), (1, 1))
    with started(settings), Store.open(settings.root) as store:
        assert not store.objects.path("partials/ig_old").exists()
        assert store.objects.path("partials/ig_new/0").exists()
