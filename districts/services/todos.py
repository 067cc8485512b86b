"""Giving and taking away what waits for somebody."""

from collections.abc import Iterable
from datetime import date

from districts.kinds import Subject, TodoKind
from districts.models import Todo, Unit
from districts.permissions import Role
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.identity import Referable


def give(
    kind: TodoKind,
    subject: Subject,
    *roles: Role,
    unit: Unit | None = None,
    user: User | None = None,
    at: Referable | None = None,
    part: str = "",
    due_on: date | None = None,
    case_number: str = "",
) -> None:
    """Let a row wait for roles at a unit, for roles around a child, or for a person.

    Without ``unit`` it waits for those who hold one of the roles around the child or community
    today, whoever that is when it is read. The same thing waits once. Two queries a role.

    Args:
        kind: What is to be done.
        subject: The row it is about; that says which child, which community and which case.
        roles: For whom it waits.
        unit: Where the roles are held.
        user: The person for whom it waits instead.
        at: What its page is opened with, if that is another row.
        part: Which of several things that wait about the row.
        due_on: Until when.
        case_number: The case, where the row itself belongs to none.
    """
    whom = subject.concerns
    for role in roles or ("",):
        Todo.objects.update_or_create(
            kind=kind.code,
            subject=subject,
            part=part,
            role=role,
            unit=unit,
            user=user,
            done_at=None,
            defaults={
                "pupil": None if kind.unnamed else whom.get("pupil"),
                "community": None if kind.unnamed else whom.get("community"),
                "case_number": case_number or whom.get("case_number", ""),
                "due_on": due_on,
                "at": at,
            },
        )


def done(*kinds: TodoKind, about: Referable | Iterable[Referable], part: str = "", by: User) -> int:
    """Take away what waited; the act itself calls this. Returns how many."""
    rows = Todo.objects.open().of(*kinds).about(about, part)
    return rows.update(done_at=clock.now(), done_by=by)
