"""The invented municipality: units and people, classes and children, councils and PKU."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any  # what TOML says

from django.conf import settings
from django.contrib.auth.hashers import make_password

from demonstration.days import SchoolDays
from districts import features as district_features
from districts.models import (
    CouncilMeeting,
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
from districts.services import todos
from districts.services.units import appoint
from haderslev.accounts.models import User
from haderslev.core import legal
from haderslev.core.demonstration import PASSWORD, accounts
from pku.models import PkuMeeting

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demonstration"
# A table of the data: text for the most part, days and numbers
type Text = dict[str, Any]

# The coming meetings, in school days from today; those that were held come with the histories.
COUNCIL_DAYS = (9, 33, 57)
PKU_DAYS = (6, 31, 60)
# Replacement numbers have 60 added to the day: no real person has one.
REPLACEMENT = 60
FIRST_SERIAL = 4001
AGE_OF_GRADE_0 = 6


def read(name: str) -> Text:
    """Read one file of the demonstration's data."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


class Municipality:
    """Makes everything, and knows it by the short names of the data."""

    def __init__(self) -> None:
        self.days = SchoolDays()
        self.units: dict[str, Unit] = {}
        self.offers: dict[str, Institution] = {}
        self.people: dict[str, User] = {}
        self.classes: dict[str, LearningCommunity] = {}
        self.teams: dict[str, Unit] = {}
        # Class → who works with it, by role
        self.staff: dict[str, dict[str, str]] = {}
        self.children: dict[str, Pupil] = {}

    def found(self) -> None:
        """Make units and people, and the dates of the meetings."""
        data = read("municipality")
        began = date(self.days.year - 3, 8, 1)
        for row in data["unit"]:
            unit = Unit.objects.create(
                kind=row["kind"],
                name=row.get("name", settings.MUNICIPALITY_NAME),
                parent=self.units.get(row.get("parent", "")),
                starts_on=began,
            )
            self.units[row["key"]] = unit
            if unit.kind == Unit.Kind.SCHOOL:
                School.objects.create(unit=unit, number=row["number"], address=row["address"])
            elif unit.kind == Unit.Kind.INSTITUTION:
                names = ("provider", "target_group", "address")
                values = {name: row[name] for name in names}
                self.offers[row["key"]] = Institution.objects.create(unit=unit, **values)
        # Only the accounts have a password, and they share one hash.
        shared, nobody = make_password(PASSWORD), make_password(None)
        tried = {account.code for account in accounts()}
        for row in data["person"]:
            name = row["username"]
            person = self.people[name] = User.objects.create(
                username=name,
                name=row["name"],
                title=row["title"],
                password=shared if name in tried else nobody,
            )
            for held in row["roles"]:
                role, key = held.split("@")
                appoint(person, Role(role), self.units[key], starts_on=began)
        for district in ("west", "east"):
            for number in COUNCIL_DAYS:
                self.council_meeting(district, self.days.ahead(number))
        for number in PKU_DAYS:
            self.pku_meeting(self.days.ahead(number))
        # What waits for those who have no child's case
        town = self.units["town"]
        todos.give(district_features.CHECK_SETUP, town, Role.ADMINISTRATOR, unit=town)
        todos.give(district_features.SPOT_CHECK, town, Role.LOG_CONTROLLER, unit=town)

    def council_meeting(self, district: str, day: date) -> CouncilMeeting:
        """Return the meeting of a district's council on a day; it is made when there is none."""
        unit = self.units[district]
        school = Unit.objects.filter(parent=unit, kind=Unit.Kind.SCHOOL).get()
        values = {"place": f"{school}, personalerummet"}
        return CouncilMeeting.objects.get_or_create(district=unit, held_on=day, defaults=values)[0]

    def pku_meeting(self, day: date) -> PkuMeeting:
        """Return PKU's meeting on a day; it is made when there is none."""
        papers_by = self.days.up_to(day - timedelta(days=legal.days("pku_papers_days")))
        values = {"place": "Rådhuset, mødelokale 3", "papers_by": papers_by}
        unit = self.units["pku"]
        return PkuMeeting.objects.get_or_create(unit=unit, held_on=day, defaults=values)[0]

    def fill(self) -> None:
        """Make the classes, and fill each with children."""
        data, told = read("classes"), read("children")["child"]
        families = Families(data["names"])
        serial = FIRST_SERIAL
        for row in data["class"]:
            name, grade, team = row["name"], row["grade"], self.units[row["team"]]
            # The first school day of the children who are in this grade now
            began = self.days.after(date(self.days.year - grade, 8, 9), 1)
            community = LearningCommunity.objects.create(
                school=self.units[row["school"]], name=name, grade=grade
            )
            TeamCommunity.objects.create(team=team, community=community, starts_on=began)
            self.classes[name], self.teams[name] = community, team
            staff = {"teacher": row["teacher"], "colleague": row["colleague"]}
            self.staff[name] = data["school"][row["school"]] | staff
            children = [families.named(child) for child in told if child["class"] == name]
            children += [families.other() for _ in range(row["size"] - len(children))]
            for number, child in enumerate(children, start=serial):
                child["pupil"] = self._pupil(child, number, grade)
            serial += len(children)
            pupils = Pupil.objects.bulk_create(child["pupil"] for child in children)
            Enrolment.objects.bulk_create(
                Enrolment(pupil=pupil, community=community, starts_on=began) for pupil in pupils
            )
            CustodyHolder.objects.bulk_create(
                CustodyHolder(pupil=child["pupil"], **parent)
                for child in children
                for parent in child["parent"]
            )
            self.children |= {child["key"]: child["pupil"] for child in children if "key" in child}

    def _pupil(self, child: Text, serial: int, grade: int) -> Pupil:
        names = ("first_name", "last_name", "home_municipality", "language", "needs_interpreter")
        values = {name: child[name] for name in names if name in child}
        pupil = Pupil(**{"home_municipality": settings.MUNICIPALITY_NAME, **values})
        year = self.days.year - AGE_OF_GRADE_0 - grade
        month, day = 1 + serial * 7 % 12, 1 + serial * 11 % 28
        # The last digit is odd for boys.
        number = serial * 2 + (0 if child["girl"] else 1) - FIRST_SERIAL
        pupil.set_cpr(f"{day + REPLACEMENT:02d}{month:02d}{year % 100:02d}{number:04d}")
        return pupil


