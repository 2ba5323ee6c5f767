from starlette.testclient import TestClient


def test_the_server_says_that_it_lives_and_that_it_is_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    asked = {"prompt": "x", "size": "816x816", "quality": "low"}
    assert client.post("/v1/images/generations", json=asked).status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
