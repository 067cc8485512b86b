"""What waits for somebody. The user's word is "opgave"; Celery's tasks are something else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from districts.kinds import TodoKind
from districts.models.communities import LearningCommunity, TeamCommunity
from districts.models.openings import Opening
from districts.models.pupils import Enrolment
from districts.models.units import Unit
from districts.permissions import Role
from districts.scope import scope_of
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.errors import Words
from haderslev.core.features import CodeField, contributed
from haderslev.core.identity import Referable
from haderslev.core.references import ReferenceField, page_url, url_of


class TodoQuerySet(models.QuerySet["Todo"]):
    """What waits, by whom it waits for today."""

    def open(self) -> Self:
        """Return what is not done."""
        return self.filter(done_at=None)

    def of(self, *kinds: TodoKind) -> Self:
        """Return what is of some kinds."""
        return self.filter(kind__in=kinds)

    def about(self, rows: Referable | Iterable[Referable], part: str = "") -> Self:
        """Return what is about a row or about one of several; about one part of it, if given."""
        wanted = self.filter(subject__in=list(rows) if isinstance(rows, Iterable) else [rows])
        return wanted.filter(part=part) if part else wanted

    def for_user(self, user: User) -> Self:
        """Return what waits for this person: resolved by today's roles and enrolments."""
        scope = scope_of(user)
        if not scope.roles:
            return self.none()
        mine = Q(user=scope.user_id)
        if not scope.may_hold_personally:
            mine &= ~Q(kind__in=_codes(lambda kind: kind.personal))
        for held in scope.roles:
            mine |= Q(role=held.role) & (
                Q(unit=held.unit_id) | _about_unit(held.unit_id, held.unit_kind)
            )
        return self.filter(mine).filter(_not_shut(scope.groups))


def _not_shut(group_ids: frozenset[int]) -> Q:
    """Return what does not name a child or a class that has been shut to the person again.

    Where the access of those who are asked has an end, the line goes with the access, on its date
    or before, without anybody's act.
    """
    today = clock.today()
    opened = Opening.objects.filter(group__in=group_ids, closed_at=None, closes_on__gte=today)
    about = Q(pupil__in=opened.values("pupil")) | Q(
        pupil=None, community__in=opened.values("community")
    )
    ending = _codes(lambda kind: kind.ends_with_access)
    return ~Q(kind__in=ending) | (Q(due_on__gte=today) & about)


def _codes(which: Callable[[TodoKind], bool]) -> list[str]:
    return [kind.code for kind in contributed(TodoKind).values() if which(kind)]


def _about_unit(unit_id: int, kind: str) -> Q:
    """Return what a role at this unit has to do with children and communities."""
    if kind == Unit.Kind.TEAM:
        teams = TeamCommunity.objects.active().filter(team=unit_id)
        communities = LearningCommunity.objects.filter(pk__in=teams.values("community"))
    elif kind == Unit.Kind.SCHOOL:
        communities = LearningCommunity.objects.filter(school=unit_id)
    else:
        return Q(pk__in=[])
    pupils = Enrolment.objects.active().filter(community__in=communities).values("pupil")
    return Q(unit=None, community__in=communities) | Q(unit=None, pupil__in=pupils)


class Todo(models.Model):
    """One thing waits for a role (or, rarely, a person). It goes away by the act itself."""

    kind = CodeField(TodoKind)
    role = models.CharField(max_length=30, choices=Role.choices, blank=True)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="todos")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="todos"
    )
    pupil = models.ForeignKey("districts.Pupil", models.CASCADE, null=True, related_name="todos")
    community = models.ForeignKey(
        "districts.LearningCommunity", models.CASCADE, null=True, related_name="todos"
    )
    case_number = models.CharField(max_length=16, blank=True, db_index=True)
    subject = ReferenceField(db_index=True)
    # Where one row waits for several things at once: which of them.
    part = models.CharField(max_length=20, blank=True)
    # The row with which its page is opened, where that is another.
    at = ReferenceField(null=True)
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = TodoQuerySet.as_manager()
    races = ("todo_open_once",)

    class Meta:
        ordering = (models.F("due_on").asc(nulls_last=True), "created_at")
        constraints = [
            models.CheckConstraint(
                condition=~Q(role="") | Q(user__isnull=False), name="todo_has_addressee"
            ),
            models.UniqueConstraint(
                fields=["kind", "subject", "part", "role", "user", "unit"],
                name="todo_open_once",
                condition=Q(done_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def label(self) -> Words:
        """Say what is to be done; a kind that no app knows any more shows its code."""
        kind = contributed(TodoKind).get(self.kind)
        return kind.label if kind else self.kind

    @property
    def url(self) -> str:
        """Return the page where it is done. No query."""
        kind, row = contributed(TodoKind).get(self.kind), self.at or self.subject
        if kind is None:
            return url_of(row)
        return page_url(kind.page, row) if kind.takes_row else reverse(str(kind.page))

    @property
    def is_overdue(self) -> bool:
        """Tell whether its date has passed."""
        return self.due_on is not None and self.due_on < clock.today()
