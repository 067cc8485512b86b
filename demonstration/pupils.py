"""Classes of children with parents: the named ones of the stories, and the others."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from django.conf import settings

from demonstration.directory import Directory, read
from districts.models import (
    CustodyHolder,
    Enrolment,
    LearningCommunity,
    Pupil,
    TeamCommunity,
)

# Replacement numbers have 60 added to the day: no real person has one.
REPLACEMENT = 60
FIRST_SERIAL = 4001
AGE_OF_GRADE_0 = 6
Relation = CustodyHolder.Relation


@dataclass
class Family:
    """A child and the parents, before they are rows."""

    first_name: str
    last_name: str
    girl: bool
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    parents: list[dict[str, Any]] = field(default_factory=list)


def build(directory: Directory) -> None:
    """Make the classes, and fill each with children."""
    data, named = read("classes"), read("children")["child"]
    families = Families(data)
    numbers = iter(range(FIRST_SERIAL, FIRST_SERIAL + 4999))
    for row in data["class"]:
        community = _class(directory, row, data["school"][row["school"]])
        own = [families.named(child) for child in named if child["class"] == row["name"]]
        others = [families.other() for _ in range(row["size"] - len(own))]
        _fill(directory, community, [*own, *others], numbers)


def _class(directory: Directory, row: dict[str, Any], school: dict[str, str]) -> LearningCommunity:
    community = LearningCommunity.objects.create(
        school=directory.units[row["school"]], name=row["name"], grade=row["grade"]
    )
    team = directory.units[row["team"]]
    TeamCommunity.objects.create(
        team=team, community=community, starts_on=_first_day(directory, row["grade"])
    )
    name = row["name"]
    directory.classes[name], directory.teams[name] = community, team
    directory.staff[name] = {**school, "teacher": row["teacher"], "colleague": row["colleague"]}
    return community


class Families:
    """Invents children with their parents; always the same ones."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.random = Random(1842)  # noqa: S311 - invented names, not secrets
        names = {key: text.split() for key, text in data["names"].items() if isinstance(text, str)}
        self.streets: list[str] = data["names"]["streets"]
        self.town: str = data["names"]["town"]
        self._girls = self._shuffled(names["girls"])
        self._boys = self._shuffled(names["boys"])
        self._surnames = self._shuffled(names["surnames"])
        self._mothers = self._shuffled(names["mothers"])
        self._fathers = self._shuffled(names["fathers"])
        self._count = 0

    def named(self, row: dict[str, Any]) -> Family:
        """Return a child of the stories, as the file describes it."""
        home = self._address()
        parents = [{"address": home, "phone": self._phone(), **item} for item in row["parent"]]
        for item in parents:
            if item["address"] == "own":
                item["address"] = self._address()
        names = ("home_municipality", "language", "needs_interpreter")
        return Family(
            row["first_name"],
            row["last_name"],
            row["girl"],
            key=row["key"],
            values={name: row[name] for name in names if name in row},
            parents=parents,
        )

    def other(self) -> Family:
        """Return any child: most have two parents at one address."""
        self._count += 1
        girl = self._count % 2 == 0
        surname = next(self._surnames)
        family = Family(next(self._girls if girl else self._boys), surname, girl)
        home = self._address()
        mother = {"name": f"{next(self._mothers)} {surname}", "relation": Relation.MOTHER}
        father = {"name": f"{next(self._fathers)} {surname}", "relation": Relation.FATHER}
        family.parents = [{**mother, "address": home, "phone": self._phone()}]
        if self._count % 9:
            apart = self._count % 4 == 0
            there = self._address() if apart else home
            family.parents.append({**father, "address": there, "phone": self._phone()})
        return family

    def _shuffled(self, names: list[str]) -> Iterator[str]:
        while True:
            yield from self.random.sample(names, len(names))

    def _address(self) -> str:
        return f"{self.random.choice(self.streets)} {self.random.randint(1, 98)}, {self.town}"

    def _phone(self) -> str:
        # 00 begins no Danish number.
        return "00 " + " ".join(f"{self.random.randint(0, 99):02d}" for _ in range(3))


def _fill(
    directory: Directory,
    community: LearningCommunity,
    families: list[Family],
    numbers: Iterator[int],
) -> None:
    """Write a class's children in three statements, under all constraints."""
    pupils = [_pupil(directory, community, family, next(numbers)) for family in families]
    Pupil.objects.bulk_create(pupils)
    began = _first_day(directory, community.grade)
    Enrolment.objects.bulk_create(
        Enrolment(pupil=pupil, community=community, starts_on=began) for pupil in pupils
    )
    CustodyHolder.objects.bulk_create(
        CustodyHolder(pupil=pupil, **parent)
        for pupil, family in zip(pupils, families, strict=True)
        for parent in family.parents
    )
    for pupil, family in zip(pupils, families, strict=True):
        if family.key:
            directory.children[family.key] = pupil


def _pupil(
    directory: Directory, community: LearningCommunity, family: Family, serial: int
) -> Pupil:
    pupil = Pupil(
        first_name=family.first_name,
        last_name=family.last_name,
        **{"home_municipality": settings.MUNICIPALITY_NAME, **family.values},
    )
    year = directory.days.year - AGE_OF_GRADE_0 - community.grade
    month, day = 1 + serial * 7 % 12, 1 + serial * 11 % 28
    # The last digit is odd for boys.
    number = serial * 2 + (0 if family.girl else 1) - FIRST_SERIAL
    pupil.set_cpr(f"{day + REPLACEMENT:02d}{month:02d}{year % 100:02d}{number:04d}")
    return pupil


def _first_day(directory: Directory, grade: int) -> date:
    """Return the first school day of the children who are in this grade now."""
    return directory.days.after(date(directory.days.year - grade, 8, 9), 1)
