"""Giving and taking away what waits for somebody."""

from datetime import date
from typing import Any

from districts.models import LearningCommunity, Pupil, Todo, TodoKind, Unit
from districts.permissions import Role
from haderslev.core import clock


def give(
    kind: TodoKind,
    *,
    key: str,
    url: tuple[str, str],
    role: Role | None = None,
    unit: Unit | None = None,
    user: Any = None,
    pupil: Pupil | None = None,
    community: LearningCommunity | None = None,
    due_on: date | None = None,
    case_number: str = "",
) -> Todo:
    """Let something wait for a role at a unit, for the role around a child, or for a person.

    With ``role`` and ``pupil`` (or ``community``) but no ``unit``, it waits for those who hold
    the role around the child today, whoever that is when it is read. The same thing waits once.
    """
    todo, _ = Todo.objects.update_or_create(
        kind=kind,
        subject_key=key,
        role=role or "",
        unit=unit,
        user=user,
        done_at=None,
        defaults={
            "pupil": pupil,
            "community": community,
            "due_on": due_on,
            "url_name": url[0],
            "url_key": url[1],
            "case_number": case_number,
        },
    )
    return todo


def done(*kinds: TodoKind, key: str, by: Any) -> int:
    """Take away what waited; the act itself calls this. Returns how many."""
    rows = Todo.objects.open().filter(kind__in=kinds, subject_key=key)
    return rows.update(done_at=clock.now(), done_by=by)
