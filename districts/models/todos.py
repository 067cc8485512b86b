"""To-dos. The user's word is "opgave"; Celery's tasks are something else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from districts.kinds import TodoKind
from districts.models.communities import LearningCommunity, TeamCommunity
from districts.models.grants import Opening
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
    """To-dos by state, subject and the person who has them today."""

    def open(self) -> Self:
        """Return those that are not done."""
        return self.filter(done_at=None)

    def of(self, *kinds: TodoKind) -> Self:
        """Return those of some kinds."""
        return self.filter(kind__in=kinds)

    def about(self, rows: Referable | Iterable[Referable], part: str = "") -> Self:
        """Return those about a row, or about any of several; only one part of it, if given."""
        wanted = self.filter(subject__in=list(rows) if isinstance(rows, Iterable) else [rows])
        return wanted.filter(part=part) if part else wanted

    def for_user(self, user: User) -> Self:
        """Return this person's to-dos, by today's roles and enrolments."""
        scope = scope_of(user)
        if not scope.roles:
            return self.none()
        mine = Q(user=scope.user_id)
        if not scope.may_hold_personally:
            mine &= ~Q(kind__in=_codes(lambda kind: kind.personal))
        for each in scope.roles:
            around = _about_unit(each.unit_id, each.unit_kind)
            mine |= Q(role=each.role) & (Q(unit=each.unit_id) | around)
        # Some kinds are given together with an access that ends. They disappear with it, on its
        # date or when it is closed early; nobody has to mark them as done.
        today = clock.today()
        opened = Opening.objects.filter(
            group__in=scope.groups, closed_at=None, closes_on__gte=today
        )
        of_class = Q(pupil=None, community__in=opened.values("community"))
        about = Q(pupil__in=opened.values("pupil")) | of_class
        ending = _codes(lambda kind: kind.ends_with_access)
        return self.filter(mine).filter(~Q(kind__in=ending) | (Q(due_on__gte=today) & about))


def _codes(which: Callable[[TodoKind], bool]) -> list[str]:
    return [kind.code for kind in contributed(TodoKind).values() if which(kind)]


def _about_unit(unit_id: int, kind: str) -> Q:
    """Return the to-dos about the children and communities of a team or a school."""
    if kind == Unit.Kind.TEAM:
        teams = TeamCommunity.objects.active().filter(team=unit_id)
        communities = LearningCommunity.objects.filter(pk__in=teams.values("community"))
    elif kind == Unit.Kind.SCHOOL:
        communities = LearningCommunity.objects.filter(school=unit_id)
    else:
        return Q(pk__in=[])
    pupils = Enrolment.objects.active().filter(community__in=communities).values("pupil")
    return Q(unit=None) & (Q(community__in=communities) | Q(pupil__in=pupils))


class Todo(models.Model):
    """Something that a role (or, rarely, a person) has to do. The act itself marks it as done."""

    kind = CodeField(TodoKind)
    role = models.CharField(max_length=30, choices=Role.choices, blank=True)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="todos")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="todos")
    pupil = models.ForeignKey("districts.Pupil", models.CASCADE, null=True, related_name="todos")
    community = models.ForeignKey(
        "districts.LearningCommunity", models.CASCADE, null=True, related_name="todos"
    )
    case_number = models.CharField(max_length=16, blank=True, db_index=True)
    subject = ReferenceField(db_index=True)
    # Which of them, where there are several to-dos of one kind about one row.
    part = models.CharField(max_length=20, blank=True)
    # The row with which its page is opened, if that is not the subject.
    at = ReferenceField(null=True)
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

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
