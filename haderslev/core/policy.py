"""Who may do what with a row: declared once for each model, answered four ways.

A model says with ``policy`` where the rights on its rows come from: its unit, another row, an
opening, its author. From that one declaration follow

- ``Model.objects.permitted(user, perm)``: the rows on which somebody holds a permission,
- ``may(user, perm, row)``: whether somebody holds it on one row,
- ``held_on(user, row)``: everything somebody holds on one row,
- ``who_may(perm, row)``: everybody who holds it.

Each source has two sides that must agree, and a property test holds them together: ``rows`` goes
from a person to rows, as a condition for the database; ``ways`` goes from a row to what somebody
must hold to reach it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Protocol, Self, override  # Any: rows of any model

from django.apps import apps
from django.db import models
from django.db.models import Q

from haderslev.core import ports, request_cache
from haderslev.core.errors import NotAllowedError, Words

if TYPE_CHECKING:
    from django.contrib.auth.models import _AnyUser as Person
    from django.contrib.auth.models import _User as User

NOTHING = Q(pk__in=[])


class Standing(Protocol):
    """What somebody holds today; ``districts.scope`` works it out once a request."""

    @property
    def user_id(self) -> int | None:
        """Who it is; None for nobody."""

    def units(self, perm: str) -> frozenset[int]:
        """Return the units where a permission is held."""

    def granted_ids(self, perm: str, table: str) -> frozenset[int]:
        """Return the rows that are opened to the person with a permission."""

    def permissions(self) -> frozenset[str]:
        """Return every permission that is held anywhere."""

    @property
    def groups(self) -> frozenset[int]:
        """The groups of the person's roles."""


@dataclass(frozen=True)
class Hold:
    """What somebody must hold to reach a row; any one part is enough."""

    perm: str = ""  # held
    units: frozenset[int] = frozenset()  # at one of these, or
    grants: frozenset[tuple[str, int]] = frozenset()  # by one of these (table of rights, row), or
    groups: frozenset[int] = frozenset()  # by being in one of these, whatever it may do, or
    people: frozenset[int] = frozenset()  # by being one of them, or
    anywhere: bool = False  # at any unit

    def met_by(self, who: Standing) -> bool:
        """Tell whether somebody holds it."""
        held = who.units(self.perm)
        return (
            bool(held & self.units)
            or (self.anywhere and bool(held))
            or any(row in who.granted_ids(self.perm, table) for table, row in self.grants)
            or bool(self.groups & who.groups)
            or who.user_id in self.people
        )


# Every hold of a way is needed; any one way leads to the row.
type Way = tuple[Hold, ...]
type Ways = Callable[[str], list[Way]]


class Source(ABC):
    """Where rights on a row come from."""

    def asked(self) -> frozenset[str]:
        """Return permissions that only this source knows, as they are held under another name."""
        return frozenset()

    @abstractmethod
    def rows(self, who: Standing, perm: str) -> Q:
        """Return the condition for the rows on which somebody holds ``perm``. No query."""

    @abstractmethod
    def ways(self, row: Any) -> Ways:  # of the model that has the policy
        """Return what leads to a row, for any permission. Queries here, none when it is called."""


@dataclass(frozen=True)
class AtUnits(Source):
    """Rights held at units around the row."""

    reach: Callable[[frozenset[int]], Q]  # units → condition for the rows around which they are
    around: Callable[[Any], frozenset[int]]  # row of the model → the units around it

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        units = who.units(perm)
        return self.reach(units) if units else NOTHING

    @override
    def ways(self, row: models.Model) -> Ways:
        units = self.around(row)
        return lambda perm: [(Hold(perm, units=units),)]


def at(*paths: str) -> AtUnits:
    """Return the source of a row that belongs to units directly: ``at("unit", "unit__parent")``."""

    def reach(units: frozenset[int]) -> Q:
        return Q(*(Q((f"{path}__in", units)) for path in paths), _connector=Q.OR)

    def around(row: models.Model) -> frozenset[int]:
        values = type(row)._base_manager.filter(pk=row.pk).values_list(*paths).get()
        return frozenset(unit for unit in values if unit is not None)

    return AtUnits(reach, around)


@dataclass(frozen=True)
class AnyUnit(Source):
    """The permission, wherever it is held."""

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        return Q() if who.units(perm) else NOTHING

    @override
    def ways(self, row: models.Model) -> Ways:
        return lambda perm: [(Hold(perm, anywhere=True),)]


