"""Signed links to pictures."""

import os
import stat
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sfumato.api.links import LIFETIME, Links
from sfumato.errors import NotFound
from tests.api.shape import error_of

PATH = "/v1/images/generations"
SMALL = {"prompt": "an apple", "size": "816x816", "quality": "low"}


def parts(link: str) -> tuple[str, str, str]:
    path, _, query = link.partition("?")
    given = dict(pair.split("=") for pair in query.split("&"))
    return path.rpartition("/")[2], given["expires"], given["signature"]


def test_a_link_holds_and_its_secret_survives_and_is_private(tmp_path: Path) -> None:
    link = parts(Links.open(tmp_path).sign("img_1"))
    Links.open(tmp_path).check(*link)
    assert stat.S_IMODE(os.stat(tmp_path / "links.key").st_mode) == 0o600
    assert int(link[1]) - time.time() == pytest.approx(LIFETIME, abs=60)


@pytest.mark.parametrize(
    ("picture", "expires", "signature"),
    [("img_2", None, None), (None, "99999999999", None), (None, None, "0" * 64), (None, "x", "é")],
)
def test_a_link_that_was_changed_is_none(
    tmp_path: Path, picture: str | None, expires: str | None, signature: str | None
) -> None:
    links = Links.open(tmp_path)
    own = parts(links.sign("img_1"))
    with pytest.raises(NotFound):
        links.check(picture or own[0], expires or own[1], signature or own[2])


def test_a_link_shows_the_file_and_nothing_else_without_a_key(client: TestClient) -> None:
    assert client.post(PATH, json=SMALL).status_code == 200
    kept = client.get("/v1/sfumato/pictures?limit=1").json()["data"][0]
    links = client.app.state.backend.links  # type: ignore[attr-defined]  # a Starlette app
    link = links.sign(kept["id"])
    reply = client.get(link)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "image/png"
    assert reply.content == client.get(kept["url"]).content
    error_of(client.get(link + "0"), 404)
    error_of(client.get(link.split("?")[0]), 404)


@pytest.mark.wire("W-954")
def test_there_are_no_links_in_strict_mode(strict_client: TestClient) -> None:
    error_of(strict_client.get("/v1/sfumato/links/img_1?expires=1&signature=x"), 404)
