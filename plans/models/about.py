"""What every record of the cycle shares: it is about a pupil or a learning community."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.kinds import Concerned
from districts.models import LearningCommunity, Pupil
from haderslev.core.policy import PermittedQuerySet, Through, any_of
from haderslev.core.subject import Subject

ONE_TARGET = Q(community=None, pupil__isnull=False) | Q(community__isnull=False, pupil=None)


ABOUT = any_of(Through("pupil", Pupil), Through("community", LearningCommunity))


class StandingQuerySet[Row: models.Model](PermittedQuerySet[Row]):
    """Rows by rights, some of which may be withdrawn."""

    def standing(self) -> Self:
        """Return those that are not withdrawn."""
        return self.filter(withdrawn_at=None)


class WithdrawableModel(models.Model):
    """A record that stays in the history when it was wrong."""

    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class AboutModel(models.Model):
    """A record about exactly one of a pupil and a community."""

    pupil = models.ForeignKey(
        Pupil, models.PROTECT, null=True, related_name="%(class)ss", verbose_name=_("pupil")
    )
    community = models.ForeignKey(
        LearningCommunity,
        models.PROTECT,
        null=True,
        related_name="%(class)ss",
        verbose_name=_("learning community"),
    )

    class Meta:
        abstract = True

    @property
    def target(self) -> Pupil | LearningCommunity:
        """Return whom it is about."""
        target = self.pupil or self.community
        assert target is not None  # noqa: S101 - a constraint of the table
        return target

    @property
    def concerns(self) -> Concerned:
        """Return whom it concerns, for timeline and to-dos."""
        return {"pupil": self.pupil, "community": self.community}

    def journal_subject(self) -> Subject:
        """About the pupil or the community."""
        return Subject.of(pupil=self.pupil_id, community=self.community_id)
