"""The table of figures: what it refuses, what is written into it, what lint says of it."""

from pathlib import Path

import pytest

import figures
from console import StartError
from figures import Figure

HEAD = "# Figures\n\n| Figure | Must be | Measured | Repeat it |\n|---|---|---|---|\n"
ROW = "| `{key}` Words of it | {must} | {measured} | `{command}` |\n"


def table(root: Path, *, key="circles", must="= 0", measured="0", command="bin/bench pages") -> str:
    (root / "docs").mkdir(exist_ok=True)
    (root / "bin/lib").mkdir(parents=True, exist_ok=True)
    for name in ("bin/bench", "manage.py"):
        (root / name).touch()
    row = ROW.format(key=key, must=must, measured=measured, command=command)
    (root / figures.TABLE).write_text(HEAD + row, encoding="utf-8")
    return row


@pytest.mark.parametrize(
    ("must", "value", "holds"),
    [
        ("= 0", 0, True),
        ("= 0", 1, False),
        ("≤ 60", 60, True),
        ("≤ 60 queries", 61, False),
        ("< 150", 150, False),
        ("≥ 2.5 ×", 2.5, True),
        ("> 1,000", 1000, False),
        ("> 1,000", 1001, True),
    ],
)
def test_a_sign_and_a_number(must: str, value: float, holds: bool) -> None:
    assert Figure("key", must, "", "").holds(value) == holds


def test_the_worst_is_furthest_from_what_must_be() -> None:
    assert Figure("key", "≤ 60", "", "").worst([7, 9, 8]) == 9
    assert Figure("key", "≥ 60", "", "").worst([7, 9, 8]) == 7


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, ""),
        ({"measured": ""}, "circles: not measured; bin/bench pages measures it"),
        ({"measured": "soon"}, "circles: not measured"),
        ({"measured": "2"}, "circles: 2, must be = 0"),
        ({"command": "bin/measure all"}, "circles: there is no program bin/measure"),
    ],
)
def test_lint_refuses_a_row(tmp_path: Path, row: dict[str, str], said: str) -> None:
    table(tmp_path, **row)
    found = figures.check(tmp_path)
    assert found.startswith(said)
    assert bool(found) == bool(said)


@pytest.mark.parametrize("row", [{"key": "Two words"}, {"command": ""}, {"must": "0 | 1"}])
def test_a_row_has_four_cells_and_a_key(tmp_path: Path, row: dict[str, str]) -> None:
    table(tmp_path, **row)
    with pytest.raises(StartError, match="no row of the table"):
        figures.check(tmp_path)


def test_a_key_stands_once(tmp_path: Path) -> None:
    row = table(tmp_path)
    (tmp_path / figures.TABLE).write_text(HEAD + row + row, encoding="utf-8")
    with pytest.raises(StartError, match="a second one"):
        figures.rows(tmp_path)


@pytest.mark.parametrize("must", ["few", "0", "!= 0"])
def test_what_must_be_is_said_with_a_sign(tmp_path: Path, must: str) -> None:
    table(tmp_path, must=must)
    with pytest.raises(StartError, match="is not a sign"):
        figures.check(tmp_path)


def test_only_the_measured_cell_is_written(tmp_path: Path) -> None:
    row = table(tmp_path, must="≤ 40,000", measured="")
    figures.record({"circles": 39546}, tmp_path)
    written = (tmp_path / figures.TABLE).read_text(encoding="utf-8")
    assert written == HEAD + row.replace("|  |", "| 39,546 |")
    assert figures.check(tmp_path) == ""
    with pytest.raises(StartError, match="no row for squares"):
        figures.record({"squares": 1}, tmp_path)


def test_lint_counts_the_structure_anew(tmp_path: Path) -> None:
    table(tmp_path, key="any", must="≤ 1", measured="1", command=figures.STRUCTURE)
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases/gates.py").write_text("from typing import Any\na: Any\nb: list[Any]\n")
    assert figures.check(tmp_path) == "any: 2 now, must be ≤ 1"


SOURCES = {
    "cases/a.py": "def permitted(): return rows.filter(pk=1).exists()\n",
    "cases/b.py": "rows.filter(pk=1, x=2).exists()\nb: Any\n",
    "cases/migrations/0001.py": "from typing import Any\na: Any\n",
}


def test_structure(tmp_path: Path) -> None:
    table(tmp_path)
    for name, text in SOURCES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    expected = {"lines": 3, "permitted": 1, "exists-by-pk": 1, "any": 1, "long-modules": 0}
    assert figures.structure(tmp_path) == expected
