"""Lists, the case page, and what other pages show of cases."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from cases.models import Case, Delivery, OutcomeType
from cases.sections import (
    cases_of,
    informed_facts,
    level_of,
    next_level_url,
    pupil_levels_of,
)
from cases.services.cases import move_level, open_case, open_on_parents_request
from cases.services.proposals import approve
from plans.models import Plan
from tests.integration.cases import given
from tests.people import Cast, add_pupil


def many(cast: Cast, count: int, first: int) -> None:
    for number in range(first, first + count):
        pupil = add_pupil(cast, f"p{number}", f"Barn{number}", cast.klass, number)
        open_on_parents_request(pupil=pupil, reason="x", by=cast.leader)


def queries(browser: Any, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(connection) as found:
        assert browser.get(url).status_code == 200
    return len(found)


def test_lists_ask_as_much_of_a_hundred_rows_as_of_ten(cast, sign_in) -> None:
    leader, secretary = sign_in(cast.leader), sign_in(cast.secretary)
    many(cast, 10, 100)
    few = queries(leader, "/sager/"), queries(secretary, "/breve/")
    many(cast, 90, 110)
    lots = queries(leader, "/sager/"), queries(secretary, "/breve/")
    assert lots == few
    assert max(lots) <= 60
    assert Delivery.objects.count() == 200
    assert Case.objects.count() == 100
    assert b"side=2" in leader.get("/sager/").content


def test_the_list_shows_level_school_and_whose_turn(cast, sign_in) -> None:
    case = given.case(cast)
    given.proposal(cast, case)
    page = sign_in(cast.leader).get("/sager/").content.decode()
    assert case.number in page
    assert "Nordskolen" in page
    assert case.number not in sign_in(cast.leader).get("/sager/?vis=afsluttede").content.decode()
    assert sign_in(cast.secretary).get("/sager/").status_code == 404
    assert case.number not in sign_in(cast.leader2).get("/sager/").content.decode()


def test_the_case_page_shows_each_only_their_own_acts(cast, sign_in) -> None:
    case = given.case(cast)
    key = case.public_id
    teacher = sign_in(cast.teacher).get(f"/sager/{key}/").content.decode()
    assert f"/sager/{key}/naeste-led/" in teacher
    assert f"/sager/{key}/afslut/" not in teacher
    assert f"/sager/{key}/adgang/" not in teacher
    leader = sign_in(cast.leader).get(f"/sager/{key}/").content.decode()
    assert f"/sager/{key}/afslut/" in leader
    row = given.proposal(cast, case)
    waiting = sign_in(cast.teacher).get(f"/sager/{key}/").content.decode()
    assert "Leader Prøve" in waiting
    approve(row, note="Tid", by=cast.leader)
    assert sign_in(cast.teacher).get(f"/sager/{key}/").status_code == 200


def test_the_leader_reads_the_rules_of_each_outcome_beside_the_form(cast, sign_in) -> None:
    url = f"/sager/{given.case(cast).public_id}/afgoerelse/ny/"
    leader = sign_in(cast.leader)
    page = leader.get(url).content.decode()
    for row in OutcomeType.objects.all():
        assert (f"<h3>{escape(row.name_da)}</h3>" in page) is (row.competence == "leader")
    for row in OutcomeType.objects.filter(competence="leader"):
        assert escape(row.legal_basis) in page
    assert queries(leader, url) <= 60


def test_the_case_page_of_a_class_and_of_a_closed_case(cast, sign_in) -> None:
    case = given.case(cast, cast.klass)
    page = sign_in(cast.teacher).get(f"/sager/{case.public_id}/")
    assert page.status_code == 200
    assert "Alma" not in page.content.decode()
    krav = sign_in(cast.teacher).get(f"/sager/{case.public_id}/krav/").content.decode()
    assert "krav=G3" not in krav


def test_sections_and_facts_for_the_childs_page(cast) -> None:
    assert cases_of(cast.child, cast.secretary) is None
    empty = cases_of(cast.child, cast.teacher)
    assert empty is not None
    assert [link.url for link in empty.links] == [f"/boern/{cast.child.public_id}/sag/ny/"]
    case = given.case(cast)
    section = cases_of(cast.child, cast.teacher)
    assert section is not None
    assert case.number in str(section.rows[0].title)
    assert not section.links
    assert len(informed_facts(cast.child, cast.teacher)) == 1
    assert informed_facts(cast.child, cast.teacher2) == []
    of_class = cases_of(cast.klass, cast.teacher)
    assert of_class is not None
    assert not of_class.rows


def test_answers_to_plans(cast) -> None:
    version = given.begun(cast, cast.child)
    plan = Plan.objects.get(pk=version.plan_id)
    assert level_of(cast.child) is None
    assert next_level_url(plan, cast.teacher) == f"/boern/{cast.child.public_id}/sag/ny/"
    told = given.informed(cast.child)
    case = open_case(pupil=cast.child, reason="x", informed=told, by=cast.teacher)
    assert level_of(cast.child) == "preventive"
    assert next_level_url(plan, cast.teacher) == f"/sager/{case.public_id}/naeste-led/"
    assert next_level_url(plan, cast.teacher2) is None
    move_level(case, "anticipatory", by=cast.leader)
    assert pupil_levels_of(cast.klass) == {"anticipatory"}
    assert pupil_levels_of(cast.klass2) == set()
    # The PPV is asked for on the case.
    assert next_level_url(plan, cast.teacher) == f"/sager/{case.public_id}/"
