"""A dated value is read in one place: two places drift, and one that nothing reads is no rule."""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from console import ROOT

APPS = ("haderslev", "districts", "plans", "cases", "pku")
READERS = frozenset({"number", "days", "is_on", "find"})
CODES = {
    row["code"]
    for row in tomllib.loads(Path(ROOT, "fixtures/reference/core.legalvalue.toml").read_text())[
        "row"
    ]
}


@pytest.fixture(scope="module")
def nodes() -> list[tuple[str, ast.AST]]:
    """Return every node of the product's code with its file."""
    # What only the invented municipality reads does nothing for a real one.
    files = [file for app in APPS for file in Path(ROOT, app).rglob("*.py")]
    return [
        (str(file.relative_to(ROOT)), node)
        for file in files
        if file != Path(ROOT, "haderslev/core/legal.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    ]


def reads(nodes: list[tuple[str, ast.AST]]) -> Iterator[tuple[str, ast.Call]]:
    for file, node in nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        module = node.func.value
        if isinstance(module, ast.Name) and module.id == "legal" and node.func.attr in READERS:
            yield file, node


def test_each_value_has_one_reader(nodes: list[tuple[str, ast.AST]]) -> None:
    places = defaultdict(list)
    for file, node in nodes:
        if isinstance(node, ast.Constant) and node.value in CODES:
            places[str(node.value)].append(f"{file}:{node.lineno}")
    assert {code: found for code, found in places.items() if len(found) > 1} == {}


def test_every_value_is_read_and_every_read_names_its_value(
    nodes: list[tuple[str, ast.AST]],
) -> None:
    read = set()
    for file, call in reads(nodes):
        first = call.args[0]
        assert isinstance(first, ast.Constant), f"{file}:{call.lineno} hides which value it reads."
        read.add(first.value)
    assert read == CODES
