"""Units, their roles, and who holds them."""

from datetime import date
from typing import Any

from django.contrib.auth.models import Group

from districts.models import Unit, UnitRole
from districts.permissions import Role
from districts.permissions_sync import sync_role_permissions
from haderslev.accounts.models import Membership
from haderslev.core import clock


def role_group(unit: Unit, role: Role) -> Group:
    """Return the group of a role at a unit; it is made with its rights when it is missing."""
    row = UnitRole.objects.filter(unit=unit, role=role).select_related("group").first()
    if row is None:
        group = Group.objects.create(name=f"{role.value}@{unit.public_id}")
        row = UnitRole.objects.create(unit=unit, role=role, group=group)
        sync_role_permissions(unit_role_ids=[row.pk])
    return row.group


def appoint(
    user: Any, role: Role, unit: Unit, *, starts_on: date | None = None, ends_on: date | None = None
) -> Membership:
    """Let a person hold a role at a unit for a time."""
    return Membership.objects.create(
        user=user,
        group=role_group(unit, role),
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
    )
