"""Rows of rights on one case, with an end."""

from __future__ import annotations

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from districts.models.grants import ExpiringGrant


class CaseGroupPermission(ExpiringGrant, GroupObjectPermissionBase):
    """A case opened to a group."""

    content_object = models.ForeignKey(
        "cases.Case", models.CASCADE, related_name="group_permissions"
    )


class CaseUserPermission(ExpiringGrant, UserObjectPermissionBase):
    """A case opened to a person."""

    content_object = models.ForeignKey(
        "cases.Case", models.CASCADE, related_name="user_permissions"
    )
