"""Guidance: who can be asked about whom, what the adviser may see, the answer."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from districts.models import Opening, Pupil, TimelineEntry, Todo
from districts.permissions import Role
from districts.services import openings
from haderslev.core import clock
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.core.identity import Reference
from haderslev.journal.models import Act
from plans import ports
from plans.forms.guidance import SHARED
from plans.models import Guidance, GuidanceAgreement, Observation
from plans.selectors import advisers
from plans.services import guidance as service
from tests.integration.plans.conftest import a_date, formset, posted

ANSWER: dict[str, Any] = {
    "observed": "Jeg så tre overgange",
    "verb": "develops",
    "contribution": "Prøv faste pladser",
    "children_involved": "Klassemøde",
    "parents_involved": "Orienteret i Aula",
    "next_level": "yes",
    "next_level_sentence": "Klassen har brug for flere øjne.",
}


@pytest.fixture
def level_two(monkeypatch):
    monkeypatch.setattr(ports.cases(), "level_of", lambda _target: "anticipatory")


def _ask(cast, **more):
    values = {
        "kind": "community",
        "role": Role.PLC_ADVISER,
        "question": "Hvordan får vi ro?",
        "closes_on": a_date(30),
        "community": cast.klass,
        "by": cast.teacher,
    }
    if "pupil" in more:
        values |= {"kind": "pupil", "community": None}
    return service.ask(**(values | more))


def _agreements(pupil, **more):
    values = {"agreed_on": a_date(-1)} | more
    return [
        GuidanceAgreement(custody_holder=holder, **values)
        for holder in pupil.custody_holders.current()
    ]


def test_plc_is_asked_about_a_class_at_any_level(cast, sign_in, build):
    version = build.in_use(cast.klass)
    page = reverse("plans:ask_guidance_for_community", args=[cast.klass.public_id])
    browser = sign_in(cast.teacher)
    assert browser.get(page).status_code == 200
    answer = browser.post(
        page,
        posted(
            kind="community",
            role="plc_adviser",
            question="Hvordan får vi ro?",
            plan=version.plan.pk,
            closes_on=a_date(30),
        ),
    )
    assert answer.status_code == 303
    row = Guidance.objects.get()
    assert row.unit == cast.school
    assert Opening.objects.get().community == cast.klass
    todo = Todo.objects.for_user(cast.plc).get(kind="plans.answer_guidance")
    assert todo.url == reverse("plans:guidance", args=[row.public_id])
    assert TimelineEntry.objects.filter(kind="plans.guidance_asked", community=cast.klass).exists()
    assert Act.objects.filter(action="plans.guidance.asked").exists()


def test_the_asked_adviser_sees_plan_and_cited_observations_and_answers(cast, sign_in, build):
    version = build.in_use(cast.klass)
    row = _ask(cast, plan=version.plan)
    browser = sign_in(cast.plc)
    assert "Nordskolen" in browser.get(reverse("plans:guidance_inbox")).content.decode()
    plan_page = reverse("plans:plan", args=[version.plan.public_id])
    assert "Uro i overgangen" in browser.get(plan_page).content.decode()
    answer_page = reverse("plans:answer_guidance", args=[row.public_id])
    assert browser.get(answer_page).status_code == 200
    sent = browser.post(answer_page, posted(**ANSWER))
    assert sent.status_code == 303, sent.content.decode()
    row.refresh_from_db()
    assert row.state == "answered"
    assert row.answered_by == cast.plc
    assert not Todo.objects.open().filter(kind="plans.answer_guidance").exists()
    assert "Prøv faste pladser" in sign_in(cast.teacher).get(plan_page).content.decode()
    todo = Todo.objects.open().for_user(cast.teacher).get(kind="plans.read_guidance")
    assert todo.subject == Reference.to(row)
    read = sign_in(cast.teacher).post(
        reverse("plans:guidance_read", args=[row.public_id]), posted()
    )
    assert read["Location"] == plan_page
    assert not Todo.objects.open().filter(kind="plans.read_guidance").exists()
    with pytest.raises(DomainError):
        service.answer(row, by=cast.plc, **ANSWER)


def test_the_adviser_adds_a_focused_observation(cast, sign_in, level_two):
    _ask(cast, pupil=cast.child, role=Role.PSYCHOLOGIST, agreements=_agreements(cast.child))
    browser = sign_in(cast.psychologist)
    page = reverse("plans:new_observation_of_pupil", args=[cast.child.public_id])
    assert 'value="focused" selected' in browser.get(page).content.decode()
    sent = browser.post(
        page,
        posted(
            kind="focused",
            seen="Alma finder ro i værkstedet",
            place="lesson",
            observed_at=timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        ),
    )
    assert sent.status_code == 303
    row = Observation.objects.get()
    assert (row.author, row.kind) == (cast.psychologist, "focused")
    assert browser.get(sent["Location"]).status_code == 200


def test_the_others_are_asked_at_level_two_only(cast, sign_in):
    for role in (Role.PRACTICE_ADVISER, Role.PSYCHOLOGIST, Role.FAMILY_COUNSELLOR):
        with pytest.raises(DomainError) as error:
            _ask(cast, role=role)
        assert (error.value.code, error.value.field) == ("level", "role")
    page = reverse("plans:ask_guidance_for_community", args=[cast.klass.public_id])
    answer = sign_in(cast.teacher).post(
        page, posted(kind="community", role="psychologist", question="x", closes_on=a_date(10))
    )
    assert answer.status_code == 422
    assert not Guidance.objects.exists()


def test_a_named_child_needs_each_parents_agreement_or_another_basis(cast, level_two):
    with pytest.raises(DomainError) as error:
        _ask(cast, pupil=cast.child, role=Role.PSYCHOLOGIST)
    assert error.value.code == "agreement"
    given = _agreements(cast.child)[:1]
    with pytest.raises(DomainError):
        _ask(cast, pupil=cast.child, role=Role.PSYCHOLOGIST, agreements=given)
    other = _agreements(cast.child, agreed_on=None, other_basis="SSD, fordi …")
    row = _ask(cast, pupil=cast.child, role=Role.PSYCHOLOGIST, agreements=other)
    assert row.agreements.count() == 2
    assert Pupil.objects.visible_to(cast.psychologist).get() == cast.child
    assert row.unit == cast.advisory


def test_a_child_without_parents_in_the_system_needs_a_basis(cast, level_two, sign_in):
    cast.child.custody_holders.update(ends_on=a_date(-1))
    with pytest.raises(DomainError) as refused:
        _ask(cast, pupil=cast.child, role=Role.PSYCHOLOGIST)
    assert refused.value.code == "agreement"
    page = reverse("plans:ask_guidance_for_pupil", args=[cast.child.public_id])
    asked = {"role": "psychologist", "question": "Hvad hjælper?", "closes_on": a_date(30)}
    browser = sign_in(cast.teacher)

    def answer(basis):
        return browser.post(page, posted(**asked, **formset("parents", [{"other_basis": basis}])))

    assert answer("  ").status_code == 422
    assert answer("SSD, barnet er alene i landet").status_code == 303
    row = Guidance.objects.get()
    assert [one.other_basis for one in row.agreements.all()] == ["SSD, barnet er alene i landet"]
    read = browser.get(reverse("plans:guidance", args=[row.public_id])).content.decode()
    assert "barnet er alene i landet" in read


@pytest.mark.parametrize("shut", ["by its date", "by hand"])
def test_the_adviser_s_home_and_list_name_nobody_after_the_end(cast, level_two, sign_in, shut):
    row = _ask(cast, pupil=cast.child, role=Role.PSYCHOLOGIST, agreements=_agreements(cast.child))
    browser = sign_in(cast.psychologist)
    pages = [reverse("home"), reverse("plans:guidance_inbox")]
    assert "A.P." in browser.get(pages[0]).content.decode()
    assert "4.A" in browser.get(pages[1]).content.decode()
    days = 0
    if shut == "by hand":
        openings.close(row.opening, by=cast.leader)
    else:
        days = 31
    with clock.at(clock.now() + datetime.timedelta(days=days)):
        for page in [*pages, reverse("plans:guidance", args=[row.public_id])]:
            text = browser.get(page).content.decode()
            assert "A.P." not in text
            assert "4.A" not in text
        assert "Nordskolen" in browser.get(pages[1]).content.decode()


def test_words_are_kept_as_codes_and_said_to_the_reader(cast, level_two):
    with translation.override("da"):
        _ask(cast, pupil=cast.child, role=Role.PSYCHOLOGIST, agreements=_agreements(cast.child))
    opening = Opening.objects.get()
    asked = TimelineEntry.objects.get(kind="plans.guidance_asked")
    opened = TimelineEntry.objects.get(kind="districts.access_opened")
    assert opening.basis.text == "=plans.sharing_basis:agreement:"
    assert str(opening.basis) == "Agreement with each parent, see the request"
    assert str(asked.detail) == str(Role.PSYCHOLOGIST.label)
    assert str(opened.detail) == f"{Role.PSYCHOLOGIST.label} · Det rådgivende team"
    with translation.override("da"):
        assert str(opened.detail) == f"{Role.PSYCHOLOGIST.label} · Det rådgivende team"
        assert str(opening.basis) != "Agreement with each parent, see the request"


def test_plc_needs_no_agreement_about_a_named_child(cast, sign_in):
    page = reverse("plans:ask_guidance_for_pupil", args=[cast.child.public_id])
    answer = sign_in(cast.teacher).post(
        page,
        posted(
            role="plc_adviser",
            question="Hvordan får Alma venner?",
            closes_on=a_date(20),
            **formset("parents", [{}, {}]),
        ),
    )
    assert answer.status_code == 303
    assert Pupil.objects.visible_to(cast.plc).get() == cast.child


def test_a_name_in_a_question_without_a_name_gives_a_warning_one_can_go_past(cast, sign_in):
    page = reverse("plans:ask_guidance_for_community", args=[cast.klass.public_id])
    browser = sign_in(cast.teacher)
    data = posted(
        kind="unnamed",
        role="plc_adviser",
        question="Hvordan hjælper vi Almas leg?",
        closes_on=a_date(20),
    )
    answer = browser.post(page, data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Alma" in text
    assert 'name="names_are_meant"' in text
    assert not Guidance.objects.exists()
    assert browser.post(page, data | {"names_are_meant": "yes"}).status_code == 303
    assert Guidance.objects.get().pupil is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("alma er ked af det", ["Alma"]),
        ("Almas leg og BERTIL", ["Alma", "Bertil"]),
        ("Et barn i almanakken", []),
        ("Vi vil gerne have ro", []),
    ],
)
def test_first_names_are_found_as_whole_words(cast, text, found):
    assert advisers.first_names_in(text, cast.klass) == found


def test_the_date_has_an_end(cast):
    with pytest.raises(DomainError) as error:
        _ask(cast, closes_on=a_date(181))
    assert error.value.field == "closes_on"
    with pytest.raises(DomainError):
        _ask(cast, closes_on=a_date(-1))
    assert _ask(cast, closes_on=a_date(180)).closes_on == a_date(180)


def test_only_the_asked_unit_answers(cast, sign_in, build, level_two):
    _ask(cast, pupil=cast.child, role=Role.PSYCHOLOGIST, agreements=_agreements(cast.child))
    row = _ask(cast, pupil=cast.child)
    page = reverse("plans:answer_guidance", args=[row.public_id])
    assert sign_in(cast.plc).get(page).status_code == 200
    assert sign_in(cast.psychologist).get(page).status_code == 403
    assert sign_in(cast.teacher).get(page).status_code == 403
    assert sign_in(cast.family).get(page).status_code == 404
    with pytest.raises(NotAllowedError):
        service.answer(row, by=cast.psychologist, **ANSWER)


def test_a_withdrawn_request_shuts_the_class_again(cast, sign_in, build):
    version = build.in_use(cast.klass)
    row = _ask(cast, role=Role.PLC_ADVISER, plan=version.plan)
    page = reverse("plans:withdraw_guidance", args=[row.public_id])
    assert sign_in(cast.plc).get(page).status_code in {403, 404}
    assert sign_in(cast.teacher).post(page, posted()).status_code == 303
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert TimelineEntry.objects.filter(kind="plans.guidance_withdrawn").exists()
    assert Opening.objects.get().closed_at is not None
    assert not Todo.objects.open().filter(kind="plans.answer_guidance").exists()
    plan_page = reverse("plans:plan", args=[version.plan.public_id])
    assert "Uro i overgangen" not in sign_in(cast.plc).get(plan_page).content.decode()
    text = sign_in(cast.plc).get(reverse("plans:guidance", args=[row.public_id]))
    assert "Hvordan får vi ro?" not in text.content.decode()
    with pytest.raises(DomainError):
        service.withdraw(row, by=cast.teacher)


def test_after_the_date_the_adviser_sees_neither_child_nor_question(cast, sign_in):
    row = _ask(cast, pupil=cast.child, closes_on=a_date(10))
    with clock.at(timezone.now() + datetime.timedelta(days=11)):
        browser = sign_in(cast.plc)
        text = browser.get(reverse("plans:guidance", args=[row.public_id])).content.decode()
        assert "Alma" not in text
        assert "Hvordan får vi ro?" not in text
        page = reverse("plans:answer_guidance", args=[row.public_id])
        assert browser.get(page).status_code == 403
        assert not Pupil.objects.visible_to(cast.plc).exists()


def test_the_family_counsellor_sees_what_is_shared(cast, sign_in, level_two):
    row = _ask(
        cast, pupil=cast.child, role=Role.FAMILY_COUNSELLOR, agreements=_agreements(cast.child)
    )
    page = reverse("plans:answer_guidance", args=[row.public_id])
    text = sign_in(cast.family).get(page).content.decode()
    assert text.count(_in_danish(SHARED)) == 8


def test_the_list_of_requests_names_no_child_and_asks_as_often_with_many(
    cast, sign_in, django_assert_max_num_queries
):
    browser = sign_in(cast.plc)
    for _ in range(30):
        _ask(cast, pupil=cast.child)
    with django_assert_max_num_queries(14):
        text = browser.get(reverse("plans:guidance_inbox")).content.decode()
    assert "Alma" not in text
    assert sign_in(cast.chief).get(reverse("plans:guidance_inbox")).status_code == 404


def _in_danish(words):
    with translation.override("da"):
        return str(words)


def test_an_unnamed_child_of_the_class_may_have_the_case_at_level_two(cast, monkeypatch):
    levels: set[str] = {"preventive"}
    monkeypatch.setattr(ports.cases(), "pupil_levels_of", lambda _community: levels)
    unnamed = {"kind": "unnamed", "role": Role.PRACTICE_ADVISER}
    with pytest.raises(DomainError) as error:
        _ask(cast, **unnamed)
    assert error.value.code == "level"
    levels.add("anticipatory")
    assert _ask(cast, **unnamed).state == "asked"
    with pytest.raises(DomainError):
        _ask(cast, role=Role.PRACTICE_ADVISER)
