"""The rules of the house that a machine can hold."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kg
import ontology
from kg.cli import main
from server.settings import SETTINGS

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCUMENTS = {
    file.name: file.read_text(encoding="utf-8") for file in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
}
TABLES = sorted(ROOT.glob("kg/*/*.tsv"))


def test_no_room_imports_from_a_floor_above_or_beside_it() -> None:
    linter = pytest.importorskip("importlinter.cli", reason="import-linter is not installed")
    ran = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linter
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_front_door_lists_exactly_what_it_gives() -> None:
    assert kg.__all__ == ["Article", "Extraction", "MavazeError", "Store", "build", "extract"]
    for name in kg.__all__:
        given = getattr(kg, name)
        assert callable(given)
        assert given.__name__ == name
    with pytest.raises(AttributeError):
        _ = kg.absent  # type: ignore[attr-defined]


def test_every_command_and_option_is_documented() -> None:
    pages = "\n".join(DOCUMENTS.values())
    for name, command in main.commands.items():
        assert f"mavaze {name}" in pages
        own = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
        assert [option for option in own if option not in pages] == [], name


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]*?) \|", DOCUMENTS["operator.md"], re.MULTILINE))
    assert rows == {row.name: "none" if row.default == "" else str(row.default) for row in SETTINGS}


def test_the_default_minimum_of_confidence_is_documented() -> None:
    from kg.extract.confidence import MIN_CONFIDENCE

    assert f"the default is {MIN_CONFIDENCE:g}, 0 gives all" in DOCUMENTS["analyst.md"]


def test_the_page_about_the_graph_tells_the_figures_of_the_documents() -> None:
    table = re.search(r"<!-- dev-figures -->\n(.*?)<!-- /dev-figures -->", DOCUMENTS["quality.md"], re.DOTALL)
    assert table
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table[1].strip().splitlines()]
    shown = (ROOT / "server" / "figures.tsv").read_text(encoding="utf-8").splitlines()
    assert [row.split("\t") for row in shown] == [row for row in rows if not row[0].startswith("---")]


def test_the_changelog_and_the_citation_know_the_version() -> None:
    version = PROJECT["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d\S*)\] - (\d{4}-\d{2}-\d{2})$", changelog, re.MULTILINE)
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert released[0][0] == version
    assert f'version: {version}\ndate-released: "{released[0][1]}"' in citation


def test_terms_in_python_are_those_of_the_ontology() -> None:
    written = {
        term.partition("#")[2] for term in map(str, ontology.load("mavaze").subjects()) if "mavaze/ontology#" in term
    }
    assert {term.partition("#")[2] for term in map(str, dir(ontology.DIP))} | {"from"} == written - {""}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_are_written_in_persian_letters_with_even_rows(table: Path) -> None:
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    assert not [line for line in lines if set(line) & set("يك")]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows[1:]) == len({tuple(row) for row in rows[1:]})


def test_there_is_a_table() -> None:
    assert TABLES


def test_tests_mirror_the_rooms_and_have_no_packages() -> None:
    assert not list(ROOT.glob("tests/**/__init__.py"))
    rooms = {path.name for path in (ROOT / "kg").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {path.name for path in (ROOT / "tests" / "kg").iterdir() if path.is_dir()} - {"__pycache__"} <= rooms


def test_no_module_is_called_by_what_it_is_not() -> None:
    refused = {"utils", "helpers", "common", "core", "base", "manager", "misc"}
    assert not [
        path for room in ("kg", "server", "ontology") for path in (ROOT / room).rglob("*.py") if path.stem in refused
    ]
