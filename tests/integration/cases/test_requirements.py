"""Requirements: evidence, words, and setting an own one aside."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.facts import CaseFacts
from cases.gates import GATES, STEP_OF
from cases.models import Case, RequirementException
from cases.selectors.facts import case_facts, facts_of
from cases.selectors.requirements import requirements
from cases.services import council, gatekeeping, proposals
from cases.services.cases import open_case
from districts.models import CouncilMeeting, Todo
from districts.permissions import Role
from districts.services.units import appoint
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.calendar import school_day_after
from haderslev.core.errors import DomainError, GateError, NotAllowedError
from pku.material.gather import gather
from pku.material.parts import requirement_table
from plans.models import Observation
from plans.services.observations import withdraw_observation
from tests.integration.cases import given

BEGINS_AFTER = given.case


def on_day(day: date) -> Any:
    return clock.at(timezone.make_aware(datetime.combine(day, time(12))))


def _in_english(browser: Any, url: str) -> str:
    user = get_user(browser)
    User.objects.filter(pk=user.pk or 0).update(language="en")
    return str(browser.get(url).content.decode())


def statuses(case: Case, gate: str) -> dict[str, str]:
    return {row.requirement.code: row.requirement.status.value for row in requirements(case, gate)}


def test_taking_the_evidence_away_unmeets(cast) -> None:
    case = given.case(cast)
    assert statuses(case, "G1")["observation"] == "met"
    withdraw_observation(Observation.objects.get(), reason="Forkert barn", by=cast.teacher)
    assert statuses(case, "G1")["observation"] == "not_assessed"
    assert statuses(case, "G1")["team_meeting"] == "met"
    case.informed.earliest("pk").delete()
    assert statuses(case, "G1")["parents_informed"] == "started"


def test_no_field_of_a_case_stores_that_a_requirement_is_met() -> None:
    codes = {item.code for gate in GATES.values() for item in gate(case_facts_of_nothing())}
    assert not codes & {field.name for field in Case._meta.get_fields()}


def case_facts_of_nothing():
    return CaseFacts(of_pupil=True, level="preventive")


def test_every_requirement_has_words_in_both_languages(cast) -> None:
    case = given.case(cast)
    for gate in GATES:
        for row in requirements(case, gate):
            assert row.text != row.requirement.code
            assert row.source
            assert row.who
            assert row.status_word
            assert row.kind_word


def test_links_lead_only_where_the_reader_may_act(cast) -> None:
    case = given.case(cast)
    mine = {row.requirement.code: row.url for row in requirements(case, "G2", user=cast.teacher)}
    assert mine["adviser_sentence"]
    theirs = requirements(case, "G2", user=cast.psychologist)
    assert not any(row.url for row in theirs)


def test_an_own_requirement_is_set_aside_with_a_reason(cast) -> None:
    case = given.case(cast)
    row = given.proposal(cast, case, ready=False)
    for code in ("preventive_plan_evaluated", "interventions_shown", "adviser_sentence"):
        gatekeeping.except_requirement(case, code, reason="Haster for barnet", by=cast.leader)
    proposals.approve(row, note="x", by=cast.leader)
    assert Case.objects.get(pk=case.pk).level == "anticipatory"


def test_urgent_takes_one_sentence_and_the_reason_within_three_school_days(cast) -> None:
    case = given.case(cast)
    with pytest.raises(DomainError):
        gatekeeping.except_requirement(case, "adviser_sentence", urgent=True, by=cast.leader)
    row = gatekeeping.except_requirement(
        case, "adviser_sentence", urgent=True, sentence="Barnet kommer ikke i skole", by=cast.leader
    )
    assert row.complete_by == school_day_after(clock.today(), 3)
    assert statuses(case, "G2")["adviser_sentence"] == "excepted"
    todo = Todo.objects.open().for_user(cast.leader).get(kind="cases.complete_exception")
    assert todo.due_on == row.complete_by
    gatekeeping.complete_exception(row, reason="Fordi", by=cast.deputy)
    assert not Todo.objects.open().filter(kind="cases.complete_exception").exists()
    with pytest.raises(DomainError):
        gatekeeping.complete_exception(row, reason="Igen", by=cast.deputy)


def test_an_exception_that_another_is_made_in_place_of_needs_no_reason(cast) -> None:
    case = given.case(cast)
    first = gatekeeping.except_requirement(
        case, "adviser_sentence", urgent=True, sentence="Haster.", by=cast.leader
    )
    with clock.at(clock.now() + timedelta(days=20)):
        gatekeeping.except_requirement(case, "adviser_sentence", reason="x", by=cast.leader)
        assert not Todo.objects.open().filter(kind="cases.complete_exception").exists()
        with pytest.raises(DomainError):
            gatekeeping.complete_exception(first, reason="Fordi", by=cast.leader)
    first.refresh_from_db()
    assert first.reason == ""


def test_a_withdrawn_exception_counts_no_more(cast) -> None:
    case = given.case(cast)
    row = gatekeeping.except_requirement(case, "adviser_sentence", reason="x", by=cast.leader)
    gatekeeping.withdraw_exception(row, by=cast.leader)
    assert statuses(case, "G2")["adviser_sentence"] == "not_assessed"
    with pytest.raises(DomainError):
        gatekeeping.withdraw_exception(row, by=cast.leader)
    gatekeeping.except_requirement(case, "adviser_sentence", reason="y", by=cast.leader)


def test_an_exception_ends_with_the_step_it_was_made_for(cast, sign_in) -> None:
    case = given.case(cast)
    up = given.proposal(cast, case, ready=False)
    codes = ("preventive_plan_evaluated", "interventions_shown", "adviser_sentence")
    for code in codes:
        gatekeeping.except_requirement(case, code, reason="Haster for barnet", by=cast.leader)
    proposals.approve(up, note="x", by=cast.leader)
    assert set(statuses(case, "G2").values()) >= {"not_assessed"}
    url = f"/sager/{case.public_id}/krav/?krav=G2"
    assert "counts anew" in _in_english(sign_in(cast.leader), url)
    case.refresh_from_db()
    proposals.approve(given.proposal(cast, case, ready=False), note="ned", by=cast.leader)
    case.refresh_from_db()
    again = given.proposal(cast, case, ready=False)
    with pytest.raises(GateError) as error:
        proposals.approve(again, note="x", by=cast.leader)
    assert given.codes(error.value) == set(codes)
    for code in codes:
        gatekeeping.except_requirement(case, code, reason="Haster igen", by=cast.leader)
    proposals.approve(again, note="x", by=cast.leader)
    assert RequirementException.objects.filter(case=case, ended_at=None).count() == len(codes)


def test_an_urgent_exception_stops_counting_when_its_reason_is_late(cast, sign_in) -> None:
    case = given.case(cast)
    row = gatekeeping.except_requirement(
        case, "adviser_sentence", urgent=True, sentence="Barnet kommer ikke i skole", by=cast.leader
    )
    assert row.complete_by is not None
    with on_day(row.complete_by):
        assert statuses(case, "G2")["adviser_sentence"] == "excepted"
    with on_day(row.complete_by + timedelta(days=1)):
        assert statuses(case, "G2")["adviser_sentence"] == "not_assessed"
        url = f"/sager/{case.public_id}/krav/?krav=G2"
        page = _in_english(sign_in(cast.leader), url)
        assert "not written in time" in page
        assert f"/fravigelser/{row.public_id}/" in page
        gatekeeping.complete_exception(row, reason="Fordi", by=cast.leader)
        assert statuses(case, "G2")["adviser_sentence"] == "excepted"


def test_sparring_ends_the_exceptions_of_its_step(cast) -> None:
    case = given.case(cast)
    gatekeeping.except_requirement(case, "network_answers_council", reason="x", by=cast.leader)
    at = CouncilMeeting.objects.create(district=cast.north, held_on=clock.today(), place="Her")
    item = council.put_on_council(
        case, meeting=at, situation="Uro", tried="Ro", question="Hvad?", by=cast.leader
    )
    council.publish_agenda(at, by=cast.coordinator)
    assert statuses(case, "G4")["network_answers_council"] == "excepted"
    council.record_sparring(item, present="x", sparring="y", ideas=[], by=cast.coordinator)
    assert statuses(case, "G4")["network_answers_council"] == "not_assessed"


def test_every_own_requirement_belongs_to_a_step() -> None:
    codes = {item.code for gate in GATES.values() for item in gate(case_facts_of_nothing())}
    assert codes <= STEP_OF.keys()
    assert STEP_OF["consultation"] == "G3"


@pytest.mark.parametrize("level", ["anticipatory", "intervening"])
def test_a_case_that_began_higher_says_so_everywhere(cast, sign_in, level: str) -> None:
    case = open_case(
        pupil=cast.child_b,
        reason="Flyttet hertil",
        informed=given.informed(cast.child_b),
        entry_ground="moved_in",
        entry_document="Afgørelse fra Vejle af 3. maj",
        level=level,
        by=cast.leader,
    )
    url = f"/sager/{case.public_id}/"
    browser = sign_in(cast.teacher)
    for page in (url, f"{url}krav/", f"{url}krav/?krav=G5"):
        text = _in_english(browser, page)
        for words in ("never gone through", "Afgørelse fra Vejle af 3. maj", "Leader Prøve"):
            assert words in text, (page, words)
    lines = requirement_table(gather(case), "G5")
    assert "Afgørelse fra Vejle" in str(lines)
    usual = given.case(cast)
    assert "never gone through" not in _in_english(browser, f"/sager/{usual.public_id}/krav/")


@pytest.mark.parametrize(
    "code", ["consultation", "pupil_view", "hearing_held", "leaders_decision", "ppv_made"]
)
def test_the_law_is_never_set_aside(cast, code: str) -> None:
    case = given.case(cast)
    with pytest.raises(DomainError, match="law"):
        gatekeeping.except_requirement(case, code, reason="x", by=cast.leader)
    assert not RequirementException.objects.exists()


def test_what_is_not_lacking_is_not_set_aside(cast) -> None:
    case = given.case(cast)
    for code in ("observation", "no_such_requirement"):
        with pytest.raises(DomainError, match="not lacking"):
            gatekeeping.except_requirement(case, code, reason="x", by=cast.leader)


def test_only_who_decides_the_step_sets_aside(cast) -> None:
    case = given.case(cast)
    for who in (cast.teacher, cast.leader2, cast.plc):
        with pytest.raises(NotAllowedError):
            gatekeeping.except_requirement(case, "adviser_sentence", reason="x", by=who)
    appoint(cast.leader, Role.TEACHER, cast.team)
    with pytest.raises(NotAllowedError, match="Deputy"):
        gatekeeping.except_requirement(case, "adviser_sentence", reason="x", by=cast.leader)


def test_the_page_says_what_the_list_is_and_counts_nothing(cast, sign_in) -> None:
    case = given.case(cast)
    browser = sign_in(cast.leader)
    page = browser.get(f"/sager/{case.public_id}/krav/?krav=G2").content.decode()
    assert "%" not in page.split("<main")[1].split("</main")[0]
    assert "<progress" not in page
    assert "adviser_sentence/fravig/" in page
    teachers = sign_in(cast.teacher).get(f"/sager/{case.public_id}/krav/").content.decode()
    assert "fravig" not in teachers
    url = f"/sager/{case.public_id}/krav/adviser_sentence/fravig/"
    assert sign_in(cast.teacher).get(url).status_code == 403
    empty = browser.post(url, {"form_key": str(uuid.uuid4()), "reason": ""})
    assert empty.status_code == 422
    done = browser.post(url, {"form_key": str(uuid.uuid4()), "reason": "Fordi det haster"})
    assert done.status_code == 303
    assert "Fordi det haster" in browser.get(done["Location"] + "?krav=G2").content.decode()


def test_facts_of_many_cases_cost_as_much_as_of_one(cast, django_assert_num_queries) -> None:
    first = given.case(cast)
    with CaptureQueriesContext(connection) as one:
        case_facts(Case.objects.select_related("pupil").get(pk=first.pk))
    given.case(cast, cast.child_b)
    given.case(cast, cast.klass)
    with CaptureQueriesContext(connection) as many:
        facts_of(list(Case.objects.select_related("pupil")))
    assert len(many) == len(one)


def test_evidence_links_only_to_what_the_reader_may_open(cast) -> None:
    case = given.case(cast)

    def linked(user: Any) -> set[bool]:
        rows = requirements(case, "G1", user=user)
        return {bool(each.url) for row in rows for each in row.evidence}

    assert linked(cast.teacher) == {True}
    assert linked(cast.psychologist) == {False}


def test_what_a_special_offer_lacks_is_said_beside_the_form(cast, sign_in) -> None:
    url = reverse("cases:new_decision", args=[given.case(cast).public_id])
    page = sign_in(cast.leader).get(url).content.decode()
    assert "Det mangler før et skoletilbud" in page
    assert 'name="considerations"' in page
