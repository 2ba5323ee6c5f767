from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text

from sfumato.errors import ServerError, StorageFull
from sfumato.store import Store
from sfumato.store.database import MIGRATIONS, Database
from sfumato.store.tables import metadata


def test_the_migrations_lead_to_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_heads() == ("0002",)
        found = inspect(connection)
        for table in metadata.tables.values():
            unique = {tuple(c["column_names"]) for c in found.get_unique_constraints(table.name)}
            assert unique == {(c.name,) for c in table.columns if c.unique}


def test_there_is_one_newest_revision() -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


@pytest.mark.parametrize("name", ["plain", "100% of ünï code", "a;b#c"])
def test_a_home_is_opened_again_with_what_it_held_whatever_its_name(
    tmp_path: Path, name: str
) -> None:
    for _ in range(2):
        with Store.open(tmp_path / name / "deeper") as store:
            store.aliases.seed({"latest": "one"})
            assert store.aliases.read() == {"latest": "one"}


def test_a_home_may_be_opened_by_several_at_once(tmp_path: Path) -> None:
    def open_and_seed(name: str) -> None:
        with Store.open(tmp_path) as store:
            store.aliases.seed({name: "one", "shared": name})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(open_and_seed, "abcd"))
    with Store.open(tmp_path) as store:
        assert set(store.aliases.read()) == {*"abcd", "shared"}


def test_the_connection_is_durable_strict_and_patient(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.database.read() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        values = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in pragmas]
    assert values == ["wal", 2, 1, 10_000]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "sfumato.db")
    database.migrate()
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute(text("INSERT INTO aliases VALUES ('latest', 'one', 0)"))
        raise ZeroDivisionError
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM aliases")).scalar() == 0
    database.close()


def test_a_database_without_room_says_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "sfumato.db")
    database.migrate()
    database.close()
    event.listen(
        database._engine,
        "connect",
        lambda connection, record: connection.execute("PRAGMA max_page_count = 1"),
    )
    with pytest.raises(StorageFull, match="disk is full"), database.write() as connection:
        for number in range(100):
            row = {"name": f"{number}", "long": "x" * 4000}
            connection.execute(text("INSERT INTO aliases VALUES (:name, :long, 0)"), row)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM aliases")).scalar() == 0
    database.close()


def test_a_home_that_is_not_one_is_told_by_name(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_bytes(b"a file, not a folder")
    with pytest.raises(ServerError, match=r"taken cannot be used.*SFUMATO_HOME"):
        Store.open(taken)
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "sfumato.db").write_bytes(b"not a database" * 100)
    with pytest.raises(ServerError, match="foreign cannot be used"):
        Store.open(foreign)


def test_a_home_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ServerError, match=r"9999.*this version of Sfumato or an older one"):
        Store.open(tmp_path)
