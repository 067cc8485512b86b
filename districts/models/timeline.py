"""The timeline of a child, a community and a case: what happened and where to read it; no text."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from districts.kinds import TimelineKind
from districts.models.communities import LearningCommunity
from districts.models.pupils import Pupil
from haderslev.core import clock
from haderslev.core.errors import Words
from haderslev.core.features import CodeField, contributed
from haderslev.core.policy import (
    Needs,
    PermittedQuerySet,
    Policy,
    Through,
    When,
    any_of,
    only,
    seen_by,
)
from haderslev.core.references import ReferenceField, page_url, url_of
from haderslev.core.words import WordsField


def _needed() -> list[str]:
    """Return the permissions that entries take."""
    return sorted({kind.needs for kind in contributed(TimelineKind).values()})


_ABOUT = any_of(
    Through("pupil", Pupil), When(Q(pupil=None), Through("community", LearningCommunity))
)
_WRITTEN = Needs("needed_permission", among=_needed, source=_ABOUT)


class TimelineEntry(models.Model):
    """One thing that happened; its text stays with the row it is about."""

    pupil = models.ForeignKey("districts.Pupil", models.CASCADE, null=True, related_name="timeline")
    community = models.ForeignKey(
        "districts.LearningCommunity", models.CASCADE, null=True, related_name="timeline"
    )
    case_number = models.CharField(max_length=16, blank=True, db_index=True)
    kind = CodeField(TimelineKind)
    detail = WordsField(max_length=120, blank=True)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by_name = models.CharField(max_length=120)
    needed_permission = models.CharField(max_length=40)
    subject = ReferenceField(null=True)

    objects = PermittedQuerySet.as_manager()
    policy = Policy(only("view_timeline", source=_WRITTEN), seen=seen_by("view_timeline"))

    class Meta:
        ordering = ("-happened_on", "-recorded_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(pupil__isnull=False) | Q(community__isnull=False),
                name="timeline_about_somebody",
            ),
        ]

    @property
    def label(self) -> Words:
        """Say what happened; a kind that no app knows any more shows its code."""
        kind = contributed(TimelineKind).get(self.kind)
        return kind.label if kind else self.kind

    @property
    def url(self) -> str:
        """Return the page of its row, if it leads to one. No query."""
        kind = contributed(TimelineKind).get(self.kind)
        if kind is None or not kind.linked or self.subject is None:
            return ""
        return page_url(kind.page, self.subject) if kind.page else url_of(self.subject)
