"""The cast: a small municipality with one person in each role. Built through services."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from districts.models import (
    CustodyHolder,
    Enrolment,
    Institution,
    LearningCommunity,
    Pupil,
    School,
    TeamCommunity,
    Unit,
)
from districts.permissions import Role
from districts.services.units import appoint
from haderslev.accounts.models import User

LONG_AGO = date(2025, 8, 1)


def add_user(username: str, **values: str) -> User:
    """Make a user who can sign in with no password."""
    return User.objects.create(username=username, password=make_password(None), **values)


@dataclass
class Cast:
    """Units, people and children by short names."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    classes: dict[str, LearningCommunity] = field(default_factory=dict)
    pupils: dict[str, Pupil] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        for group in ("people", "units", "classes", "pupils"):
            if name in self.__dict__.get(group, {}):
                return self.__dict__[group][name]
        raise AttributeError(name)


def make_cast() -> Cast:
    """Build the municipality: two schools in two districts, all roles, four pupils."""
    cast = Cast()
    _units(cast)
    _people(cast)
    _pupils(cast)
    return cast


def _units(cast: Cast) -> None:
    kinds = Unit.Kind
    rows: list[tuple[str, str, str, str | None]] = [
        ("town", kinds.MUNICIPALITY, "Prøvekommune", None),
        ("north", kinds.DISTRICT, "Distrikt Nord", "town"),
        ("south", kinds.DISTRICT, "Distrikt Syd", "town"),
        ("school", kinds.SCHOOL, "Nordskolen", "north"),
        ("school2", kinds.SCHOOL, "Sydskolen", "south"),
        ("team", kinds.TEAM, "Mellemtrinsteamet", "school"),
        ("team2", kinds.TEAM, "Indskolingsteamet", "school2"),
        ("offer_unit", kinds.INSTITUTION, "Specialskolen", "town"),
        ("advisory", kinds.ADVISORY_TEAM, "Det rådgivende team", "town"),
        ("family_unit", kinds.FAMILY_COUNSELLING, "Familierådgivningen", "town"),
        ("committee", kinds.PKU, "PKU", "town"),
    ]
    for name, kind, title, parent in rows:
        cast.units[name] = Unit.objects.create(
            kind=kind, name=title, parent=cast.units.get(parent or ""), starts_on=LONG_AGO
        )
    for name, number in (("school", "111001"), ("school2", "111002")):
        School.objects.create(unit=cast.units[name], number=number, address="Skolevej 1")
    Institution.objects.create(
        unit=cast.units["offer_unit"], target_group="Børn med autisme", address="Engvej 2"
    )


def _people(cast: Cast) -> None:
    rows = [
        ("teacher", Role.TEACHER, "team"),
        ("teacher_b", Role.TEACHER, "team"),
        ("teacher2", Role.TEACHER, "team2"),
        ("plc", Role.PLC_ADVISER, "school"),
        ("practice", Role.PRACTICE_ADVISER, "north"),
        ("psychologist", Role.PSYCHOLOGIST, "advisory"),
        ("family", Role.FAMILY_COUNSELLOR, "family_unit"),
        ("leader", Role.LEADER, "school"),
        ("deputy", Role.DEPUTY, "school"),
        ("leader2", Role.LEADER, "school2"),
        ("secretary", Role.SCHOOL_SECRETARY, "school"),
        ("council", Role.COUNCIL_MEMBER, "north"),
        ("coordinator", Role.COUNCIL_COORDINATOR, "north"),
        ("pku", Role.PKU_MEMBER, "committee"),
        ("chair", Role.PKU_CHAIR, "committee"),
        ("pku_secretary", Role.PKU_SECRETARY, "committee"),
        ("chief", Role.CHIEF, "town"),
        ("offer_head", Role.OFFER_HEAD, "offer_unit"),
        ("admin", Role.ADMINISTRATOR, "town"),
        ("controller", Role.LOG_CONTROLLER, "town"),
    ]
    for name, role, unit in rows:
        user = add_user(name, name=f"{name.title()} Prøve", title=str(role.label))
        cast.people[name] = user
        appoint(user, role, cast.units[unit], starts_on=LONG_AGO)


def _pupils(cast: Cast) -> None:
    for name, school, team, title, grade in (
        ("klass", "school", "team", "4.A", 4),
        ("klass2", "school2", "team2", "2.B", 2),
    ):
        community = LearningCommunity.objects.create(
            school=cast.units[school], name=title, grade=grade
        )
        TeamCommunity.objects.create(team=cast.units[team], community=community, starts_on=LONG_AGO)
        cast.classes[name] = community
    for number, (name, first, klass) in enumerate(
        [
            ("child", "Alma", "klass"),
            ("child_b", "Bertil", "klass"),
            ("child_c", "Clara", "klass"),
            ("child2", "Dagmar", "klass2"),
        ]
    ):
        add_pupil(cast, name, first, cast.classes[klass], number)


def add_pupil(
    cast: Cast, name: str, first: str, community: LearningCommunity, number: int
) -> Pupil:
    """Add a pupil with two parents; the second has a protected address."""
    pupil = Pupil(
        first_name=first, last_name="Prøvesen", home_municipality=settings.MUNICIPALITY_NAME
    )
    pupil.set_cpr(f"{61 + number % 28:02d}0516{4000 + number:04d}")
    pupil.save()
    Enrolment.objects.create(pupil=pupil, community=community, starts_on=LONG_AGO)
    for relation, protected in (("mother", False), ("father", True)):
        CustodyHolder.objects.create(
            pupil=pupil,
            name=f"{relation.title()} til {first}",
            relation=relation,
            address=f"Hemmelig vej {number}" if protected else f"Storgade {number}",
            address_protected=protected,
        )
    cast.pupils[name] = pupil
    return pupil
