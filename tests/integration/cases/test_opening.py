"""Opening and closing a case."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases.models import Case, Delivery, Document, RequirementException
from cases.selectors.people import not_informed
from cases.selectors.requirements import requirements
from cases.services.cases import (
    Informed,
    close_case,
    inform_parent,
    next_number,
    open_case,
    open_on_parents_request,
)
from districts.models import Opening, TimelineEntry, Todo
from districts.permissions import Role
from districts.services.openings import open_access
from districts.services.units import appoint, role_group
from haderslev.core import clock, request_cache
from haderslev.core.errors import ConflictError, DomainError, GateError, NotAllowedError
from haderslev.journal.models import Act
from plans.features import INVITED
from tests.integration.cases import given
from tests.people import Cast


def test_opening_writes_number_letter_timeline_and_journal(cast) -> None:
    case = given.case(cast)
    assert re.fullmatch(rf"{clock.today().year}-\d{{4}}", case.number)
    assert case.level == "preventive"
    assert case.plans.count() == 1
    letters = Delivery.objects.filter(document__case=case)
    assert {row.recipient for row in letters} == {"Mother til Alma", "Father til Alma"}
    kinds = set(
        TimelineEntry.objects.filter(case_number=case.number).values_list("kind", flat=True)
    )
    assert {"cases.case_opened", "cases.parents_informed", "cases.letter"} <= kinds
    assert (
        Act.objects.filter(
            action="cases.case.opened", about__contains=[f"case:{case.number}"]
        ).count()
        == 1
    )
    assert (
        Todo.objects.open().filter(kind="cases.send_letter", case_number=case.number).count() == 2
    )


def test_each_letter_has_only_its_own_address(cast) -> None:
    given.case(cast)
    for document in Document.objects.filter(kind="information"):
        mother = "Mother" in document.delivery.recipient
        assert ("Storgade 0" in document.payload) is mother
        assert ("Hemmelig vej 0" in document.payload) is not mother


def test_numbers_follow_each_other(cast) -> None:
    first, second = next_number(2031), next_number(2031)
    assert (first, second) == ("2031-0001", "2031-0002")


def test_a_parent_who_was_not_told_needs_a_reason(cast) -> None:
    given.begun(cast, cast.child)
    told = given.informed(cast.child)
    with pytest.raises(DomainError, match="Father"):
        open_case(pupil=cast.child, reason="x", informed=told[:1], by=cast.teacher)
    silent = Informed(custody_holder=told[1].custody_holder, not_informed_reason="Kan ikke træffes")
    case = open_case(pupil=cast.child, reason="x", informed=[told[0], silent], by=cast.teacher)
    assert case.informed.filter(informed_on=None).count() == 1


def case_not_informed(cast: Cast, **changes: Any) -> Case:
    """Opened by the teacher, or another; the father could not be reached."""
    given.begun(cast, cast.child)
    told = given.informed(cast.child)
    silent = Informed(custody_holder=told[1].custody_holder, not_informed_reason="Kan ikke træffes")
    values: dict[str, Any] = {"by": cast.teacher, **changes}
    return open_case(pupil=cast.child, reason="x", informed=[told[0], silent], **values)


def waits_for(user: Any) -> bool:
    """Tell whether a parent waits to be told by this person."""
    request_cache.forget()
    waits = Todo.objects.open().filter(kind="cases.inform_parents")
    return waits.for_user(user).exists()


def test_a_parent_is_told_later_by_the_team_of_the_one_who_opened(cast, sign_in) -> None:
    case = case_not_informed(cast)
    waits = Todo.objects.open().filter(kind="cases.inform_parents")
    todo = waits.get()
    assert (todo.role, todo.user) == (Role.TEACHER, None)
    assert waits_for(cast.teacher)
    assert not waits_for(cast.leader)
    # Whoever comes into the team has it too: it waits for the role, not for who opened.
    appoint(cast.teacher2, Role.TEACHER, cast.team)
    assert waits_for(cast.teacher2)
    browser = sign_in(cast.teacher)
    assert todo.url in browser.get(f"/sager/{case.public_id}/").content.decode()
    father = not_informed(case).get()
    data = {
        "form_key": str(uuid.uuid4()),
        "custody_holder": father.pk,
        "informed_on": clock.today().isoformat(),
        "informed_how": "Telefon",
    }
    page = browser.get(todo.url).content.decode()
    assert "Father" in page
    assert "Mother" not in page
    assert browser.post(todo.url, data).status_code == 303
    row = case.informed.get(custody_holder=father)
    assert (row.informed_on, row.informed_how) == (clock.today(), "Telefon")
    assert not waits.exists()
    assert Act.objects.filter(action="cases.case.parent_informed").count() == 1
    again = browser.post(todo.url, {**data, "form_key": str(uuid.uuid4())})
    assert again.status_code == 422
    assert browser.get(todo.url).status_code == 302


def test_a_parent_waits_for_the_leaders_where_a_leader_opened(cast) -> None:
    case_not_informed(cast, by=cast.leader)
    waits = Todo.objects.open().filter(kind="cases.inform_parents")
    assert {todo.role for todo in waits} == {Role.LEADER, Role.DEPUTY}
    assert {todo.user for todo in waits} == {None}
    assert waits_for(cast.leader)
    assert not waits_for(cast.teacher)


def test_who_may_write_down_that_a_parent_was_told(cast) -> None:
    case = case_not_informed(cast)
    father = not_informed(case).get()
    values: dict[str, Any] = {"custody_holder": father, "informed_how": "Telefon"}
    for who in (cast.secretary, cast.teacher2, cast.psychologist):
        with pytest.raises(NotAllowedError):
            inform_parent(case, **values, informed_on=clock.today(), by=who)
    with pytest.raises(DomainError, match="future"):
        inform_parent(case, **values, informed_on=clock.days_from_now(1), by=cast.leader)
    close_case(case, conclusion="Slut", by=cast.leader)
    assert not Todo.objects.open().filter(kind="cases.inform_parents").exists()
    with pytest.raises(DomainError, match="closed"):
        inform_parent(case, **values, informed_on=clock.today(), by=cast.leader)


def test_a_new_parent_with_custody_is_told_by_a_link_of_the_requirement(cast) -> None:
    case = given.case(cast)
    cast.child.custody_holders.create(name="Ny", relation="guardian", address="Vej 1")
    row = next(
        row
        for row in requirements(case, "G1", user=cast.teacher)
        if row.requirement.code == "parents_informed"
    )
    assert row.url == f"/sager/{case.public_id}/orientering/"


def test_told_lies_not_in_the_future(cast) -> None:
    given.begun(cast, cast.child)
    late = clock.today() + timedelta(days=1)
    told = [
        Informed(custody_holder=holder, informed_on=late, informed_how="x")
        for holder in cast.child.custody_holders.current()
    ]
    with pytest.raises(DomainError):
        open_case(pupil=cast.child, reason="x", informed=told, by=cast.teacher)


def test_opening_asks_for_observation_meeting_and_plan(cast) -> None:
    with pytest.raises(GateError) as error:
        open_case(
            pupil=cast.child, reason="x", informed=given.informed(cast.child), by=cast.teacher
        )
    assert given.codes(error.value) == {
        "observation",
        "team_meeting",
        "plan_in_use",
    }
    assert not Case.objects.exists()


def test_a_leader_may_set_own_requirements_aside_when_opening(cast) -> None:
    values = {
        "pupil": cast.child,
        "reason": "x",
        "informed": given.informed(cast.child),
        "set_aside": "Barnet er flyttet til i går",
    }
    with pytest.raises(NotAllowedError):
        open_case(**values, by=cast.teacher)
    case = open_case(**values, by=cast.leader)
    assert RequirementException.objects.filter(case=case).count() == 3
    kinds = TimelineEntry.objects.filter(case_number=case.number).order_by("pk")
    noted = list(kinds.values_list("kind", flat=True))
    assert noted.count("cases.requirement_excepted") == 3
    assert noted.index("cases.case_opened") < noted.index("cases.requirement_excepted")


def test_one_open_case_a_pupil(cast) -> None:
    given.case(cast)
    with pytest.raises(ConflictError, match="open already"):
        open_case(
            pupil=cast.child, reason="x", informed=given.informed(cast.child), by=cast.teacher
        )


def test_a_case_is_about_exactly_one(cast) -> None:
    with pytest.raises(DomainError):
        open_case(reason="x", by=cast.teacher)
    with pytest.raises(DomainError):
        open_case(pupil=cast.child, community=cast.klass, reason="x", by=cast.teacher)


def test_only_the_team_and_the_leader_open(cast) -> None:
    for who in (cast.teacher2, cast.plc, cast.psychologist, cast.secretary, cast.admin):
        with pytest.raises(NotAllowedError):
            open_case(pupil=cast.child, reason="x", informed=given.informed(cast.child), by=who)


HIGHER: dict[str, Any] = {
    "reason": "Flyttet hertil",
    "level": "anticipatory",
    "entry_ground": "moved_in",
    "entry_document": "Plan fra tidligere skole, 1.8.",
}


def test_a_higher_start_is_the_leaders(cast) -> None:
    values = {"pupil": cast.child, "informed": given.informed(cast.child), **HIGHER}
    with pytest.raises(NotAllowedError):
        open_case(**values, by=cast.teacher)
    case = open_case(**values, by=cast.leader)
    assert (case.level, case.entered_by_name) == ("anticipatory", cast.leader.name)


@pytest.mark.parametrize("lacking", ["entry_ground", "entry_document"])
def test_a_higher_start_needs_ground_and_document(cast, lacking: str) -> None:
    values = {"pupil": cast.child, "informed": given.informed(cast.child), **HIGHER, lacking: ""}
    with pytest.raises(DomainError):
        open_case(**values, by=cast.leader)


def test_a_community_never_begins_intervening(cast) -> None:
    with pytest.raises(DomainError):
        open_case(community=cast.klass, **{**HIGHER, "level": "intervening"}, by=cast.leader)


def test_a_communitys_case_needs_no_parent_told_one_by_one(cast) -> None:
    case = given.case(cast, cast.klass)
    assert case.community == cast.klass
    assert not Delivery.objects.exists()


def test_a_parents_request_opens_a_case_that_nothing_stops(cast) -> None:
    case = open_on_parents_request(pupil=cast.child, reason="Mor beder om PPV", by=cast.secretary)
    assert (case.level, case.entry_ground) == ("preventive", "parents_request")
    assert case.informed.count() == 2


@pytest.mark.parametrize("level", ["preventive", "anticipatory"])
def test_a_parents_request_is_no_ground_that_a_leader_chooses(cast, sign_in, level: str) -> None:
    values = {"pupil": cast.child, "informed": given.informed(cast.child), **HIGHER}
    with pytest.raises(DomainError, match="own request"):
        open_case(**{**values, "entry_ground": "parents_request", "level": level}, by=cast.leader)
    assert not Case.objects.exists()
    page = sign_in(cast.leader).get(f"/boern/{cast.child.public_id}/sag/ny/")
    assert b"parents_request" not in page.content


def test_closing_ends_invitations_and_todos_but_not_letters(cast) -> None:
    case = given.case(cast)
    group = role_group(cast.school, Role.PLC_ADVISER)
    open_access(
        cast.child,
        to=group,
        cause=INVITED,
        basis="Aftale",
        closes_on=clock.days_from_now(30),
        by=cast.teacher,
    )
    assert Case.objects.visible_to(cast.plc).filter(pk=case.pk).exists()
    with pytest.raises(NotAllowedError):
        close_case(case, conclusion="Godt", by=cast.teacher)
    closed = close_case(case, conclusion="Det går godt nu.", by=cast.leader)
    assert (closed.level, closed.closed_on) == ("closed", clock.today())
    assert not Opening.objects.filter(pupil=cast.child, closed_at=None).exists()
    assert not Case.objects.visible_to(cast.plc).filter(pk=case.pk).exists()
    assert set(
        Todo.objects.open().filter(case_number=case.number).values_list("kind", flat=True)
    ) == {"cases.send_letter"}
    with pytest.raises(DomainError):
        close_case(case, conclusion="Igen", by=cast.leader)


def test_a_waiting_proposal_is_answered_before_closing(cast) -> None:
    case = given.case(cast)
    given.proposal(cast, case)
    with pytest.raises(DomainError, match="proposal"):
        close_case(case, conclusion="x", by=cast.leader)


def test_the_page_opens_a_case(cast, sign_in) -> None:
    given.begun(cast, cast.child)
    url = f"/boern/{cast.child.public_id}/sag/ny/"
    browser = sign_in(cast.teacher)
    assert b'name="level"' not in browser.get(url).content
    data = {"form_key": str(uuid.uuid4()), "reason": "Uro"}
    assert browser.post(url, data).status_code == 422
    for holder in cast.child.custody_holders.current():
        data[f"foraelder-{holder.public_id}-informed_on"] = clock.today().isoformat()
        data[f"foraelder-{holder.public_id}-informed_how"] = "Samtale"
    answer = browser.post(url, data)
    assert answer.status_code == 303
    assert browser.post(url, data)["Location"] == answer["Location"]
    assert Case.objects.count() == 1
    assert browser.get(answer["Location"]).status_code == 200


def test_the_page_shows_the_leader_how_to_begin_higher(cast, sign_in) -> None:
    page = sign_in(cast.leader).get(f"/boern/{cast.child.public_id}/sag/ny/")
    assert b'name="entry_ground"' in page.content
    page = sign_in(cast.leader).get(f"/faellesskaber/{cast.klass.public_id}/sag/ny/")
    assert b'value="intervening"' not in page.content


def test_strangers_find_nothing(cast, sign_in) -> None:
    case = given.case(cast)
    for path in ("", "krav/", "tidslinje/", "adgang/", "dokumenter/", "naeste-led/", "afslut/"):
        for who in (cast.teacher2, cast.leader2, cast.council, cast.pku, cast.admin):
            page = sign_in(who).get(f"/sager/{case.public_id}/{path}")
            assert page.status_code == 404, (path, who)
    page = sign_in(cast.teacher).get(f"/sager/{case.public_id}/afslut/")
    assert page.status_code == 403


def test_what_lacks_is_said_before_the_form_is_shown(cast, sign_in) -> None:
    url = reverse("cases:new_case_for_pupil", args=[cast.child.public_id])
    page = sign_in(cast.teacher).get(url)
    assert "Dette skal gøres først" in page.content.decode()
    assert 'name="reason"' not in page.content.decode()
    leader = sign_in(cast.leader).get(url).content.decode()
    assert "En leder kan åbne sagen alligevel" in leader
    assert 'name="reason"' in leader
    given.observation(cast, cast.child)
    given.meeting(cast, cast.child)
    given.plan(cast, cast.child)
    page = sign_in(cast.teacher).get(url)
    assert "Dette skal gøres først" not in page.content.decode()
    assert 'name="reason"' in page.content.decode()
