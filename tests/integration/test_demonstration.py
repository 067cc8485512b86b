"""The demonstration: loaded once into a database of its own, then looked at."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from cases.gates import GATES, unmet
from cases.models import Case, CouncilItem, Hearing, Proposal
from cases.selectors.facts import case_facts
from districts.models import Pupil, TimelineEntry, Todo
from districts.permissions import Role
from haderslev.accounts.models import Membership, User
from haderslev.core.demonstration import PASSWORD, accounts
from haderslev.core.models import Holiday
from haderslev.journal.models import Act
from pku.models import PkuDecision, Placement, PPVRequest, Referral
from plans.models import Guidance, Meeting, Observation, PlanVersion
from tests.conftest import owner_connection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

NAMES = [account.code for account in accounts()]
EVERYTHING = "accounts_user, auth_group, districts_unit, districts_pupil"


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Clone this worker's database, empty it of the cast, and load the demonstration."""
    values = connections["default"].settings_dict
    name = values["NAME"]
    clone = f"{name}_demonstration"
    with django_db_blocker.unblock():
        _use(name)
        with owner_connection() as owner:
            owner.execute(f'DROP DATABASE IF EXISTS "{clone}" WITH (FORCE)')
            owner.execute(f'CREATE DATABASE "{clone}" TEMPLATE "{name}"')
        with owner_connection(clone) as owner:
            owner.execute(f"TRUNCATE {EVERYTHING} CASCADE")
        _use(clone)
        call_command("load_demonstration", verbosity=0)
    yield
    with django_db_blocker.unblock():
        _use(name)
        with owner_connection() as owner:
            owner.execute(f'DROP DATABASE IF EXISTS "{clone}" WITH (FORCE)')


