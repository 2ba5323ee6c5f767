import sqlite3
from pathlib import Path

import pytest

from sfumato.errors import InvalidRequest, NotFound
from sfumato.store import Store


def test_a_key_is_found_by_its_secret_until_it_is_revoked(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        key, secret = store.keys.create("ada", requests_per_minute=3)
        assert store.keys.find(secret) == key
        assert store.keys.find(secret[:-1] + ("a" if secret[-1] != "a" else "b")) is None
        assert store.keys.any_living()
        assert store.keys.revoke("ada").id == key.id
        assert store.keys.find(secret) is None
        assert not store.keys.any_living()
        assert [one.revoked_at is not None for one in store.keys.list()] == [True]


def test_no_file_of_the_home_holds_a_secret(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        key, secret = store.keys.create("ada")
        session = store.keys.sign_in(key)
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"ada" in kept
    for hidden in (secret, secret.removeprefix("sk-sfumato-"), session):
        assert hidden.encode() not in kept


def test_secrets_are_long_and_never_the_same(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        secrets = {store.keys.create(f"key {i}")[1] for i in range(20)}
    assert len(secrets) == 20
    assert {len(one) for one in secrets} == {len("sk-sfumato-") + 43}  # 256 bits in base64


def test_a_living_name_is_not_given_twice_and_a_dead_one_may_be(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        first, _ = store.keys.create("ada")
        with pytest.raises(InvalidRequest, match="already"):
            store.keys.create("ada")
        store.keys.revoke(first.id)
        second, _ = store.keys.create("ada")
        assert store.keys.named("ada") == store.keys.named(second.id) == second
        with pytest.raises(NotFound):
            store.keys.revoke(first.id)


def test_a_session_stands_for_its_key_until_either_ends(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        key, secret = store.keys.create("ada")
        one, two = store.keys.sign_in(key), store.keys.sign_in(key)
        assert store.keys.signed_in(one) == store.keys.signed_in(two) == key
        assert store.keys.signed_in(secret) is None
        store.keys.sign_out(one)
        assert store.keys.signed_in(one) is None
        assert store.keys.signed_in(two) == key
    with Store.open(tmp_path) as store:  # as after a restart
        assert store.keys.signed_in(two) == key
        store.keys.revoke("ada")
        assert store.keys.signed_in(two) is None


def test_a_session_ends_with_its_time(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        key, _ = store.keys.create("ada")
        session = store.keys.sign_in(key)
        with sqlite3.connect(tmp_path / "sfumato.db") as connection:
            connection.execute("UPDATE sessions SET expires_at = 1")
        connection.close()
        assert store.keys.signed_in(session) is None


def test_what_was_found_is_recalled_until_anybody_writes(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, Store.open(tmp_path) as another:
        key, secret = another.keys.create("ada")
        assert store.keys.recall(secret) is None
        assert store.keys.find(secret) == key
        assert store.keys.recall(secret) == (key,)
        assert store.keys.recall("sk-sfumato-x") is None
        assert store.keys.find("sk-sfumato-x") is None
        assert store.keys.recall("sk-sfumato-x") == (None,)
        another.keys.revoke("ada")
        assert store.keys.recall(secret) is None
        assert store.keys.find(secret) is None
        assert store.keys.recall(secret) == (None,)
