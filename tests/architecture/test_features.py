"""What apps contribute: everything stored can be said, and an app more touches nothing below."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from cases.gates import GATES
from cases.kinds import Cure
from cases.models import RequirementText
from districts import features
from districts.kinds import TimelineKind, TodoKind
from districts.models import TimelineEntry, Todo
from districts.services import timeline, todos
from haderslev.core.checks import stored_keys_resolve
from haderslev.core.features import contributed
from haderslev.core.identity import Reference
from tests.people import Cast

ROOT = Path(settings.BASE_DIR)
APPS = ("haderslev", "districts", "plans", "cases", "pku", "demonstration")
KINDS = ("TodoKind", "TimelineKind", "Cure")


def sources() -> Iterator[Path]:
    for app in APPS:
        yield from (file for file in (ROOT / app).rglob("*.py") if "migrations" not in file.parts)


@pytest.mark.parametrize("kind", [TodoKind, TimelineKind, Cure])
def test_every_kind_is_contributed_in_the_file_of_its_app(kind: Any) -> None:
    assert len(contributed(kind)) >= 20
    made = {
        file.name
        for file in sources()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == kind.__name__
    }
    assert made <= {"features.py", "kinds.py"}


@pytest.mark.parametrize("kind", [TodoKind, TimelineKind])
def test_every_kind_is_used_and_named_after_its_constant(kind: Any) -> None:
    used = {
        node.attr
        for file in sources()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    for code in contributed(kind):
        app, _dot, name = code.partition(".")
        assert app in APPS
        assert name.upper() in used, f"{code} is never used"


def test_a_kind_whose_page_is_gone_is_refused() -> None:
    for kind in (
        TodoKind("cases.x", "X", "cases:gone"),
        TimelineKind("cases.x", "X", "view_case", {"cases.case": "cases:gone"}),
        Cure("x", "view_case", "gone:gone"),
    ):
        assert "gone" in "".join(kind.problems())


def test_a_cure_is_of_a_requirement(db: None) -> None:
    known = set(RequirementText.objects.values_list("code", flat=True)) | {"consult_in_meeting"}
    assert set(contributed(Cure)) <= known
    assert GATES


def test_a_code_that_nobody_knows_shows_itself(cast: Cast, sign_in: Any) -> None:
    todos.give(features.CHECK_SETUP, cast.child, user=cast.leader)
    timeline.note(features.PUPIL_ADDED, cast.child, by=cast.leader)
    Todo.objects.update(kind="gone.todo")
    TimelineEntry.objects.update(kind="gone.entry")
    browser = sign_in(cast.leader)
    assert "gone.todo" in browser.get("/").text
    page = reverse("districts:pupil_timeline", args=[cast.child.public_id])
    assert "gone.entry" in browser.get(page).text


def test_a_row_of_a_model_that_is_gone_has_no_page(cast: Cast, sign_in: Any) -> None:
    todos.give(features.CHECK_SETUP, cast.child, user=cast.leader)
    Todo.objects.update(kind="gone.todo", subject=Reference("gone.model", "X1"))
    assert sign_in(cast.leader).get("/").status_code == 200


def test_the_check_finds_what_is_stored_and_not_known(cast: Cast) -> None:
    assert stored_keys_resolve(databases=["default"]) == []
    todos.give(features.CHECK_SETUP, cast.child, user=cast.leader)
    timeline.note(features.PUPIL_ADDED, cast.child, by=cast.leader)
    assert stored_keys_resolve(databases=["default"]) == []
    Todo.objects.update(kind="gone.todo", subject=Reference("gone.model", "X1"))
    TimelineEntry.objects.update(kind="gone.entry", detail="Ordinary words")
    found = "\n".join(str(error) for error in stored_keys_resolve(databases=["default"]))
    assert all(code in found for code in ("gone.todo", "gone.model", "gone.entry"))
    assert "Ordinary" not in found


def test_an_app_more_touches_no_file_below(django_db_setup: None) -> None:
    """Its page, menu, to-do and entry come from its own folder alone."""
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider",
         "--ds", "tests.toy.settings", "tests/toy/visits.py"],
        cwd=ROOT,
        env={**os.environ, "PYTEST_XDIST_WORKER": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    for file in sources():
        assert "toy" not in file.read_text(encoding="utf-8").lower().replace("legetoej", "")