def _use(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def browser(username: str) -> Client:
    client = Client()
    user = User.objects.get(username=username)
    client.force_login(user, backend="haderslev.accounts.backends.MembershipBackend")
    return client


def test_every_step_of_the_path_has_an_account_that_can_take_it():
    rows = Membership.objects.active().filter(user__username__in=NAMES)
    held = {Role(row.group.unit_role.role) for row in rows.select_related("group__unit_role")}
    # Who does the same as the leader, and who only reads at the council.
    assert set(Role) - held == {Role.DEPUTY, Role.CONSULTANT}


@pytest.mark.parametrize("account", NAMES)
def test_every_account_has_something_waiting_on_a_page_that_opens(account):
    user = User.objects.get(username=account)
    assert user.check_password(PASSWORD)
    waiting = list(Todo.objects.open().for_user(user))
    assert waiting
    client = browser(account)
    assert client.get("/").status_code == 200
    for todo in waiting:
        assert client.get(todo.url).status_code == 200, (todo.kind, todo.url)


def test_nobody_else_can_sign_in():
    others = User.objects.exclude(username__in=NAMES)
    assert others.exists()
    assert not any(user.has_usable_password() for user in others)


def test_the_other_school_is_out_of_sight():
    ours = Case.objects.visible_to(User.objects.get(username="laerer"))
    theirs = Case.objects.visible_to(User.objects.get(username="laerer2"))
    assert ours.exists()
    assert theirs.exists()
    assert not (ours & theirs).exists()


def test_there_is_a_case_at_every_step():
    def states(model, field="state"):
        return set(model.objects.values_list(field, flat=True))

    assert Case.objects.count() >= 15
    assert states(Case, "level") == set(Case.Level.values)
    assert Case.objects.filter(pupil=None, level="closed").exists()
    assert Case.objects.filter(pupil=None).exclude(level="closed").exists()
    assert {"proposed", "sent_back", "approved"} <= states(Proposal)
    assert {"asked", "answered"} <= states(Guidance)
    assert {"parent_request", "requested", "received", "reported"} <= states(PPVRequest)
    assert {"sent", "closed"} <= states(Hearing)
    assert {"on_agenda", "advised"} <= states(CouncilItem)
    assert {"submitted", "returned", "accepted", "decided"} <= states(Referral)
    assert {"prepared", "delivered"} <= states(PkuDecision)
    assert Todo.objects.open().filter(kind="pku.place_request").exists()
    assert Todo.objects.open().filter(kind="cases.hold_hearing").exists()
    outcomes = set(PkuDecision.objects.values_list("outcome__code", flat=True))
    assert {"special_school", "pku_refusal", "home"} <= outcomes
    assert Placement.objects.filter(ended_on=None).exists()
    assert Placement.objects.exclude(ended_on=None).exists()


def test_one_child_waits_to_be_carried_through_the_path():
    child = Pupil.objects.get(first_name="Villads")
    assert child.community is not None
    assert child.community.name == "3.B"
    assert child.observations.exists()
    assert not child.cases.exists()


def test_everything_happened_on_school_days():
    closed = list(Holiday.objects.values_list("first_on", "last_on"))
    days = {timezone.localtime(at).date() for at in Act.objects.values_list("at", flat=True)}
    days |= {timezone.localtime(row.observed_at).date() for row in Observation.objects.all()}
    days |= set(TimelineEntry.objects.values_list("happened_on", flat=True))
    days |= set(Case.objects.values_list("opened_on", flat=True))
    days |= set(Meeting.objects.values_list("held_on", flat=True))
    days |= {row.evaluate_on for row in PlanVersion.objects.in_use() if row.evaluate_on}
    days |= set(Placement.objects.values_list("starts_on", flat=True))
    wrong = [
        day
        for day in days
        if day.weekday() > 4 or any(first <= day <= last for first, last in closed)
    ]
    # What was done today in this test, on whichever day it runs, is not of the history.
    assert [day for day in wrong if day != timezone.localtime().date()] == []


def test_histories_run_forward_and_numbers_follow_them():
    opened = list(Case.objects.order_by("opened_at").values_list("number", flat=True))
    assert opened == sorted(opened)
    at = list(Act.objects.order_by("pk").values_list("at", flat=True))
    assert all(before <= after for before, after in pairwise(at[-600:]))


def test_numbers_are_replacement_numbers():
    numbers = [pupil.reveal_cpr() for pupil in Pupil.objects.all()]
    assert len(numbers) > 110
    assert all(61 <= int(number[:2]) <= 91 for number in numbers)


def test_every_step_taken_meets_its_requirements_or_says_why_not():
    for case in Case.objects.select_related("pupil", "community"):
        facts = case_facts(case)
        taken = {"G1"}
        if case.proposals.filter(target="anticipatory", state="approved").exists():
            taken.add("G2")
        if case.ppv_requests.exclude(state__in=["draft", "parent_request"]).exists():
            taken.add("G3")
        if case.council_items.exists():
            taken.add("G4")
        if case.referrals.exclude(state__in=["draft", "returned"]).exists():
            taken.add("G5")
        for gate in taken:
            lacking = [item.code for item in unmet(GATES[gate](facts))]
            assert lacking == [], (case.number, str(case.target), gate)


def test_no_long_sentence_is_told_twice():
    where: dict[str, set[str]] = defaultdict(set)
    folder = Path(settings.BASE_DIR) / "fixtures" / "demonstration" / "texts"
    for path in folder.glob("*.toml"):
        for text in _strings(tomllib.loads(path.read_text(encoding="utf-8"))):
            for sentence in re.split(r"(?<=[.!?])\s+", text):
                if len(sentence) > 60:
                    where[sentence].add(path.stem)
    assert len(where) > 250
    assert {text: files for text, files in where.items() if len(files) > 1} == {}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def test_it_is_loaded_once_and_only_in_a_demonstration(monkeypatch):
    before = Case.objects.count()
    with pytest.raises(CommandError, match="empty database"):
        call_command("load_demonstration", verbosity=0)
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(CommandError, match="DEMO"):
        call_command("load_demonstration", verbosity=0)
    assert Case.objects.count() == before
