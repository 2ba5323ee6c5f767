"""A picture by URL: what is fetched, what is refused, and that a refusal asked nobody."""

import asyncio
import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sfumato.safety.download import Internet as RealInternet
from sfumato.safety.fetch import Fetcher
from sfumato.safety.link import read_allowed
from tests.safety.fetching import NO_TRUST, got, refusal, through, with_server
from tests.safety.web import PUBLIC, Internet, Names, Web, plain, redirect

PRIVATE = ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "64:ff9b::7f00:1", "fe80::1%lo"]


def test_a_public_picture_is_fetched_by_a_plain_request(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def check(web: Web) -> None:
        fetcher, internet = through(web, Names(pictures_example=[[PUBLIC]]))
        assert await got(fetcher, "http://Pictures.example./a.png?b=c#d") == b"picture"
        assert internet.asked == [(PUBLIC, 80)]
        head = web.heads[0].decode().lower().split("\r\n")
        assert head[0] == "get /a.png?b=c http/1.1"
        names = {line.partition(":")[0] for line in head[1:] if line}
        assert names == {"host", "user-agent", "accept", "accept-encoding"}
        assert "host: pictures.example" in head
        assert "accept-encoding: identity" in head

    with_server(plain(b"picture"), check)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_with_a_private_address_is_refused_and_nobody_is_asked(address: str) -> None:
    async def check(web: Web) -> None:
        for answer in ([address], [PUBLIC, address], [address, PUBLIC]):
            fetcher, internet = through(web, Names(inside_example=[answer]))
            told = await refusal(fetcher, "http://inside.example/")
            assert told.startswith("invalid_image_url: ")
            assert internet.asked == []
        assert web.connections == 0

    with_server(plain(b"secret"), check)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f000001",
        "0",
        "0.0.0.0",
        "localhost",
        "localhost.",
        "ip6-localhost",
        "[::1]",
        "[::]",
        "[::ffff:7f00:1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "127。0。0。1",
    ],
)
def test_this_machine_is_not_reached_by_any_of_its_names(host: str) -> None:
    async def check(web: Web) -> None:
        fetcher = Fetcher()  # the system's own resolver and network
        internet = Internet(web.port)
        led = Fetcher(internet=RealInternet(network=internet, trust=NO_TRUST))
        for url in (f"http://{host}:{web.port}/", f"http://{host}/", f"https://{host}/"):
            assert (await refusal(fetcher, url)).startswith("invalid_image_url: ")
            assert (await refusal(led, url)).startswith("invalid_image_url: ")
        assert internet.asked == []
        assert web.connections == 0

    with_server(plain(b"secret"), check)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://pictures.example/a", "data:image/png;base64,AAAA", "/etc/passwd"],
)
def test_other_schemes_are_refused_before_a_name_is_looked_up(url: str) -> None:
    async def check(web: Web) -> None:
        names = Names(pictures_example=[[PUBLIC]])
        fetcher, internet = through(web, names)
        assert (await refusal(fetcher, url)).startswith("invalid_image_url: ")
        assert (names.asked, internet.asked, web.connections) == ([], [], 0)

    with_server(plain(b"secret"), check)


def test_a_name_that_changes_its_answer_is_asked_once_and_its_judged_address_is_used() -> None:
    async def check(web: Web) -> None:
        names = Names(pictures_example=[[PUBLIC], ["127.0.0.1"]])
        fetcher, internet = through(web, names)
        assert await got(fetcher, "http://pictures.example/") == b"picture"
        assert names.asked == ["pictures.example"]
        assert internet.asked == [(PUBLIC, 80)]
        assert (await refusal(fetcher, "http://pictures.example/")).startswith("invalid_image_url")
        assert len(internet.asked) == 1

    with_server(plain(b"picture"), check)


def test_a_name_that_turns_private_between_redirects_is_refused() -> None:
    async def check(web: Web) -> None:
        names = Names(pictures_example=[[PUBLIC], ["127.0.0.1"]])
        fetcher, internet = through(web, names)
        told = await refusal(fetcher, "http://pictures.example/")
        assert told.startswith("invalid_image_url: ")
        assert internet.asked == [(PUBLIC, 80)]

    with_server(redirect("/again"), check)


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://inside.example/",
        "//inside.example/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:7f00:1]/",
        "http://2130706433/",
        "http://localhost/",
        "http://pictures.example:8080/",
        "http://user@pictures.example/",
        "file:///etc/passwd",
        "ftp://pictures.example/",
        "data:image/png;base64,AAAA",
    ],
)
def test_a_redirect_is_judged_like_the_url_itself(location: str) -> None:
    async def check(web: Web) -> None:
        names = Names(
            pictures_example=[[PUBLIC]], inside_example=[["10.0.0.1"]], localhost=[["127.0.0.1"]]
        )
        fetcher, internet = through(web, names)
        told = await refusal(fetcher, "http://pictures.example/")
        assert told.startswith("invalid_image_url: ")
        assert web.connections == 1
        assert internet.asked == [(PUBLIC, 80)]

    with_server(redirect(location), check)


