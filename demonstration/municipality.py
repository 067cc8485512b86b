"""Units, people, accounts and their roles, and the meetings of councils and PKU."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from demonstration.directory import Directory, read
from districts import features as district_features
from districts.models import CouncilMeeting, Institution, School, Unit
from districts.permissions import Role
from districts.services import todos
from districts.services.units import appoint
from haderslev.accounts.models import User
from haderslev.core import legal
from haderslev.core.demonstration import PASSWORD, accounts
from pku.models import PkuMeeting

# The coming meetings, in school days from today; those that were held come with the histories.
COUNCIL_DAYS = (9, 33, 57)
PKU_DAYS = (6, 31, 60)


def build(directory: Directory) -> None:
    """Make units and people, and the dates of the meetings."""
    data = read("municipality")
    began = date(directory.days.year - 3, 8, 1)
    for row in data["unit"]:
        _unit(directory, row, began)
    _people(directory, data["person"], began)
    _meetings(directory)
    _standing_todos(directory)


def _unit(directory: Directory, row: dict[str, Any], began: date) -> None:
    unit = Unit.objects.create(
        kind=row["kind"],
        name=row.get("name", settings.MUNICIPALITY_NAME),
        parent=directory.units.get(row.get("parent", "")),
        starts_on=began,
    )
    directory.units[row["key"]] = unit
    if unit.kind == Unit.Kind.SCHOOL:
        School.objects.create(unit=unit, number=row["number"], address=row["address"])
    elif unit.kind == Unit.Kind.INSTITUTION:
        names = ("provider", "target_group", "address")
        values = {name: row[name] for name in names}
        directory.offers[row["key"]] = Institution.objects.create(unit=unit, **values)


def _people(directory: Directory, rows: list[dict[str, Any]], began: date) -> None:
    """Make everybody; only the accounts have a password, and they share one hash."""
    shared = make_password(PASSWORD)
    nobody = make_password(None)
    tried = {account.code for account in accounts()}
    for row in rows:
        name = row["username"]
        directory.people[name] = User.objects.create(
            username=name,
            name=row["name"],
            title=row["title"],
            password=shared if name in tried else nobody,
        )
        for held in row["roles"]:
            role, unit = held.split("@")
            appoint(directory.people[name], Role(role), directory.units[unit], starts_on=began)


def _meetings(directory: Directory) -> None:
    for district in ("west", "east"):
        for number in COUNCIL_DAYS:
            council_meeting(directory, district, directory.days.ahead(number))
    for number in PKU_DAYS:
        pku_meeting(directory, directory.days.ahead(number))


def council_meeting(directory: Directory, district: str, day: date) -> CouncilMeeting:
    """Return the meeting of a district's council on a day; it is made when there is none."""
    unit = directory.units[district]
    school = Unit.objects.filter(parent=unit, kind=Unit.Kind.SCHOOL).get()
    values = {"place": f"{school}, personalerummet"}
    meeting, _ = CouncilMeeting.objects.get_or_create(district=unit, held_on=day, defaults=values)
    return meeting


def pku_meeting(directory: Directory, day: date) -> PkuMeeting:
    """Return PKU's meeting on a day; it is made when there is none."""
    papers_by = directory.days.up_to(day - timedelta(days=legal.days("pku_papers_days")))
    values = {"place": "Rådhuset, mødelokale 3", "papers_by": papers_by}
    meeting, _ = PkuMeeting.objects.get_or_create(
        unit=directory.units["pku"], held_on=day, defaults=values
    )
    return meeting


def _standing_todos(directory: Directory) -> None:
    """What waits for those who have no child's case."""
    town = directory.units["town"]
    todos.give(district_features.CHECK_SETUP, town, Role.ADMINISTRATOR, unit=town)
    todos.give(district_features.SPOT_CHECK, town, Role.LOG_CONTROLLER, unit=town)
