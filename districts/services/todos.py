"""Giving to-dos, and marking them done."""

from collections.abc import Iterable
from datetime import date

from districts.kinds import Subject, TodoKind
from districts.models import Todo, Unit
from districts.permissions import Role
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.identity import Referable


def give(
    kind: TodoKind,  # what is to be done
    subject: Subject,  # the row it is about, which knows its child, community and case
    *roles: Role,  # who has it
    unit: Unit | None = None,  # where the roles are held
    user: User | None = None,  # the person who has it instead
    # The row with which its page is opened, if that is not ``subject``.
    at: Referable | None = None,
    part: str = "",  # which of several to-dos of this kind about the row
    due_on: date | None = None,  # the last day to do it
    case_number: str = "",  # the case, if the row itself belongs to none
) -> None:
    """Give a to-do about a row to roles at a unit, to roles around a child, or to a person.

    Without ``unit`` it belongs to those who hold one of the roles around the child or community on
    the day it is read. Giving the same to-do again only updates it. Two queries a role.
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
    """Mark to-dos done, as part of the act itself. Returns how many there were."""
    rows = Todo.objects.open().of(*kinds).about(about, part)
    return rows.update(done_at=clock.now(), done_by=by)
