"""Whoever controls the log reads words: every page, look-up, act and purpose has its own."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from districts.scope import _PURPOSES
from haderslev.core import features
from haderslev.core.features import contributed
from haderslev.journal.models import Act, Read
from tests.architecture.urls import addresses
from tests.story import Story

ROOT = Path(__file__).parents[2]
APPS = ("haderslev", "districts", "plans", "cases", "pku")
ACTS = set(contributed(features.Act))
PAGES = set(contributed(features.Page))
ACTION = re.compile(r"(districts|plans|cases|pku)\.[a-z_]+\.[a-z_]+")


def trees() -> Iterator[ast.AST]:
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            if file.name == "features.py" or "migrations" in file.parts:
                continue
            yield ast.parse(file.read_text(encoding="utf-8"))


def journalled(tree: ast.AST) -> Iterator[str]:
    """Yield every name of an act; what is put together comes as a pattern."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = [word.value for word in node.keywords if word.arg == "action"]
            for value in [*node.args, *named]:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    if ACTION.fullmatch(value.value):
                        yield re.escape(value.value)
                elif isinstance(value, ast.JoinedStr):
                    parts = [
                        re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z_]+"
                        for part in value.values
                    ]
                    if parts[0].startswith(("districts\\.", "plans\\.", "cases\\.", "pku\\.")):
                        yield "".join(parts)


def test_every_act_has_words() -> None:
    patterns = {pattern for tree in trees() for pattern in journalled(tree)}
    assert len(patterns) > len(ACTS) / 2
    nameless = [each for each in patterns if not any(re.fullmatch(each, one) for one in ACTS)]
    assert nameless == []
    assert [one for one in ACTS if not any(re.fullmatch(each, one) for each in patterns)] == []


def test_every_page_has_words() -> None:
    pages = {
        address.name
        for address in addresses()
        if address.rule not in {"public", "signed-in"} or address.name == "home"
    }
    assert pages == PAGES


# Calls whose word ``fields`` is what the look-up is journalled as.
SAY_FIELDS = {"on_object", "uncover"}


def test_every_kind_of_look_up_has_words() -> None:
    kinds = {"content"}
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAY_FIELDS:
                named = [word.value for word in node.keywords if word.arg == "fields"]
                kinds |= {ast.literal_eval(value) for value in named}
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Constant)
                and ast.unparse(node.targets[0]).endswith("reads.fields")
            ):
                kinds.add(str(node.value.value))
    assert kinds == set(contributed(features.Seen))


def test_every_purpose_has_words() -> None:
    file = ROOT / "fixtures" / "reference" / "core.purpose.toml"
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["row"]
    assert {code for _roles, code in _PURPOSES} <= {row["code"] for row in rows}


def test_a_whole_course_is_journalled_in_words(told: Story) -> None:
    assert told.case.number
    assert set(Act.objects.values_list("action", flat=True)) <= ACTS
    assert set(Read.objects.values_list("page", flat=True)) <= PAGES