def test_three_redirects_are_followed_and_a_fourth_is_not() -> None:
    async def answer(head: bytes, writer: asyncio.StreamWriter) -> None:
        left = int(head.split()[1].strip(b"/"))
        give = redirect(f"/{left - 1}") if left else plain(b"picture")
        await give(head, writer)

    async def check(web: Web) -> None:
        fetcher, _ = through(web, Names(pictures_example=[[PUBLIC]]))
        assert await got(fetcher, "http://pictures.example/3") == b"picture"
        told = await refusal(fetcher, "http://pictures.example/4")
        assert told.startswith("failed_to_download_image: ")
        assert web.connections == 8

    with_server(answer, check)


@pytest.mark.parametrize("location", ["", "http://[", "http://\xff\xfe/"])
def test_a_redirect_to_nowhere_is_an_error_of_the_download(location: str) -> None:
    async def check(web: Web) -> None:
        fetcher, _ = through(web, Names(pictures_example=[[PUBLIC]]))
        told = await refusal(fetcher, "http://pictures.example/")
        assert told.startswith(("failed_to_download_image: ", "invalid_image_url: "))

    with_server(redirect(location), check)


def test_a_missing_host_and_a_private_one_are_refused_in_the_same_words() -> None:
    async def check(web: Web) -> None:
        fetcher, _ = through(web, Names(inside_example=[["10.0.0.1"]]))
        private = await refusal(fetcher, "http://inside.example/")
        assert private == await refusal(fetcher, "http://missing.example/")
        assert "10.0.0.1" not in private

    with_server(plain(b""), check)


def test_a_name_server_that_hangs_is_left() -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return [PUBLIC]

    told = asyncio.run(refusal(Fetcher(resolve=never), "http://slow.example/", seconds=0.1))
    assert told.startswith("failed_to_download_image: ")


def test_the_operator_can_switch_fetching_off() -> None:
    async def check(web: Web) -> None:
        fetcher = Fetcher(enabled=False, allowed=read_allowed(f"127.0.0.1:{web.port}"))
        told = await refusal(fetcher, f"http://127.0.0.1:{web.port}/")
        assert told.startswith("invalid_image_url: ")
        assert web.connections == 0

    with_server(plain(b"picture"), check)


def test_a_host_that_the_operator_allowed_may_be_private_and_no_other_may() -> None:
    async def check(web: Web) -> None:
        names = Names(files_lan=[["127.0.0.1"]], other_lan=[["127.0.0.1"]])
        fetcher = Fetcher(resolve=names, allowed=read_allowed(f"files.lan:{web.port}"))
        assert await got(fetcher, f"http://files.lan:{web.port}/") == b"picture"
        assert f"\r\nhost: files.lan:{web.port}\r\n" in web.heads[0].decode().lower()
        for url in ("http://files.lan/", f"http://other.lan:{web.port}/", "http://other.lan/"):
            assert (await refusal(fetcher, url)).startswith("invalid_image_url: ")
        assert web.connections == 1

    with_server(plain(b"picture"), check)


def test_https_is_held_against_the_name_and_not_the_address(tmp_path: Path) -> None:
    tls, trust = _certificate(tmp_path, "pictures.example")

    async def check(web: Web) -> None:
        names = Names(pictures_example=[[PUBLIC]], other_example=[[PUBLIC]])
        internet = Internet(web.port)
        real = RealInternet(network=internet, trust=trust)
        fetcher = Fetcher(resolve=names, internet=real)
        assert await got(fetcher, "https://pictures.example/") == b"picture"
        assert internet.asked == [(PUBLIC, 443)]
        told = await refusal(fetcher, "https://other.example/")
        assert told.startswith("failed_to_download_image: ")
        strangers = Fetcher(resolve=names, internet=RealInternet(network=internet))
        told = await refusal(strangers, "https://pictures.example/")
        assert told.startswith("failed_to_download_image: ")
        assert len(web.heads) == 1

    with_server(plain(b"picture"), check, tls)


def _certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of `host` shows, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "server.pem").write_bytes(secret + certificate)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / "server.pem")
    return tls, ssl.create_default_context(cadata=certificate.decode())
