"""docs/legal.md names objects of the code and tests that exist; numbers of law are data."""

import ast
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from cases.facts import CaseFacts
from cases.gates import GATES

ROOT = Path(__file__).parents[2]
ROW = re.compile(
    r"^\|(?:[^|]*\|){3}\s*`(?P<code>[\w.]+)`"
    r"\s*\|\s*`(?P<test>[^`]+)`\s*\|$",
    re.MULTILINE,
)
NUMBER = re.compile(r'legal\.(?:number|days|is_on|find)\(\s*"(\w+)"')
LETTER = re.compile(
    r'legal\.letter_text\(\s*"(\w+)"|\bmake_letter\([^)]*?code="(\w+)"'
    r'|\bwrite_to_parents\(\s*row,\s*"(\w+)"',
    re.DOTALL,
)
APPS = ("haderslev", "districts", "plans", "cases", "pku")


def rows() -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "legal.md").read_text(encoding="utf-8")
    return [(match["code"], match["test"]) for match in ROW.finditer(text)]


def test_no_row_is_passed_over():
    text = (ROOT / "docs" / "legal.md").read_text(encoding="utf-8")
    table_lines = [line for line in text.splitlines() if line.startswith("|")]
    heads = [line for line in table_lines if line.startswith(("| Rule", "|---"))]
    assert len(rows()) == len(table_lines) - len(heads)
    assert len(rows()) >= 40


@pytest.mark.parametrize("path", sorted({code for code, _test in rows()}))
def test_named_code_exists(path):
    module, _dot, name = path.rpartition(".")
    assert hasattr(import_module(module), name)


@pytest.mark.parametrize("node", sorted({test for _code, test in rows()}))
def test_named_test_exists(node):
    path, _colons, name = node.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = {item.name for item in ast.walk(tree) if isinstance(item, ast.FunctionDef)}
    assert name in functions


def test_every_number_in_the_code_is_reference_data():
    asked = {code for text in sources() for code in NUMBER.findall(text)}
    assert asked
    assert asked <= codes("core.legalvalue")


def test_every_letter_of_the_code_is_reference_data():
    asked = {code for text in sources() for found in LETTER.findall(text) for code in found if code}
    assert asked
    assert asked <= codes("core.texttemplate")


def test_complaint_guidance_of_every_outcome_is_a_letter_text():
    outcomes = reference("cases.outcometype")["row"]
    guidance = {row["appeal_code"] for row in outcomes}
    assert all(guidance)
    assert guidance <= codes("core.texttemplate")


def test_every_requirement_has_words():
    facts = [CaseFacts(of_pupil=of_pupil, level="preventive") for of_pupil in (True, False)]
    asked = {item.code for gate in GATES.values() for fact in facts for item in gate(fact)}
    assert asked <= codes("cases.requirementtext")


def sources() -> list[str]:
    return [path.read_text(encoding="utf-8") for app in APPS for path in (ROOT / app).rglob("*.py")]


def reference(name: str) -> dict[str, list[dict[str, str]]]:
    path = ROOT / "fixtures" / "reference" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def codes(name: str) -> set[str]:
    return {row["code"] for row in reference(name)["row"]}
