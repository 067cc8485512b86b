"""Openings of a case: each closes alone, an end shuts at once, ``has_perm`` agrees."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.features import ON_AGENDA
from cases.models import Case, CaseGroupPermission, CaseOpening
from cases.services import openings
from districts.models import TimelineEntry
from districts.permissions import Cause, Role, causes, of_opened_case, outside
from haderslev.core import clock, request_cache
from haderslev.core.policy import may
from haderslev.journal.models import Act
from pku.features import PLACED, REFERRED
from tests.integration.cases import given

pytestmark = pytest.mark.postgres15
BEGINS_AFTER = given.case

SHEET = "view_council_sheet"


def later(days: int) -> Any:
    day = clock.today() + timedelta(days=days)
    request_cache.forget()
    return clock.at(timezone.make_aware(datetime.combine(day, time(12))))


def give(cast: Any, case: Case, cause: Cause, days: int | None, **where: Any) -> list[CaseOpening]:
    place = {"unit": cast.committee, "roles": [Role.PKU_SECRETARY], **where}
    closes_on = None if days is None else clock.days_from_now(days)
    return openings.open_case_to(
        case, **place, cause=cause, basis="prøve", closes_on=closes_on, by=cast.leader
    )


def council(cast: Any, case: Case, days: int) -> list[CaseOpening]:
    return give(
        cast,
        case,
        ON_AGENDA,
        days,
        unit=cast.north,
        roles=[Role.COUNCIL_MEMBER, Role.COUNCIL_COORDINATOR],
    )


def holds(user: Any, perm: str, case: Case) -> bool:
    """Ask both ways: the list's and Django's; they must agree."""
    request_cache.forget()
    listed = may(user, perm, case)
    request_cache.forget()
    asked = user.has_perm(f"cases.{perm}", case)
    assert listed == asked, (user, perm)
    return bool(listed)


def test_each_cause_and_role_gives_its_rights_and_no_more(cast) -> None:
    case = given.case(cast)
    people = {
        Role.PKU_MEMBER: (cast.pku, cast.committee),
        Role.PKU_CHAIR: (cast.chair, cast.committee),
        Role.PKU_SECRETARY: (cast.pku_secretary, cast.committee),
        Role.COUNCIL_MEMBER: (cast.council, cast.north),
        Role.COUNCIL_COORDINATOR: (cast.coordinator, cast.north),
        Role.CHIEF: (cast.chief, cast.town),
        Role.OFFER_HEAD: (cast.offer_head, cast.offer_unit),
    }
    given_by = {
        (cause, role): of_opened_case(cause.code, role)
        for cause in causes()
        for role in outside(cause.code)
        if role in people
    }
    every = sorted(frozenset().union(*given_by.values()))
    for (cause, role), given_perms in given_by.items():
        user, unit = people[role]
        give(cast, case, cause, 5, unit=unit, roles=[role])
        held = {perm for perm in every if holds(user, perm, case)}
        assert held == given_perms, (cause, role)
        assert not holds(user, "view_case", case)
        openings.close_case_openings(case, cause=cause, by=cast.leader)
        request_cache.forget()
        assert not any(user.has_perm(f"cases.{perm}", case) for perm in given_perms), (cause, role)


def test_closing_one_opening_keeps_what_the_other_gives(cast) -> None:
    case = given.case(cast)
    give(cast, case, REFERRED, None)
    give(cast, case, PLACED, 100)
    user = cast.pku_secretary
    assert holds(user, "check_referral", case)
    assert holds(user, "view_offer", case)
    openings.close_case_openings(case, cause=REFERRED, by=cast.leader)
    assert not holds(user, "check_referral", case)
    assert not holds(user, "reveal_cpr", case)
    assert holds(user, "view_offer", case)
    assert holds(user, "decide_referral", case)
    rows = CaseGroupPermission.objects.filter(content_object=case)
    assert all(row.valid_until is not None for row in rows)
    openings.close_case_openings(case, cause=PLACED, by=cast.leader)
    assert not holds(user, "view_offer", case)
    assert not CaseGroupPermission.objects.filter(content_object=case).exists()


def test_the_longer_of_two_openings_counts_for_a_shared_right(cast) -> None:
    case = given.case(cast)
    give(cast, case, REFERRED, 5)
    give(cast, case, PLACED, 100)
    user = cast.pku_secretary
    with later(50):
        assert holds(user, "view_offer", case)
        assert not holds(user, "check_referral", case)
    with later(101):
        assert not holds(user, "view_offer", case)


def test_an_opening_shuts_the_day_after_its_last_day(cast) -> None:
    case = given.case(cast)
    council(cast, case, 14)
    with later(14):
        assert holds(cast.council, SHEET, case)
        assert holds(cast.coordinator, "advise_case", case)
    with later(15):
        assert not holds(cast.council, SHEET, case)
        assert not holds(cast.coordinator, "advise_case", case)


def test_an_opening_that_ran_out_can_be_given_again(cast) -> None:
    case = given.case(cast)
    council(cast, case, 5)
    with later(10):
        assert not holds(cast.council, SHEET, case)
        council(cast, case, 5)
        assert holds(cast.council, SHEET, case)
    with later(15):
        assert holds(cast.council, SHEET, case)
    with later(16):
        assert not holds(cast.council, SHEET, case)


def test_opening_again_prolongs_and_so_does_prolonging(cast) -> None:
    case = given.case(cast)
    first = council(cast, case, 5)
    again = council(cast, case, 20)
    assert [row.pk for row in first] == [row.pk for row in again]
    with later(20):
        assert holds(cast.council, SHEET, case)
    openings.prolong_case_openings(
        case, cause=ON_AGENDA, closes_on=clock.days_from_now(40), by=cast.leader
    )
    entry = TimelineEntry.objects.filter(case_number=case.number).latest("pk")
    assert entry.kind == "cases.access_prolonged"
    with later(40):
        assert holds(cast.council, SHEET, case)
    openings.prolong_case_openings(
        case, cause=ON_AGENDA, closes_on=clock.days_from_now(2), by=cast.leader
    )
    with later(3):
        assert not holds(cast.council, SHEET, case)


def test_closing_for_one_unit_keeps_the_others(cast) -> None:
    case = given.case(cast)
    council(cast, case, 5)
    give(cast, case, ON_AGENDA, 5, unit=cast.town, roles=[Role.CHIEF])
    openings.close_case_openings(case, cause=ON_AGENDA, by=cast.leader, unit=cast.north)
    assert not holds(cast.council, SHEET, case)
    assert holds(cast.chief, SHEET, case)


def test_an_opening_of_one_case_opens_no_other(cast) -> None:
    case, other = given.case(cast), given.case(cast, cast.child_b)
    council(cast, case, 5)
    assert holds(cast.council, SHEET, case)
    assert not holds(cast.council, SHEET, other)
    assert not holds(cast.council, SHEET, given.case(cast, cast.klass))


def test_a_role_that_ended_gives_nothing(cast) -> None:
    case = given.case(cast)
    council(cast, case, 30)
    row = cast.council.memberships.get()
    row.ends_on = clock.days_from_now(3)
    row.save()
    with later(3):
        assert holds(cast.council, SHEET, case)
    with later(4):
        assert not holds(cast.council, SHEET, case)


def test_openings_are_journalled_with_codes_only(cast) -> None:
    case = given.case(cast)
    council(cast, case, 5)
    act = Act.objects.filter(action="cases.case.access_opened").latest("pk")
    assert act.data == {
        "cause": "council",
        "unit": cast.north.pk,
        "closes_on": str(clock.days_from_now(5)),
    }
    openings.close_case_openings(case, cause=ON_AGENDA, by=cast.leader)
    assert Act.objects.filter(
        action="cases.case.access_closed", about__contains=sorted(case.journal_subject())
    ).exists()
