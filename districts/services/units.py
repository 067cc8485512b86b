"""Units, their roles, who holds them, and the rows of rights that the apps declare."""

from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from districts.models import Unit, UnitGroupPermission, UnitRole
from districts.permissions import Administered, Role, of_role, rights
from districts.scope import GRANT_TABLES
from haderslev.accounts.models import Membership, User
from haderslev.core import clock
from haderslev.core.features import contributed

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
    """Tell whether this kind of unit has the role."""
    return role in ROLES_AT[Unit.Kind(unit.kind)]


def role_group(unit: Unit, role: Role) -> Group:
    """Return the group of a role at a unit, and create it with its rights if it is missing."""
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


def after_migrate(*, using: str, **_: object) -> None:
    """Write after each migration what the apps declare: permissions, and each role's rows."""
    opened = [table.content_object.field.related_model for table, _people in GRANT_TABLES]
    for model in (Unit, *opened):
        content_type = ContentType.objects.db_manager(using).get_for_model(model)
        Permission.objects.using(using).bulk_create(
            (
                Permission(codename=right.code, name=right.name, content_type=content_type)
                for right in rights()
            ),
            ignore_conflicts=True,
        )
    sync_role_permissions(using=using)


def sync_role_permissions(
    *, using: str = "default", unit_role_ids: Collection[int] | None = None
) -> None:
    """Make the rows of some or all role groups equal to what is declared. Idempotent."""
    rows = UnitRole.objects.using(using)
    if unit_role_ids is not None:
        rows = rows.filter(pk__in=unit_role_ids)
    unit_perms = dict(
        Permission.objects.using(using)
        .filter(content_type__app_label="districts", content_type__model="unit")
        .values_list("codename", "pk")
    )
    for row in rows:
        wanted = {unit_perms[code] for code in of_role(row.role)}
        present = UnitGroupPermission.objects.using(using).filter(group_id=row.group_id)
        have = set(present.values_list("permission_id", flat=True))
        present.exclude(permission_id__in=wanted).delete()
        UnitGroupPermission.objects.using(using).bulk_create(
            UnitGroupPermission(
                group_id=row.group_id, permission_id=perm, content_object_id=row.unit_id
            )
            for perm in wanted - have
        )
        if row.role == Role.ADMINISTRATOR:
            pages = {
                (app, f"{verb}_{model}")
                for each in contributed(Administered).values()
                for app, model in [each.code.split(".")]
                for verb in each.verbs
            }
            found = Permission.objects.using(using).select_related("content_type")
            known = found.filter(codename__in=[code for _, code in pages])
            group = Group.objects.using(using).get(pk=row.group_id)
            group.permissions.set(
                each for each in known if (each.content_type.app_label, each.codename) in pages
            )
