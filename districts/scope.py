"""What a person's memberships and openings give: resolved once a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Value

from districts.permissions import Role
from haderslev.accounts.models import Membership
from haderslev.core import request_cache

# Openings to a person, not to a role, are a psychologist's: they count while the person is one.
PERSONAL_ROLE = Role.PSYCHOLOGIST

# Tables of openings; cases.apps adds its own.
GRANT_TABLES: list[tuple[Any, Any]] = []

_PURPOSES = (
    ({Role.LOG_CONTROLLER}, "log_control"),
    ({Role.LEADER, Role.DEPUTY}, "leadership"),
    ({Role.TEACHER}, "team_work"),
    ({Role.SCHOOL_SECRETARY}, "school_office"),
    ({Role.PSYCHOLOGIST}, "ppv"),
    ({Role.PKU_CHAIR, Role.PKU_MEMBER, Role.PKU_SECRETARY}, "referral"),
    ({Role.OFFER_HEAD}, "follow_up"),
    ({Role.PLC_ADVISER, Role.PRACTICE_ADVISER, Role.FAMILY_COUNSELLOR}, "invited_advice"),
    ({Role.COUNCIL_MEMBER, Role.COUNCIL_COORDINATOR, Role.CONSULTANT, Role.CHIEF}, "council"),
)


@dataclass(frozen=True)
class HeldRole:
    """A role that a person holds today."""

    role: Role
    unit_id: int
    unit_kind: str
    unit_name: str
    group_id: int


@dataclass(frozen=True)
class Scope:
    """A person's roles today and the units where each permission is held."""

    user_id: int | None
    roles: tuple[HeldRole, ...]
    by_perm: dict[str, frozenset[int]]

    def units(self, perm: str) -> frozenset[int]:
        """Return the ids of the units where ``perm`` is held."""
        return self.by_perm.get(perm, frozenset())

    @property
    def group_ids(self) -> list[int]:
        """Return the ids of the groups of today's roles."""
        return [held.group_id for held in self.roles]

    @property
    def may_hold_personally(self) -> bool:
        """Tell whether what was opened to the person, not to a role, counts today."""
        return any(held.role is PERSONAL_ROLE for held in self.roles)

    def unit_ids(self, *roles: Role) -> list[int]:
        """Return the units where the person holds one of ``roles``."""
        return [held.unit_id for held in self.roles if held.role in roles]

    def granted_ids(self, perm: str, group_table: Any) -> list[int]:
        """Return the ids of objects opened to the person with ``perm``."""
        return self.grants(group_table).get(perm, [])

    def grants(self, group_table: Any) -> dict[str, list[int]]:
        """Return what one kind of opening gives the person: codename → ids."""
        return self._all_grants().get(group_table._meta.label, {})

    def grant_codenames(self) -> frozenset[str]:
        """Return every codename that some opening gives the person."""
        return frozenset(code for table in self._all_grants().values() for code in table)

    def _all_grants(self) -> dict[str, dict[str, list[int]]]:
        """Return every valid opening: table → codename → ids. One query, once a request."""
        if not self.roles:
            return {}

        def find() -> dict[str, dict[str, list[int]]]:
            parts: list[QuerySet[Any]] = []
            for groups, users in GRANT_TABLES:
                group_rows, user_rows = groups.rows, users.rows
                kinds = [group_rows.valid().filter(group_id__in=self.group_ids)]
                if self.may_hold_personally:
                    kinds.append(user_rows.valid().filter(user_id=self.user_id))
                for rows in kinds:
                    at = rows.annotate(at=Value(groups._meta.label))
                    parts.append(at.values_list("at", "permission__codename", "content_object_id"))
            found: dict[str, dict[str, list[int]]] = {}
            for table, codename, pk in parts[0].union(*parts[1:]):
                found.setdefault(table, {}).setdefault(codename, []).append(pk)
            return found

        return request_cache.once(("grants", self.user_id), find)


NOBODY = Scope(None, (), {})


def scope_of(user: Any) -> Scope:
    """Return what the person has today. One query, once a request."""
    if user is None or not user.is_active or user.is_anonymous:
        return NOBODY
    return request_cache.once(("scope", user.pk), lambda: _find(user.pk))


def _find(user_id: int) -> Scope:
    rows = Membership.objects.active().filter(user_id=user_id, group__unit_role__isnull=False)
    held: dict[int, HeldRole] = {}
    units: dict[str, set[int]] = {}
    for codename, permitted_unit, role, unit_id, kind, name, group_id in rows.values_list(
        "group__unitgrouppermission__permission__codename",
        "group__unitgrouppermission__content_object_id",
        "group__unit_role__role",
        "group__unit_role__unit_id",
        "group__unit_role__unit__kind",
        "group__unit_role__unit__name",
        "group_id",
    ):
        if group_id not in held:
            held[group_id] = HeldRole(Role(role), unit_id, kind, name, group_id)
        # A role without a right in its unit is one row without a permission.
        if codename is not None:
            units.setdefault(codename, set()).add(permitted_unit)
    by_perm = {codename: frozenset(ids) for codename, ids in units.items()}
    return Scope(user_id, tuple(held.values()), by_perm)


class UnitRights:
    """Answers core.ports.Rights."""

    def holds(self, user: Any, perm: str) -> bool:
        """Tell whether the person holds ``perm`` anywhere."""
        scope = scope_of(user)
        return bool(scope.units(perm)) or perm in scope.grant_codenames()

    def purpose(self, user: Any) -> str:
        """Return the purpose that the person's work relation gives."""
        roles = {held.role for held in scope_of(user).roles}
        return next((code for those, code in _PURPOSES if roles & those), "other")

    def role_names(self, user: Any) -> Sequence[str]:
        """Return today's roles with their units, in words."""
        return [f"{held.role.label} · {held.unit_name}" for held in scope_of(user).roles]
