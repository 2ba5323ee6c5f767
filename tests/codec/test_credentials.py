"""The development certificate: private, stable, agreed upon by processes that start together."""

import multiprocessing
import pickle
import stat
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from cryptography import x509

from sfumato.codec.credentials import KEY, open_credentials
from sfumato.errors import ServerError

PROCESSES = 3


def test_the_folder_and_its_files_are_private(tmp_path: Path) -> None:
    open_credentials(tmp_path / "home")
    folder = tmp_path / "home" / "credentials"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_nothing_but_the_folder_is_left_behind(tmp_path: Path) -> None:
    open_credentials(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["credentials"]


def test_a_second_start_reads_the_same_credentials(tmp_path: Path) -> None:
    assert open_credentials(tmp_path) == open_credentials(tmp_path)


def test_two_homes_have_different_certificates(tmp_path: Path) -> None:
    assert open_credentials(tmp_path / "a").serial != open_credentials(tmp_path / "b").serial


def test_credentials_travel_to_another_process(tmp_path: Path) -> None:
    credentials = open_credentials(tmp_path)
    assert pickle.loads(pickle.dumps(credentials)) == credentials


def test_the_key_is_not_in_the_repr(tmp_path: Path) -> None:
    assert "PRIVATE" not in repr(open_credentials(tmp_path))


def test_the_certificate_says_that_nobody_vouches_for_it(tmp_path: Path) -> None:
    chain = open_credentials(tmp_path).chain.encode()
    signer, authority = x509.load_pem_x509_certificates(chain)
    signer.verify_directly_issued_by(authority)
    assert "vouched for by nobody" in signer.subject.rfc4514_string()


def test_a_lost_key_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    open_credentials(tmp_path)
    (tmp_path / "credentials" / KEY).unlink()
    with pytest.raises(ServerError, match="move it away"):
        open_credentials(tmp_path)


def test_processes_that_start_together_agree_on_one_certificate(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, serials = context.Barrier(PROCESSES), context.Queue()
    workers = [
        context.Process(target=_open, args=(tmp_path / "home", barrier, serials))
        for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    seen = {serials.get(timeout=60) for _ in workers}
    for worker in workers:
        worker.join()
    assert seen == {open_credentials(tmp_path / "home").serial}
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["credentials"]


def _open(root: Path, barrier: Barrier, serials: "Queue[str]") -> None:
    barrier.wait(timeout=60)
    serials.put(open_credentials(root).serial)
