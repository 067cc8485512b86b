"""The figures of the project: what each must be, what was measured, and what repeats it.

``docs/figures.md`` is their only place, with one row for each: key and words, must be, measured,
command. The suite and bin/bench write what is measured, people the rest.
"""

import ast
import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from console import ROOT, StartError, write_whole

TABLE = Path("docs/figures.md")
ROW = re.compile(r"\| `([a-z0-9-]+)` [^|]+ \| ([^|]*?) \|([^|]*)\| `([^|`]+)` \|")
HEAD = ("| Figure |", "|---")
# A number with a comma between thousands; a unit may come after it.
NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
COMPARE = {
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    "≤": operator.le,
    "≥": operator.ge,
}
STRUCTURE = "bin/bench structure"  # the command of the figures that lint counts anew

PRODUCT = "haderslev districts plans cases pku insights demonstration bin/lib".split()
LONG_MODULE = 800


@dataclass(frozen=True)
class Figure:
    """One row of the table."""

    key: str
    must: str
    measured: str
    command: str

    def holds(self, value: float) -> bool:
        """Tell whether a value is what it must be."""
        sign, limit = self._must()
        return bool(COMPARE[sign](value, limit))

    def worst(self, values: Iterable[float]) -> float:
        """Return the value that is furthest from what must be."""
        return min(values) if self._must()[0] in {">", "≥"} else max(values)

    def _must(self) -> tuple[str, float]:
        found = re.match(f"([{''.join(COMPARE)}]) {NUMBER}", self.must)
        if found is None:
            message = f"{self.key}: {self.must!r} is not a sign ({' '.join(COMPARE)}) and a number."
            raise StartError(message)
        return found[1], float(found[2].replace(",", ""))


def rows(root: Path = ROOT) -> dict[str, Figure]:
    """Return the rows of the table by key.

    Raises:
        StartError: A row has another form, or a key stands twice.
    """
    found: dict[str, Figure] = {}
    for line in (root / TABLE).read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and not line.startswith(HEAD):
            row = ROW.fullmatch(line)
            if row is None or row[1] in found:
                raise StartError(f"{TABLE}: no row of the table, or a second one: {line}")
            found[row[1]] = Figure(row[1], row[2], row[3].strip(), row[4])
    return found


def record(values: Mapping[str, float], root: Path = ROOT) -> None:
    """Write measured values into their rows.

    Raises:
        StartError: A figure has no row.
    """
    if unknown := values.keys() - rows(root).keys():
        raise StartError(f"{TABLE} has no row for {', '.join(sorted(unknown))}.")
    text = (root / TABLE).read_text(encoding="utf-8")
    for key, value in values.items():
        cells = re.compile(rf"^(\| `{key}` [^|]+\|[^|]*)\|[^|]*\|", re.MULTILINE)
        text = cells.sub(rf"\1| {value:,} |", text)
    write_whole(root / TABLE, text, mode=0o644)


def check(root: Path = ROOT) -> str:
    """Return one line per row that is not well; what the source shows is counted anew."""
    counted = structure(root)
    return "\n".join(
        f"{row.key}: {fault}"
        for row in rows(root).values()
        for fault in _faults(root, row, counted)
    )


def _faults(root: Path, row: Figure, counted: Mapping[str, int]) -> Iterator[str]:
    program = row.command.split()[0]
    if not (root / program).is_file():
        yield f"there is no program {program}"
    measured = re.match(NUMBER, row.measured)
    if measured is None:
        yield f"not measured; {row.command} measures it, --write or --figures writes it"
    elif not row.holds(float(measured[1].replace(",", ""))):
        yield f"{row.measured}, must be {row.must}"
    if row.command == STRUCTURE and not row.holds(now := counted[row.key]):
        yield f"{now:,} now, must be {row.must}"


def structure(root: Path = ROOT) -> dict[str, int]:
    """Count what the source itself shows, without tests and migrations."""
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in _modules(root)}
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in trees}
    return {
        "lines": sum(lines.values()),
        "permitted": sum(
            isinstance(node, ast.FunctionDef) and node.name == "permitted" for node in nodes
        ),
        "exists-by-pk": sum(_is_exists_by_pk(node) for node in nodes),
        "any": sum("Any" in {getattr(node, "id", ""), getattr(node, "attr", "")} for node in nodes),
        "long-modules": sum(count > LONG_MODULE for count in lines.values()),
    }


def _modules(root: Path) -> Iterator[Path]:
    files = (file for folder in PRODUCT for file in sorted((root / folder).rglob("*.py")))
    return (file for file in files if not {"migrations", "node_modules"} & set(file.parts))


def _is_exists_by_pk(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    asked = ast.unparse(node.func.value) if node.func.attr == "exists" else ""
    return bool(re.search(r"\.filter\(pk=[\w.]+\)$|\.(permitted|visible_to)\(", asked))
