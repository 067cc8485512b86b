"""No app names one above it, not in a text either: the imports alone do not show that."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

# From the lowest up; an app knows those before it.
FLOORS = (
    "haderslev/journal",
    "haderslev/core",
    "haderslev/accounts",
    "districts",
    "plans",
    "cases",
    "pku",
)


@pytest.mark.parametrize("floor", FLOORS[:-1])
def test_no_text_names_a_page_an_act_or_a_model_of_an_upper_app(floor: str) -> None:
    upper = [Path(each).name for each in FLOORS[FLOORS.index(floor) + 1 :]]
    name = re.compile(rf"({'|'.join(upper)})(:|\.(?!toml))[a-z_]+")
    found = [
        f"{file}:{node.lineno}: {node.value}"
        for file in sorted(Path(settings.BASE_DIR, floor).rglob("*.py"))
        if "migrations" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and name.fullmatch(node.value)
    ]
    assert found == []
