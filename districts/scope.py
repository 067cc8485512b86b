"""What a person's memberships and openings give. Worked out once a request."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any  # models of the tables of rights

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Value

from districts.permissions import Right, Role
from haderslev.accounts.models import Membership, User
from haderslev.core import request_cache
from haderslev.core.errors import Words
from haderslev.core.features import contributed
from haderslev.core.policy import Hold, Way

# Only psychologists get openings in person rather than by role, and only while they are one.
PERSONAL_ROLE = Role.PSYCHOLOGIST

# Tables of openings, of groups and of people; apps above add their own. Their models, which stand
# above, are not imported here.
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
    def groups(self) -> frozenset[int]:
        """Return the ids of the groups of today's roles."""
        return frozenset(each.group_id for each in self.roles)

    @property
    def may_hold_personally(self) -> bool:
        """Tell whether openings to the person, not to a role, count today."""
        return PERSONAL_ROLE in {each.role for each in self.roles}

    def unit_ids(self, *roles: Role) -> list[int]:
        """Return the units where the person holds one of ``roles``."""
        return [each.unit_id for each in self.roles if each.role in roles]

    def granted_ids(self, perm: str, table: str) -> frozenset[int]:
        """Return the ids of the rows that are opened to the person with ``perm``."""
        return self._grants().get(table, {}).get(perm, frozenset())

    def permissions(self) -> frozenset[str]:
        """Return every permission that the person holds anywhere."""
        opened = (perm for table in self._grants().values() for perm in table)
        return frozenset((*self.by_perm, *opened))

    def _grants(self) -> dict[str, dict[str, frozenset[int]]]:
        """Return every valid opening: table → permission → ids. One query, once a request."""
        if not self.roles:
            return {}

        def find() -> dict[str, dict[str, frozenset[int]]]:
            parts: list[QuerySet[Model, tuple[str, str, int]]] = []
            for groups, users in GRANT_TABLES:
                kinds = [groups.rows.valid().filter(group_id__in=self.groups)]
                if self.may_hold_personally:
                    kinds.append(users.rows.valid().filter(user_id=self.user_id))
                for rows in kinds:
                    at = rows.annotate(at=Value(groups._meta.label))
                    parts.append(at.values_list("at", "permission__codename", "content_object_id"))
            return {
                table: _frozen((perm, pk) for _table, perm, pk in rows)
                for table, rows in groupby(sorted(parts[0].union(*parts[1:])), itemgetter(0))
            }

        return request_cache.once(("grants", self.user_id), find)


def _frozen(pairs: Iterable[tuple[str, int]]) -> dict[str, frozenset[int]]:
    """Return permission → ids."""
    found: dict[str, set[int]] = defaultdict(set)
    for perm, pk in pairs:
        found[perm].add(pk)
    return {perm: frozenset(ids) for perm, ids in found.items()}


NOBODY = Scope(None, (), {})


def scope_of(user: User | AnonymousUser | None) -> Scope:
    """Return what the person has today. One query, once a request."""
    if user is None or not user.is_active or user.is_anonymous:
        return NOBODY

    def find() -> Scope:
        rows = Membership.objects.active().filter(user_id=user.pk, group__unit_role__isnull=False)
        roles: dict[int, HeldRole] = {}
        held: list[tuple[str, int]] = []
        for codename, permitted_unit, role, unit_id, kind, name, group_id in rows.values_list(
            "group__unitgrouppermission__permission__codename",
            "group__unitgrouppermission__content_object_id",
            "group__unit_role__role",
            "group__unit_role__unit_id",
            "group__unit_role__unit__kind",
            "group__unit_role__unit__name",
            "group_id",
        ):
            roles[group_id] = HeldRole(Role(role), unit_id, kind, name, group_id)
            # A role without rights at its unit gives one row without a permission.
            if codename is not None:
                held.append((codename, permitted_unit))
        return Scope(user.pk, tuple(roles.values()), _frozen(held))

    return request_cache.once(("scope", user.pk), find)


class UnitRights:
    """Answers core.ports.Rights."""

    def holds(self, user: User | AnonymousUser, perm: str) -> bool:
        """Tell whether the person holds ``perm`` anywhere."""
        return perm in scope_of(user).permissions()

    def standing(self, user: User | AnonymousUser) -> Scope:
        """Return what the person holds today."""
        return scope_of(user)

    def holders(self, ways: Sequence[Way]) -> QuerySet[User]:
        """Return the active people who hold every part of one of these ways. One query."""
        found = Q(pk__in=[])
        for way in ways:
            found |= Q(*(_holds(hold) for hold in way))
        return User.objects.filter(found, is_active=True)

    def refusal(self, perm: str) -> Words:
        """Return the right's sentence for somebody who lacks it."""
        return contributed(Right)[perm].refused

    def purpose(self, user: User | AnonymousUser) -> str:
        """Return the purpose that follows from the person's work."""
        roles = {each.role for each in scope_of(user).roles}
        return next((code for those, code in _PURPOSES if roles & those), "other")

    def role_names(self, user: User | AnonymousUser) -> Sequence[str]:
        """Return today's roles with their units, in words."""
        return [f"{each.role.label} · {each.unit_name}" for each in scope_of(user).roles]


def _holds(hold: Hold) -> Q:
    """Return the condition for the people who hold it; see ``Hold.met_by``."""
    roles = Membership.objects.active().filter(group__unit_role__isnull=False)
    mine = roles.filter(user=OuterRef("pk"))
    with_perm = {"group__unitgrouppermission__permission__codename": hold.perm}
    found = Q(pk__in=hold.people)
    if hold.anywhere:
        found |= Q(Exists(mine.filter(**with_perm)))
    if hold.units:
        at_these = {**with_perm, "group__unitgrouppermission__content_object__in": hold.units}
        found |= Q(Exists(mine.filter(**at_these)))
    if hold.groups:
        found |= Q(Exists(mine.filter(group__in=hold.groups)))
    for label, pk in hold.grants:
        groups, users = next(each for each in GRANT_TABLES if each[0]._meta.label == label)
        given = {"content_object": pk, "permission__codename": hold.perm}
        to_groups = groups.rows.valid().filter(**given).values("group")
        found |= Q(Exists(mine.filter(group__in=to_groups)))
        to_people = users.rows.valid().filter(**given).values("user")
        personal = mine.filter(group__unit_role__role=PERSONAL_ROLE)
        found |= Q(Exists(personal), pk__in=to_people)
    return found
