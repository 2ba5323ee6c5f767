import pytest
from starlette.testclient import TestClient

from sfumato.api.routes.studio import FOLDER, SERVED
from tests.api.shape import error_of


def test_the_page_is_at_the_root_and_may_load_only_from_here(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"


def test_every_file_of_the_page_is_served(client: TestClient) -> None:
    files = [p for p in FOLDER.rglob("*") if p.is_file() and p.suffix in SERVED]
    assert files
    for file in files:
        reply = client.get(f"/studio/{file.relative_to(FOLDER).as_posix()}")
        assert reply.status_code == 200, file
        assert reply.content == file.read_bytes()
        assert "content-security-policy" in reply.headers


@pytest.mark.parametrize(
    "path",
    [
        "/studio/__init__.py",
        "/studio/%2e%2e/core.py",
        "/studio/..%2f..%2fcore.py",
        "/studio/js",
        "/studio/nothing.js",
        "/studio/%00.js",
    ],
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert error_of(client.get(path), 404)["type"] == "invalid_request_error"
