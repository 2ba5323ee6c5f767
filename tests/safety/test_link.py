"""How a URL is taken apart, and the forms in which one could mean something else."""

import pytest

from sfumato.errors import InvalidRequest
from sfumato.safety.link import read_allowed, read_link


@pytest.mark.parametrize(
    ("text", "host", "port", "target"),
    [
        ("http://pictures.example/a.png", "pictures.example", 80, b"/a.png"),
        ("HTTPS://Pictures.EXAMPLE", "pictures.example", 443, b"/"),
        ("https://pictures.example:80/a?b=c#d", "pictures.example", 80, b"/a?b=c"),
        ("http://pictures.example./a b.png", "pictures.example", 80, b"/a%20b.png"),
        ("http://münchen.example/ü", "xn--mnchen-3ya.example", 80, b"/%C3%BC"),
        ("http://[2606:2800::1]:443/", "2606:2800::1", 443, b"/"),
        ("http://93.184.216.34/", "93.184.216.34", 80, b"/"),
    ],
)
def test_a_url_is_taken_apart(text: str, host: str, port: int, target: bytes) -> None:
    link = read_link(text, allowed=(), param=None)
    assert (link.host, link.port, link.target) == (host, port, target)


@pytest.mark.parametrize(
    "text",
    [
        "file:///etc/passwd",
        "ftp://pictures.example/a.png",
        "data:image/png;base64,AAAA",
        "gopher://pictures.example/",
        "javascript:alert(1)",
        "//pictures.example/a.png",
        "pictures.example/a.png",
        "",
        "http://",
        "http:///a.png",
        "http:pictures.example",
        "http://user@pictures.example/",
        "http://user:word@pictures.example/",
        "http://:@pictures.example/",
        "http://127.0.0.1\\@pictures.example/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://127.0.0.0x1/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://127.0.0.1.1/",
        "http://256.0.0.1/",
        "http://１２７.0.0.1/",
        "http://%31%32%37.0.0.1/",
        "http://[fe80::1%25eth0]/",
        "http://[::1",
        "http://a..example/",
        "http://a b.example/",
        "http://a\nb.example/",
        "http://a%00.example/",
        "http://pictures.example:22/",
        "http://pictures.example:8080/",
        "http://pictures.example:0/",
        "http://pictures.example:99999/",
        "http://pictures.example:-80/",
        "http://pictures.example/" + "a" * 9_000,
        "http://\ud800.example/",
    ],
)
def test_a_url_that_could_mean_something_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_link(text, allowed=(), param="images[0].image_url")
    assert caught.value.code == "invalid_image_url"
    assert caught.value.param == "images[0].image_url"


@pytest.mark.parametrize(
    "text", ["http://127。0。0。1/", "http://127.0.0.1./", "http://[::ffff:127.0.0.1]/"]
)
def test_an_address_in_disguise_is_taken_as_the_address_and_never_as_a_name(text: str) -> None:
    assert read_link(text, allowed=(), param=None).is_address


def test_another_port_is_asked_only_where_the_operator_said_so() -> None:
    allowed = read_allowed("files.lan:8080, münchen.lan")
    assert read_link("http://files.lan:8080/", allowed=allowed, param=None).port == 8080
    for text in (
        "http://files.lan:8081/",
        "http://other.lan:8080/",
        "http://xn--mnchen-3ya.lan:81",
    ):
        with pytest.raises(InvalidRequest):
            read_link(text, allowed=allowed, param=None)


def test_the_operators_hosts_are_read_as_urls_are() -> None:
    assert read_allowed("") == frozenset()
    assert read_allowed(" Files.LAN., [::1]:81 ,münchen.lan") == {
        "files.lan",
        "[::1]:81",
        "xn--mnchen-3ya.lan",
    }


@pytest.mark.parametrize("text", ["http://files.lan", "files.lan/path", "a b", "a:b", "a@b", ":80"])
def test_what_is_no_host_is_told_to_the_operator(text: str) -> None:
    with pytest.raises(ValueError, match="not a host"):
        read_allowed(text)
