import asyncio
from pathlib import Path

import pytest

from sfumato.api.names import Names
from sfumato.errors import ModelNotFound
from sfumato.registry.catalogue import read_catalogue
from sfumato.store import Store

GONE = "gpt-image-2-2026-11-22"


def test_a_name_that_points_at_a_snapshot_which_left_the_package_moves_on(tmp_path: Path) -> None:
    catalogue = read_catalogue()
    with Store.open(tmp_path) as store:
        store.aliases.bind("gpt-image-2", GONE)
        store.aliases.bind("chatgpt-image-latest", "one-of-the-operators")
        Names.open(tmp_path, catalogue, store.aliases)
        rows = store.aliases.read()
    assert rows["gpt-image-2"] == catalogue.bindings["gpt-image-2"]
    assert rows["chatgpt-image-latest"] == "one-of-the-operators"


def test_a_snapshot_that_left_the_package_is_refused_with_its_successor(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        names = Names.open(tmp_path, read_catalogue(), store.aliases)
        with pytest.raises(ModelNotFound, match="gpt-image-2-2026-11-24 took its place"):
            asyncio.run(names.resolve(GONE))
