"""What the gates learn of the cycle, and what children's and classes' pages show of it."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.permissions import Role
from districts.sections import community_sections, pupil_sections
from haderslev.core.identity import Reference
from haderslev.core.references import url_of
from plans import ports
from plans.facts import PlanFacts
from plans.models import MeetingAnswer, MeetingParticipant
from plans.selectors import plan_facts
from plans.services import guidance, meetings, observations
from tests.integration.plans.conftest import a_date

WORDS: dict[str, Any] = {
    "observed": "x",
    "verb": "develops",
    "contribution": "x",
    "children_involved": "x",
    "parents_involved": "x",
    "next_level": "yes",
    "next_level_sentence": "Ja, fordi …",
}


def test_a_child_without_anything_has_empty_facts(cast):
    pupils, communities = plan_facts(pupil_ids=[cast.child.pk], community_ids=[cast.klass.pk])
    assert pupils == {cast.child.pk: PlanFacts()}
    assert communities == {cast.klass.pk: PlanFacts()}


def test_the_whole_cycle_becomes_facts(cast, build):
    holder = cast.child.custody_holders.first()
    version = build.in_use(cast.child, "anticipatory")
    build.evaluate(version, "next_level")
    meetings.record(
        kind="network",
        pupil=cast.child,
        by=cast.teacher,
        minutes=meetings.Minutes(
            held_on=a_date(0), agreements="x", parents_words="Ja", child_words="Ja"
        ),
        participants=[MeetingParticipant(name="Mette", role="lærer")],
        answers=[MeetingAnswer(custody_holder=holder, topic="ppv", answer="disagrees")],
    )
    row = guidance.ask(
        kind="pupil",
        role=Role.PLC_ADVISER,
        question="x",
        closes_on=a_date(9),
        pupil=cast.child,
        by=cast.teacher,
    )
    guidance.answer(row, by=cast.plc, **WORDS)
    facts = plan_facts(pupil_ids=[cast.child.pk])[0][cast.child.pk]
    assert len(facts.observations) == 1
    assert [item.kind for item in facts.meetings] == ["network", "team"]
    assert facts.meetings[0].answers == {"ppv": {holder.pk: "disagrees"}}
    assert facts.meetings[0].has_child_words
    assert facts.plans_in_use[0].of == Reference.to(version)
    assert (facts.evaluations[0].level, facts.evaluations[0].of_pupil) == ("anticipatory", True)
    assert (facts.tried[0].name, facts.tried[0].weeks) == ("Co-teaching", 8)
    assert facts.tried[0].words == "Co-teaching, for 8 weeks"
    assert facts.guidance[0].next_level == "yes"
    for evidence in (*facts.observations, *facts.plans_in_use, facts.guidance[0].evidence):
        assert evidence.of is not None
        assert url_of(evidence.of)


def test_a_class_with_its_voice_is_not_the_child(cast, build):
    build.in_use(cast.klass)
    pupils, communities = plan_facts(pupil_ids=[cast.child.pk], community_ids=[cast.klass.pk])
    assert pupils[cast.child.pk] == PlanFacts()
    assert len(communities[cast.klass.pk].community_voice) == 1


def test_withdrawn_observations_and_drafts_show_nothing(cast, build):
    row = build.observation(cast.child)
    build.plan(cast.child)
    observations.withdraw_observation(row, reason="forkert", by=cast.teacher)
    assert plan_facts(pupil_ids=[cast.child.pk])[0][cast.child.pk] == PlanFacts()


def test_as_many_queries_for_one_as_for_all(cast, build):
    for target in (cast.child, cast.child_b, cast.klass):
        build.evaluate(build.in_use(target), "continue", next_evaluation_on=a_date(9))
    counts = []
    for pupils in ([cast.child.pk], [cast.child.pk, cast.child_b.pk, cast.child_c.pk]):
        with CaptureQueriesContext(connection) as found:
            plan_facts(pupil_ids=pupils, community_ids=[cast.klass.pk])
        counts.append(len(found))
    assert counts[0] == counts[1] <= 9


def test_the_ports_are_answered():
    assert ports.cases.answers


def test_pages_of_children_and_classes_show_the_cycle(cast, sign_in, build):
    version = build.in_use(cast.child)
    browser = sign_in(cast.teacher)
    codes = [row.code for row in pupil_sections.sections_of(cast.child, cast.teacher)]
    assert codes[:4] == ["observationer", "planer", "vejledning", "moeder"]
    codes = [row.code for row in community_sections.sections_of(cast.klass, cast.teacher)]
    assert codes[:4] == ["planer", "observationer", "vejledning", "moeder"]
    text = browser.get(reverse("districts:pupil", args=[cast.child.public_id])).content.decode()
    assert reverse("plans:plan", args=[version.plan.public_id]) in text


def test_the_school_office_sees_nothing_of_the_cycle(cast, build):
    build.in_use(cast.child)
    codes = {row.code for row in pupil_sections.sections_of(cast.child, cast.secretary)}
    assert not codes & {"observationer", "planer", "vejledning", "moeder"}
