"""Units, their roles, and who holds them."""

from datetime import date

from django.contrib.auth.models import Group

from districts.models import Unit, UnitRole
from districts.permissions import Role
from districts.permissions_sync import sync_role_permissions
from haderslev.accounts.models import Membership, User
from haderslev.core import clock

# Which roles are held at which kind of unit.
ROLES_AT: dict[Unit.Kind, tuple[Role, ...]] = {
    Unit.Kind.MUNICIPALITY: (Role.CHIEF, Role.ADMINISTRATOR, Role.LOG_CONTROLLER),
    Unit.Kind.DISTRICT: (
        Role.PRACTICE_ADVISER,
        Role.COUNCIL_MEMBER,
        Role.COUNCIL_COORDINATOR,
        Role.CONSULTANT,
    ),
    Unit.Kind.SCHOOL: (Role.LEADER, Role.DEPUTY, Role.SCHOOL_SECRETARY, Role.PLC_ADVISER),
    Unit.Kind.INSTITUTION: (Role.OFFER_HEAD,),
    Unit.Kind.TEAM: (Role.TEACHER,),
    Unit.Kind.ADVISORY_TEAM: (Role.PSYCHOLOGIST,),
    Unit.Kind.FAMILY_COUNSELLING: (Role.FAMILY_COUNSELLOR,),
    Unit.Kind.PKU: (Role.PKU_MEMBER, Role.PKU_SECRETARY, Role.PKU_CHAIR),
}


def roles_fit(unit: Unit, role: Role) -> bool:
    """Tell whether a role can be held at this kind of unit."""
    return role in ROLES_AT[Unit.Kind(unit.kind)]


def role_group(unit: Unit, role: Role) -> Group:
    """Return the group of a role at a unit; it is made with its rights when it is missing."""
    row = UnitRole.objects.filter(unit=unit, role=role).select_related("group").first()
    if row is None:
        group = Group.objects.create(name=f"{role.value}@{unit.public_id}")
        row = UnitRole.objects.create(unit=unit, role=role, group=group)
        sync_role_permissions(unit_role_ids=[row.pk])
    return row.group


def appoint(
    user: User,
    role: Role,
    unit: Unit,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Membership:
    """Let a person hold a role at a unit for a time."""
    return Membership.objects.create(
        user=user,
        group=role_group(unit, role),
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
    )
