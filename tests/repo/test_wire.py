"""docs/wire.md and the tests: no statement without a test, no test of an unknown statement."""

import ast
import re

from tests.contract.sections import SECTIONS
from tests.repo.project import ROOT, project_files

STATEMENT = re.compile(r"^- \*\*(W-\d{3})\*\* \S", re.MULTILINE)
ID = re.compile(r"W-\d{3}")
ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


def written() -> list[str]:
    return STATEMENT.findall((ROOT / "docs" / "wire.md").read_text("utf-8"))


def shown() -> dict[str, str]:
    """Id → a test file in which a `wire` marker has it."""
    found = {}
    for path in project_files():
        if path.parts[0] == "tests" and path.name.startswith("test_") and path.suffix == ".py":
            tree = ast.parse((ROOT / path).read_text("utf-8"))
            found.update({one: str(path) for node in ast.walk(tree) for one in marked(node)})
    return found


def marked(node: ast.AST) -> list[str]:
    """The ids in a call of `wire(…)` or `pytest.mark.wire(…)`."""
    if not isinstance(node, ast.Call):
        return []
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    given = [one.value for one in node.args if isinstance(one, ast.Constant)]
    return [one for one in given if isinstance(one, str)] if name == "wire" else []


def test_every_statement_has_one_number_of_its_own() -> None:
    assert written()
    assert len(written()) == len(set(written()))


def test_the_statements_stand_in_order() -> None:
    assert written() == sorted(written())


def test_every_statement_about_the_wire_has_a_test_that_names_it() -> None:
    assert sorted(set(written()) - shown().keys()) == []


def test_no_test_names_a_statement_that_is_not_there() -> None:
    assert {one: path for one, path in shown().items() if one not in written()} == {}


def test_a_number_in_the_text_of_the_page_means_a_statement() -> None:
    text = (ROOT / "docs" / "wire.md").read_text("utf-8")
    assert set(ID.findall(text)) == set(written())


def test_the_tables_have_exactly_the_fields_that_the_schemas_have() -> None:
    page = (ROOT / "docs" / "compatibility.md").read_text("utf-8")
    for route, names in SECTIONS.items():
        _, _, rest = page.partition(f"### `{route}`\n")
        table, _, _ = rest.partition("\n#")
        assert ROW.findall(table) == list(names), f"{route}: run `make compatibility`"
