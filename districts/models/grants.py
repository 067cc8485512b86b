"""Rows of rights: guardian's abstract tables with direct foreign keys, plus an end.

guardian's own functions ignore ``valid_until``; they are not used, see docs/decisions.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from haderslev.core import clock


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

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


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