@dataclass(frozen=True)
class Opened(Source):
    """Rows opened to a group or a person; ``table`` is the label of the groups' table of rights."""

    table: str

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        ids = who.granted_ids(perm, self.table)
        return Q(pk__in=ids) if ids else NOTHING

    @override
    def ways(self, row: models.Model) -> Ways:
        grants = frozenset({(self.table, row.pk)})
        return lambda perm: [(Hold(perm, grants=grants),)]


@dataclass(frozen=True)
class Own(Source):
    """Rows that name the person in ``column``."""

    column: str

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        return NOTHING if who.user_id is None else Q((self.column, who.user_id))

    @override
    def ways(self, row: models.Model) -> Ways:
        user_id = getattr(row, f"{self.column}_id")
        people = frozenset(() if user_id is None else (user_id,))
        return lambda perm: [(Hold(perm, people=people),)]


@dataclass(frozen=True)
class Through(Source):
    """The rights on another row: ``path`` leads to it by foreign keys."""

    path: str
    target: type[models.Model]

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        theirs = policy_of(self.target).source.rows(who, perm)
        if theirs is NOTHING:
            return NOTHING
        return Q((f"{self.path}__in", self.target._base_manager.filter(theirs)))

    @override
    def ways(self, row: Any) -> Ways:
        for name in self.path.split("__"):
            row = getattr(row, name)
            if row is None:
                return lambda _perm: []
        return policy_of(self.target).source.ways(row)


@dataclass(frozen=True)
class ThroughMany(Source):
    """The rights on one of several rows, linked by a table: its column to us, and to them."""

    table: str
    column: str
    path: str
    target: type[models.Model]

    def _links(self) -> models.QuerySet[models.Model]:
        table: type[models.Model] = apps.get_model(self.table)
        return table._base_manager.all()

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        links = self._links().filter(Through(self.path, self.target).rows(who, perm))
        return Q(pk__in=links.values(self.column))

    @override
    def ways(self, row: models.Model) -> Ways:
        links = self._links().filter(**{self.column: row}).select_related(self.path)
        each = [Through(self.path, self.target).ways(link) for link in links]
        return lambda perm: [way for ways in each for way in ways(perm)]


@dataclass(frozen=True)
class When(Source):
    """A source for some rows only; a condition that depends on today is given as a function."""

    condition: Q | Callable[[], Q]
    source: Source

    def _condition(self) -> Q:
        return self.condition if isinstance(self.condition, Q) else self.condition()

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        found = self.source.rows(who, perm)
        return found if found is NOTHING else self._condition() & found

    @override
    def ways(self, row: models.Model) -> Ways:
        if not type(row)._base_manager.filter(self._condition(), pk=row.pk).exists():
            return lambda _perm: []
        return self.source.ways(row)


@dataclass(frozen=True)
class Asking(Source):
    """A source that answers for some permissions only: asked → held there."""

    held: Mapping[str, str]
    source: Source

    @override
    def asked(self) -> frozenset[str]:
        return frozenset(self.held)

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        return self.source.rows(who, self.held[perm]) if perm in self.held else NOTHING

    @override
    def ways(self, row: models.Model) -> Ways:
        inner = self.source.ways(row)
        return lambda perm: inner(self.held[perm]) if perm in self.held else []


def only(*perms: str, source: Source) -> Asking:
    """Return a source that answers for these permissions only."""
    return Asking({perm: perm for perm in perms}, source)


@dataclass(frozen=True)
class Except(Source):
    """A source that does not answer for some permissions."""

    perms: frozenset[str]
    source: Source

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        return NOTHING if perm in self.perms else self.source.rows(who, perm)

    @override
    def ways(self, row: models.Model) -> Ways:
        inner = self.source.ways(row)
        return lambda perm: [] if perm in self.perms else inner(perm)


@dataclass(frozen=True)
class Needs(Source):
    """Each row names in ``column`` the permission that it takes, whatever is asked."""

    column: str
    among: Callable[[], Iterable[str]]  # the values allowed there
    source: Source  # where it must be held

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        found = NOTHING
        for needed in self.among():
            theirs = self.source.rows(who, needed)
            if theirs is not NOTHING:
                found |= Q((self.column, needed)) & theirs
        return found

    @override
    def ways(self, row: models.Model) -> Ways:
        inner, needed = self.source.ways(row), getattr(row, self.column)
        return lambda _perm: inner(needed)


