import asyncio
from pathlib import Path

import pytest

from sfumato.api.sweeping import Sweeping
from sfumato.store import Store
from tests.store.test_files import add, expire, objects


def test_what_expires_is_removed_while_the_server_runs(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Store.open(tmp_path) as store:
            kept, expired = add(store), add(store)
            async with Sweeping(store, period=0.01):
                expire(store, expired)
                while len(objects(tmp_path)) > 1:
                    await asyncio.sleep(0.01)
            assert store.files.get("ada", kept.id) == kept

    asyncio.run(scenario())


def test_a_sweep_that_fails_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        with Store.open(tmp_path) as store:
            rename = "ALTER TABLE {} RENAME TO {}"
            with store.database.write() as connection:
                connection.exec_driver_sql(rename.format("files", "away"))
            async with Sweeping(store, period=0.01):
                while "stays for another" not in caplog.text:
                    await asyncio.sleep(0.01)
                with store.database.write() as connection:
                    connection.exec_driver_sql(rename.format("away", "files"))
                expire(store, add(store))
                while objects(tmp_path):
                    await asyncio.sleep(0.01)

    asyncio.run(scenario())
