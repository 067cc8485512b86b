"""A dated value that nothing reads would be changed in admin without any effect."""

import tomllib
from pathlib import Path

import pytest

from console import ROOT

APPS = ("haderslev", "districts", "plans", "cases", "pku")
CODES = {
    row["code"]
    for row in tomllib.loads(Path(ROOT, "fixtures/reference/core.legalvalue.toml").read_text())[
        "row"
    ]
}


@pytest.fixture(scope="module")
def code() -> str:
    files = [file for app in APPS for file in Path(ROOT, app).rglob("*.py")]
    # What only the invented municipality reads does nothing for a real one.
    return "".join(file.read_text() for file in files if "demonstration" not in file.parts)


@pytest.mark.parametrize("value", sorted(CODES))
def test_every_value_is_read(code: str, value: str) -> None:
    assert f'"{value}"' in code