@dataclass(frozen=True)
class Both(Source):
    """Rights that two sources must both give."""

    first: Source
    second: Source

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        first, second = self.first.rows(who, perm), self.second.rows(who, perm)
        return NOTHING if first is NOTHING or second is NOTHING else first & second

    @override
    def ways(self, row: models.Model) -> Ways:
        first, second = self.first.ways(row), self.second.ways(row)
        return lambda perm: [one + other for one, other in product(first(perm), second(perm))]


@dataclass(frozen=True)
class AnyOf(Source):
    """Rights that any one of several sources gives."""

    sources: tuple[Source, ...]

    @override
    def asked(self) -> frozenset[str]:
        return frozenset().union(*(source.asked() for source in self.sources))

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        parts = [part for each in self.sources if (part := each.rows(who, perm)) is not NOTHING]
        return Q(*parts, _connector=Q.OR) if parts else NOTHING

    @override
    def ways(self, row: models.Model) -> Ways:
        each = [source.ways(row) for source in self.sources]
        return lambda perm: [way for ways in each for way in ways(perm)]


def any_of(*sources: Source) -> AnyOf:
    """Return rights that any one of the sources gives."""
    return AnyOf(sources)


@dataclass(frozen=True)
class Policy:
    """Where rights on the rows of a model come from."""

    source: Source
    # Permissions of which one is needed to know of a row; with a condition, which rows it shows.
    seen: Mapping[str, Q | None]
    along: tuple[str, ...] = ()  # fetched with a row that is seen (``select_related``)

    def visible(self, who: Standing) -> Q:
        """Return the condition for the rows that somebody may know of."""
        found = NOTHING
        for perm, condition in self.seen.items():
            rows = self.source.rows(who, perm)
            if rows is not NOTHING:
                found |= rows if condition is None else rows & condition
        return found


def seen_by(*perms: str) -> dict[str, Q | None]:
    """Let any one of these permissions show a row."""
    return dict.fromkeys(perms)


class PermittedQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows by rights: the only way to the rows of a model with a policy."""

    def permitted(self, user: Person, perm: str) -> Self:
        """Return the rows on which the person holds ``perm``."""
        return self.filter(policy_of(self.model).source.rows(ports.rights().standing(user), perm))

    def visible_to(self, user: Person) -> Self:
        """Return the rows that the person may know of."""
        policy = policy_of(self.model)
        rows = self.filter(policy.visible(ports.rights().standing(user)))
        return rows.select_related(*policy.along) if policy.along else rows


def policy_of(model: type[models.Model] | models.Model) -> Policy:
    """Return the policy of a model or a row; ``AttributeError`` if it has none."""
    policy: Policy = model.policy  # type: ignore[union-attr]  # said by each model with rights
    return policy


def may(user: Person, perm: str, row: models.Model) -> bool:
    """Tell whether the person holds ``perm`` on the row now. One query, never remembered."""
    rows = type(row)._base_manager.filter(pk=row.pk)
    return rows.filter(policy_of(row).source.rows(ports.rights().standing(user), perm)).exists()


def may_see(user: Person, row: models.Model) -> bool:
    """Tell whether the person may know of the row now. One query."""
    rows = type(row)._base_manager.filter(pk=row.pk)
    return rows.filter(policy_of(row).visible(ports.rights().standing(user))).exists()


def require(user: Person, perm: str, row: models.Model, sentence: Words = "") -> None:
    """Let only those go on who hold ``perm`` on the row. One query.

    The sentence says who can; without one it is the right's own.

    Raises:
        NotAllowedError: The person does not hold it.
    """
    if not may(user, perm, row):
        raise NotAllowedError(sentence or ports.rights().refusal(perm))


def held_on(user: Person, row: models.Model) -> frozenset[str]:
    """Return everything the person holds on the row: ``may`` of every permission at once.

    A few queries, whatever the number of permissions; once a request.
    """
    who = ports.rights().standing(user)

    def find() -> frozenset[str]:
        policy = policy_of(row)
        ways = policy.source.ways(row)
        wanted = who.permissions() | policy.source.asked()
        return frozenset(
            perm
            for perm in wanted
            if any(all(hold.met_by(who) for hold in way) for way in ways(perm))
        )

    return request_cache.once(("held-on", who.user_id, row._meta.label, row.pk), find)


def who_may(perm: str, row: models.Model, *, opened: bool = True) -> models.QuerySet[User]:
    """Return everybody who holds ``perm`` on the row now. One query, plus those of its ways.

    Without ``opened``, only those who hold it by their role, not by an opening.
    """
    ways = policy_of(row).source.ways(row)(perm)
    if not opened:
        ways = [way for way in ways if not any(hold.grants for hold in way)]
    return ports.rights().holders(ways)
