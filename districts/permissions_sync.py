"""Keeping the rows of rights equal to what the apps declare."""

from collections.abc import Collection

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from districts.permissions import Administered, Role, of_role, rights
from districts.scope import GRANT_TABLES
from haderslev.core.features import contributed


def after_migrate(*, using: str, **_: object) -> None:
    """Write the rows again after each migration."""
    sync_permissions(using=using)
    sync_role_permissions(using=using)


def sync_permissions(*, using: str = "default") -> None:
    """Make a permission of each right, on every model on which it is held. Idempotent."""
    from districts.models import Unit  # noqa: PLC0415 - apps.py

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


def sync_role_permissions(
    *, using: str = "default", unit_role_ids: Collection[int] | None = None
) -> None:
    """Make each role group's rows equal to its set, for some roles or all. Idempotent."""
    from districts.models import UnitGroupPermission, UnitRole  # noqa: PLC0415 - apps.py

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
            Group.objects.using(using).get(pk=row.group_id).permissions.set(
                _admin_permissions(using)
            )


def _admin_permissions(using: str) -> list[Permission]:
    wanted = {
        (app, f"{verb}_{model}")
        for each in contributed(Administered).values()
        for app, model in [each.code.split(".")]
        for verb in each.verbs
    }
    found = Permission.objects.using(using).filter(codename__in=[code for _, code in wanted])
    rows = found.select_related("content_type")
    return [row for row in rows if (row.content_type.app_label, row.codename) in wanted]
