"""Openings, and the rows of rights: guardian's abstract tables with direct keys, plus an end.

guardian's own functions ignore ``valid_until``; they are not used, see docs/decisions.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from districts.models.about import ONE_TARGET, AboutModel
from districts.permissions import Cause, cause_words
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.features import CodeField
from haderslev.core.words import WordsField


class GrantQuerySet(models.QuerySet["ExpiringGrant"]):
    """Rows by time."""

    def valid(self) -> Self:
        """Return those that count now."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=clock.now()))


class ExpiringGrant(models.Model):
    """A row of rights that ends by itself."""

    valid_until = models.DateTimeField(null=True)

    # Beside guardian's own ``objects``, which knows no end.
    rows = GrantQuerySet.as_manager()

    class Meta:
        abstract = True


class UnitGroupPermission(GroupObjectPermissionBase):
    """Standing rights of a role at a unit."""

    content_object = models.ForeignKey(
        "districts.Unit", models.CASCADE, related_name="group_permissions"
    )


class CommunityGroupPermission(ExpiringGrant, GroupObjectPermissionBase):
    """A learning community opened to a group."""

    content_object = models.ForeignKey(
        "districts.LearningCommunity", models.CASCADE, related_name="group_permissions"
    )


class CommunityUserPermission(ExpiringGrant, UserObjectPermissionBase):
    """A learning community opened to a person."""

    content_object = models.ForeignKey(
        "districts.LearningCommunity", models.CASCADE, related_name="user_permissions"
    )


class PupilGroupPermission(ExpiringGrant, GroupObjectPermissionBase):
    """A pupil opened to a group."""

    content_object = models.ForeignKey(
        "districts.Pupil", models.CASCADE, related_name="group_permissions"
    )


class PupilUserPermission(ExpiringGrant, UserObjectPermissionBase):
    """A pupil opened to a person."""

    content_object = models.ForeignKey(
        "districts.Pupil", models.CASCADE, related_name="user_permissions"
    )


class OpeningBase(models.Model):
    """To whom, why, until when. The rows of rights follow from it (services.openings)."""

    public_id = PublicIdField()
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cause = CodeField(Cause, verbose_name=_("cause"), max_length=12)
    basis = WordsField(_("basis"), max_length=300)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    closes_on = models.DateField(_("open until"), null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(group=None, user__isnull=False) | Q(group__isnull=False, user=None),
                name="%(class)s_one_holder",
            ),
        ]

    @property
    def cause_in_words(self) -> str:
        """Return why, in words."""
        return str(cause_words()[self.cause])

    @property
    def is_open(self) -> bool:
        """Tell whether it counts now."""
        return self.closed_at is None and (
            self.closes_on is None or self.closes_on >= clock.today()
        )


class Opening(OpeningBase, AboutModel):
    """An opening of a community or a pupil."""

    class Meta(OpeningBase.Meta):
        ordering = ("-opened_at",)
        constraints = [
            *OpeningBase.Meta.constraints,
            models.CheckConstraint(condition=ONE_TARGET, name="opening_one_target"),
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opened_at__date")),
                name="opening_period",
            ),
        ]
