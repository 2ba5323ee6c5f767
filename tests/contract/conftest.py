"""Who speaks to whom: every pinned client with a server that has extensions and one that has none.

A test that takes `client` runs with all of them, or with those that its `speakers` marker names.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.contract.clients import SPEAKERS, Answer, Client, client_of
from tests.contract.drawing import Drawings
from tests.contract.running import Running, running

STRICT = "-strict"
KEYS: dict[str, dict[str, int]] = {
    "ada": {},
    "bob": {},
    "hook": {},
    "few": {"requests_per_minute": 2},
    "small": {"image_tokens_per_minute": 200},
    "quick python-newest": {"requests_per_minute": 30},
    "quick node-newest": {"requests_per_minute": 30},
}
SETTINGS = [name + mode for mode in ("", STRICT) for name in SPEAKERS]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "setting" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("speakers")
        names = marker.args if marker is not None else SETTINGS
        metafunc.parametrize("setting", names, scope="session")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The servers and clients of this session, each started when it is first asked for."""

    stack: ExitStack
    root: Path
    servers: dict[bool, Running] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def server(self, strict: bool) -> Running:
        if strict not in self.servers:
            home = self.root / ("strict" if strict else "extended")
            server = running(home, strict=strict, keys=KEYS)
            self.servers[strict] = self.stack.enter_context(server)
        return self.servers[strict]

    def client(self, setting: str) -> Client:
        if setting not in self.clients:
            speaker = SPEAKERS[setting.removesuffix(STRICT)]
            url = self.server(setting.endswith(STRICT)).url
            self.clients[setting] = self.stack.enter_context(client_of(speaker, url))
        return self.clients[setting]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a test has shown about fields; `table` makes docs/compatibility.md from it."""

    setting: str
    record: Any

    def honoured(self, route: str, name: str, shows: str) -> None:
        """A value of that field changed something: `shows` says what."""
        self._write(route=route, field=name, honoured=shows)

    def refused(self, route: str, name: str, value: str, answer: Answer) -> None:
        """A value of that field was refused with this answer."""
        told = {"status": answer["status"], "code": answer["code"], "param": answer["param"]}
        self._write(route=route, field=name, refused=value, **told)

    def _write(self, **shown: Any) -> None:
        speaker = self.setting.removesuffix(STRICT)
        strict = self.setting.endswith(STRICT)
        self.record("field", json.dumps({"client": speaker, "strict": strict, **shown}))


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(stack=stack, root=tmp_path_factory.mktemp("contract"))


@pytest.fixture
def strict(setting: str) -> bool:
    """Whether the server refuses and hides the extensions."""
    return setting.endswith(STRICT)


@pytest.fixture
def server(stage: Stage, strict: bool) -> Running:
    return stage.server(strict)


@pytest.fixture
def extended(stage: Stage) -> Running:
    """The server with extensions, for tests that bring their own client."""
    return stage.server(strict=False)


@pytest.fixture
def client(stage: Stage, setting: str) -> Client:
    speaker = SPEAKERS[setting.removesuffix(STRICT)]
    if not speaker.installed.exists():
        pytest.skip(f"{speaker.name} is not installed; `make test` installs it, with Node.js")
    return stage.client(setting)


@pytest.fixture
def fields(setting: str, record_property: Any) -> Fields:
    return Fields(setting=setting, record=record_property)


@pytest.fixture
def drawings(tmp_path: Path) -> Drawings:
    """Files to send, in a folder of this test's own."""
    return Drawings(folder=tmp_path)


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose steps take a while, with room for one request that waits."""
    with running(tmp_path_factory.mktemp("slow"), step_seconds=0.1, queue_size=1) as server:
        yield server
