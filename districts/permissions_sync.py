"""Keeping the rows of rights equal to ``districts.permissions``."""

from typing import Any

from django.contrib.auth.models import Group, Permission

from districts.permissions import ROLE_PERMISSIONS, Role

# What an administrator may do in Django admin: configuration, never a child's content.
_ADMIN_MODELS: dict[str, dict[str, tuple[str, ...]]] = {
    "accounts": {
        "user": ("view", "add", "change"),
        "membership": ("view", "add", "change"),
    },
    "districts": {
        "unit": ("view", "add", "change"),
        "school": ("view", "add", "change"),
        "institution": ("view", "add", "change"),
        "unitrole": ("view", "add"),
        "learningcommunity": ("view", "add", "change"),
        "teamcommunity": ("view", "add", "change"),
        "councilmeeting": ("view", "add", "change"),
    },
    "core": {
        "legalvalue": ("view", "add", "change"),
        "texttemplate": ("view",),
        "purpose": ("view",),
        "holiday": ("view", "add", "change", "delete"),
    },
    "plans": {"intervention": ("view", "add", "change")},
    "cases": {"outcometype": ("view",), "requirementtext": ("view",)},
    "pku": {"pkumeeting": ("view", "add", "change"), "referralquestion": ("view",)},
}


def after_migrate(*, using: str, **_: Any) -> None:
    """Write the rows again after each migration."""
    sync_role_permissions(using=using)


def sync_role_permissions(*, using: str = "default", unit_role_ids: Any = None) -> None:
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
        wanted = {unit_perms[c] for c in ROLE_PERMISSIONS[Role(row.role)] if c in unit_perms}
        held = UnitGroupPermission.objects.using(using).filter(group_id=row.group_id)
        have = set(held.values_list("permission_id", flat=True))
        held.exclude(permission_id__in=wanted).delete()
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
        for app, models in _ADMIN_MODELS.items()
        for model, verbs in models.items()
        for verb in verbs
    }
    found = Permission.objects.using(using).filter(codename__in=[code for _, code in wanted])
    rows = found.select_related("content_type")
    return [row for row in rows if (row.content_type.app_label, row.codename) in wanted]
