"""What lint says when a tool that it asks is not content."""

from pathlib import Path

import pytest

import lint

CONTRACT = """
[tool.importlinter]
root_package = "fruit"
[[tool.importlinter.contracts]]
name = "Apples know no pears"
type = "forbidden"
source_modules = ["fruit.apples"]
forbidden_modules = ["fruit.{forbidden}"]
"""


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ("", "Could not read any configuration."),
        (CONTRACT.format(forbidden="plums"), "'fruit.plums' does not exist"),
        (CONTRACT.format(forbidden="pears"), "\nApples know no pears BROKEN\n"),
        (CONTRACT.format(forbidden="kernels"), ""),
    ],
)
@pytest.mark.parametrize("forced", ["FORCE_COLOR", "NO_COLOR"])
def test_imports_say_why_they_are_not_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configuration: str, said: str, forced: str
) -> None:
    (tmp_path / "fruit").mkdir()
    for name in ("__init__", "pears", "kernels"):
        (tmp_path / "fruit" / f"{name}.py").touch()
    (tmp_path / "fruit" / "apples.py").write_text("from fruit import pears\n")
    (tmp_path / "pyproject.toml").write_text(configuration)
    monkeypatch.setattr(lint, "ROOT", tmp_path)
    monkeypatch.setenv(forced, "1")
    found = lint._imports()
    assert said in found
    assert bool(found) == bool(said)
