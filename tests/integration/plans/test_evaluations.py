"""Evaluations: per goal with evidence, and what follows from the conclusion."""

import pytest
from django.urls import reverse

from districts.models import TimelineEntry, Todo
from districts.permissions import Role
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.journal.models import Act
from plans.models import Evaluation, InterventionEffect
from plans.services import drafts, guidance, plans
from plans.services import evaluations as service
from tests.integration.plans.conftest import a_date, formset, posted


def _data(version, conclusion, **more):
    evidence = list(version.observations.values_list("pk", flat=True))
    goals = [
        {"result": "reached", "score": 3, "remark": "Set ofte", "evidence": evidence}
        for _ in version.goals.all()
    ]
    effects = [{"carried_out": "on", "weeks": 8, "effect": "Mere ro"}]
    return posted(
        evaluated_on=a_date(0),
        participants="Teamet",
        changed_by_child="Vi flyttede pladserne",
        conclusion=conclusion,
        reason="Vi har brug for flere øjne",
        **more,
        **formset("goals", goals),
        **formset("actions", effects),
    )


def test_each_conclusion_opens_its_next_page(cast, sign_in, build):
    browser = sign_in(cast.teacher)
    for conclusion, more, expected in (
        ("continue", {"next_evaluation_on": a_date(30)}, "/planer/"),
        ("adjust", {}, "/planer/"),
        ("end", {}, "/evalueringer/"),
        ("ask_guidance", {}, "/vejledning/ny/?plan="),
        ("next_level", {}, "/sag/ny/"),
    ):
        version = build.in_use(cast.child)
        page = reverse("plans:evaluate", args=[version.public_id])
        assert browser.get(page).status_code == 200
        answer = browser.post(page, _data(version, conclusion, **more))
        assert answer.status_code == 303, answer.content.decode()
        assert expected in answer["Location"]
        if conclusion == "ask_guidance":
            text = browser.get(answer["Location"]).content.decode()
            assert "Vi har brug for flere øjne" in text
    assert Evaluation.objects.count() == 5
    assert Act.objects.filter(action="plans.evaluation.made").count() == 5
    assert TimelineEntry.objects.filter(kind="plans.plan_evaluated", pupil=cast.child).count() == 5


def test_continue_moves_the_date_and_adjust_makes_the_next_draft(cast, build):
    version = build.in_use(cast.klass)
    build.evaluate(version, "continue", next_evaluation_on=a_date(30))
    todo = Todo.objects.open().get(kind="plans.evaluate_plan")
    assert todo.due_on == a_date(30)
    build.evaluate(version, "adjust")
    assert not Todo.objects.open().filter(kind="plans.evaluate_plan").exists()
    draft = version.plan.versions.get(state="draft")
    assert draft.number == 2
    assert Todo.objects.for_user(cast.teacher).open().filter(kind="plans.finish_plan").exists()


def test_a_conclusion_that_leads_away_waits_until_its_step_is_taken(cast, sign_in, build):
    def waiting():
        rows = Todo.objects.open().for_user(cast.teacher_b).filter(pupil=cast.child)
        return {(row.kind, row.url) for row in rows}

    version = build.in_use(cast.child)
    for conclusion, kind in (("ask_guidance", "plans.ask_guidance"), ("next_level", "plans.go_on")):
        made = build.evaluate(version, conclusion)
        url = reverse("plans:evaluation", args=[made.public_id])
        assert waiting() == {(kind, url)}
    page = sign_in(cast.teacher).get(reverse("plans:plan", args=[version.plan.public_id]))
    assert reverse("plans:evaluate", args=[version.public_id]) in page.content.decode()
    build.evaluate(version, "ask_guidance")
    guidance.ask(
        kind="pupil",
        role=Role.PLC_ADVISER,
        question="Hvad nu?",
        closes_on=a_date(30),
        pupil=cast.child,
        by=cast.teacher,
    )
    assert waiting() == set()
    build.evaluate(version, "next_level")
    build.evaluate(version, "end")
    assert waiting() == set()


def test_an_ended_plan_is_neither_evaluated_nor_changed(cast, build):
    version = build.in_use(cast.klass)
    build.evaluate(version, "end")
    version.plan.refresh_from_db()
    assert version.plan.ended_on == a_date(0)
    with pytest.raises(DomainError) as error:
        build.evaluate(version, "end")
    assert error.value.code == "not-in-use"
    with pytest.raises(DomainError):
        plans.revise(version.plan, by=cast.teacher)


def test_a_goal_without_evidence_is_refused(cast, sign_in, build):
    version = build.in_use(cast.klass)
    page = reverse("plans:evaluate", args=[version.public_id])
    data = _data(version, "end")
    data["goals-0-evidence"] = []
    answer = sign_in(cast.teacher).post(page, data)
    assert answer.status_code == 422
    assert "#id_goals-0-evidence" in answer.content.decode()
    with pytest.raises(DomainError) as error:
        service.evaluate(
            version,
            evaluated_on=a_date(0),
            participants="x",
            changed_by_child="x",
            conclusion="end",
            reason="x",
            by=cast.teacher,
            goals=[service.GoalAnswer(goal, "not", 0, "x", []) for goal in version.goals.all()],
            actions=[
                InterventionEffect(action=row, weeks=1, effect="x") for row in version.actions.all()
            ],
        )
    assert error.value.code == "evidence"
    assert not Evaluation.objects.exists()


def test_every_goal_needs_a_result(cast, sign_in, build):
    version = build.in_use(cast.klass)
    page = reverse("plans:evaluate", args=[version.public_id])
    data = _data(version, "end") | {"goals-TOTAL_FORMS": 1}
    assert sign_in(cast.teacher).post(page, data).status_code == 422
    data = _data(version, "continue")
    assert sign_in(cast.teacher).post(page, data).status_code == 422


def test_only_the_version_in_use_is_evaluated(cast, sign_in, build):
    first = build.in_use(cast.klass)
    draft = plans.revise(first.plan, by=cast.teacher)
    assert draft.evaluate_on is None
    draft = drafts.save_evaluation(
        first.plan, revision=1, evaluate_on=a_date(30), evaluate_how="Igen", by=cast.teacher
    )
    second = plans.put_into_use(first.plan, revision=draft.revision, by=cast.teacher)
    with pytest.raises(DomainError) as error:
        build.evaluate(first)
    assert error.value.code == "not-in-use"
    page = sign_in(cast.teacher).get(reverse("plans:evaluate", args=[first.public_id]))
    assert page["Location"] == reverse("plans:plan", args=[first.plan.public_id])
    assert build.evaluate(second, "end").version == second


def test_others_than_the_team_do_not_evaluate(cast, sign_in, build):
    version = build.in_use(cast.klass)
    page = reverse("plans:evaluate", args=[version.public_id])
    assert sign_in(cast.plc).get(page).status_code == 403
    assert sign_in(cast.teacher2).get(page).status_code == 404
    with pytest.raises(NotAllowedError):
        build.evaluate(version, by=cast.plc)


def test_the_evaluation_is_read_on_its_page(cast, sign_in, build):
    evaluation = build.evaluate(build.in_use(cast.child), "next_level")
    text = (
        sign_in(cast.teacher)
        .get(reverse("plans:evaluation", args=[evaluation.public_id]))
        .content.decode()
    )
    assert "Vi flyttede pladserne." in text
    assert "Uro i overgangen" in text
    assert reverse("cases:new_case_for_pupil", args=[cast.child.public_id]) in text
