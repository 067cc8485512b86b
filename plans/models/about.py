"""What every record of the cycle shares: it is about a pupil or a learning community."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.models import LearningCommunity, Pupil
from haderslev.core.journalling import Subject

ONE_TARGET = Q(community=None, pupil__isnull=False) | Q(community__isnull=False, pupil=None)


class AboutQuerySet(models.QuerySet[Any]):
    """Records by rights on the pupil or the community."""

    view_perm = ""
    # Another permission that also shows records about a community.
    community_view_perm = ""

    def permitted(self, user: Any, perm: str) -> Self:
        """Return the records on whose pupil or community the person holds ``perm``."""
        communities = LearningCommunity.objects.permitted(user, perm)
        about = Q(pupil__in=Pupil.objects.permitted(user, perm)) | Q(community__in=communities)
        if perm == self.view_perm and self.community_view_perm:
            also = LearningCommunity.objects.permitted(user, self.community_view_perm)
            about |= Q(community__in=also)
        return self.filter(about)

    def visible_to(self, user: Any) -> Self:
        """Return the records the person may know of."""
        return self.permitted(user, self.view_perm)


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
    def about(self) -> dict[str, Any]:
        """Return the keyword arguments for timeline and to-dos."""
        return {"pupil": self.pupil, "community": self.community}

    def journal_subject(self) -> Subject:
        """About the pupil or the community."""
        return Subject(
            pupil_ids=frozenset({self.pupil_id} if self.pupil_id else ()),
            community_ids=frozenset({self.community_id} if self.community_id else ()),
        )