class Families:
    """Invents children with their parents, as the data describes them; always the same ones."""

    def __init__(self, names: Text) -> None:
        self.random = Random(1842)  # noqa: S311 - invented names, not secrets
        self.streets, self.town = names["streets"], names["town"]
        kinds = ("girls", "boys", "surnames", "mothers", "fathers")
        self.names = {kind: self._shuffled(names[kind].split()) for kind in kinds}
        self.count = 0

    def named(self, row: Text) -> Text:
        """Return a child of the stories, whose parents live together unless it says otherwise."""
        home = self._address()
        parents = [{"address": home, "phone": self._phone(), **item} for item in row["parent"]]
        for item in parents:
            if item["address"] == "own":
                item["address"] = self._address()
        return {**row, "parent": parents}

    def other(self) -> Text:
        """Return any child: most have two parents at one address."""
        self.count += 1
        girl = self.count % 2 == 0
        surname, first_name = next(self.names["surnames"]), self.names["girls" if girl else "boys"]
        child = {"first_name": next(first_name), "last_name": surname, "girl": girl}
        home = self._address()
        mother = {
            "name": f"{next(self.names['mothers'])} {surname}",
            "relation": CustodyHolder.Relation.MOTHER,
            "address": home,
        }
        father = {
            "name": f"{next(self.names['fathers'])} {surname}",
            "relation": CustodyHolder.Relation.FATHER,
        }
        parents = [{**mother, "phone": self._phone()}]
        if self.count % 9:
            there = self._address() if self.count % 4 == 0 else home
            parents.append({**father, "address": there, "phone": self._phone()})
        return {**child, "parent": parents}

    def _shuffled(self, names: list[str]) -> Iterator[str]:
        while True:
            yield from self.random.sample(names, len(names))

    def _address(self) -> str:
        return f"{self.random.choice(self.streets)} {self.random.randint(1, 98)}, {self.town}"

    def _phone(self) -> str:
        # 00 begins no Danish number.
        return "00 " + " ".join(f"{self.random.randint(0, 99):02d}" for _ in range(3))
