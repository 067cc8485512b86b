"""Whoever controls the log reads words: every page, look-up, act and purpose has its own."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from districts.scope import _PURPOSES
from haderslev.core import features, journalling
from haderslev.core.features import contributed
from haderslev.core.subject import JournalSubject
from haderslev.journal.models import Act, Read
from tests.architecture.urls import addresses
from tests.people import Cast
from tests.story import Story

ROOT = Path(__file__).parents[2]
APPS = ("haderslev", "districts", "plans", "cases", "pku")
ACTS = set(contributed(features.Act))
PAGES = set(contributed(features.Page))
ACTION = re.compile(
    rf"({'|'.join(config.label for config in apps.get_app_configs())})\.[a-z]+\.[a-z_]+"
)


def trees() -> Iterator[ast.AST]:
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            if file.name == "features.py" or "migrations" in file.parts:
                continue
            yield ast.parse(file.read_text(encoding="utf-8"))


def journalled(tree: ast.AST) -> Iterator[str]:
    """Yield every name of an act that stands in a call, whole as it is journalled."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for value in node.args:
                if isinstance(value, ast.Constant) and ACTION.fullmatch(str(value.value)):
                    yield str(value.value)


def test_every_act_has_words_and_happens() -> None:
    assert {action for tree in trees() for action in journalled(tree)} == ACTS


def test_every_act_is_called_after_a_model() -> None:
    labels = {model._meta.label_lower for model in apps.get_models()}
    assert {action.rpartition(".")[0] for action in ACTS} <= labels


def test_an_act_is_not_called_after_another_model(cast: Cast) -> None:
    with pytest.raises(ValueError, match="is no act on"):
        journalling.act("districts.learningcommunity.opened", cast.child, by=cast.teacher)


def test_every_page_has_words() -> None:
    pages = {
        address.name
        for address in addresses()
        if address.rule not in {"public", "signed-in"} or address.name == "home"
    }
    assert pages == PAGES


# Calls whose word ``fields`` is what the look-up is journalled as.
SAY_FIELDS = {"on_object", "acts_on", "uncover"}


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
    about = {text for model in (Act, Read) for row in model.objects.all() for text in row.about}
    assert {text.partition(":")[0] for text in about} == set(contributed(JournalSubject))
