"""What is about exactly one of a pupil and a learning community: openings, plans, cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.kinds import Concerned
from haderslev.core.subject import Subject

if TYPE_CHECKING:
    from districts.models.communities import LearningCommunity
    from districts.models.pupils import Pupil

ONE_TARGET = Q(community=None, pupil__isnull=False) | Q(community__isnull=False, pupil=None)


class AboutModel(models.Model):
    """A record about exactly one of a pupil and a community; a constraint says so, too."""

    pupil = models.ForeignKey(
        "districts.Pupil",
        models.PROTECT,
        null=True,
        related_name="%(class)ss",
        verbose_name=_("pupil"),
    )
    community = models.ForeignKey(
        "districts.LearningCommunity",
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


class PartModel(models.Model):
    """A record of something that is about a pupil or a community; ``whole`` is its column."""

    whole: ClassVar[str]

    class Meta:
        abstract = True

    @property
    def concerns(self) -> Concerned:
        """Return whom the whole concerns, for timeline and to-dos."""
        concerned: Concerned = getattr(self, self.whole).concerns
        return concerned

    def journal_subject(self) -> Subject:
        """About whom the whole is."""
        subject: Subject = getattr(self, self.whole).journal_subject()
        return subject
