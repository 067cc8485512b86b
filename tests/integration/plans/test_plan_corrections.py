"""Correcting the head of a plan, and dropping a draft."""

import pytest
from django.urls import reverse

from districts.models import Todo
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.journal.models import Act
from plans.models import Plan
from plans.selectors import pages
from plans.services import plans
from plans.services import plans as service
from tests.integration.plans.conftest import posted


def _waiting(plan):
    rows = Todo.objects.open().filter(pupil=plan.pupil, community=plan.community)
    return list(rows.values_list("kind", flat=True))


def test_the_head_of_a_plan_is_corrected(cast, sign_in, build):
    plan = build.plan(cast.child)
    assert plan.community_plan is None
    of_class = build.plan(cast.klass)
    page = reverse("plans:edit_plan", args=[plan.public_id])
    browser = sign_in(cast.teacher_b)
    assert browser.get(page).context["forms"][0]["level"].value() == "preventive"
    data = posted(
        title="Rolige skift",
        level="anticipatory",
        team=cast.team.pk,
        community_plan=of_class.pk,
        revision=1,
    )
    assert browser.post(page, data).status_code == 303
    plan = Plan.objects.get(pk=plan.pk)
    assert (plan.title, plan.level) == ("Rolige skift", "anticipatory")
    assert plan.community_plan == of_class
    assert Act.objects.filter(action="plans.plan.corrected").count() == 1
    with pytest.raises(ConflictError) as error:
        service.correct_head(plan, revision=1, title="x", team=cast.team, by=cast.teacher)
    assert error.value.theirs == {"title": "Rolige skift"}
    assert sign_in(cast.plc).get(page).status_code == 404


def test_the_level_stays_once_a_version_was_in_use(cast, sign_in, build):
    plan = build.in_use(cast.klass).plan
    page = sign_in(cast.teacher).get(reverse("plans:edit_plan", args=[plan.public_id]))
    assert "level" not in page.context["forms"][0].fields
    assert page.context["page"].intro
    with pytest.raises(DomainError) as error:
        service.correct_head(
            plan, revision=1, title="x", level="anticipatory", team=cast.team, by=cast.teacher
        )
    assert error.value.field == "level"
    assert (
        service.correct_head(plan, revision=1, title="Ro", team=cast.team, by=cast.teacher).title
        == "Ro"
    )


def test_a_plan_that_never_was_in_use_is_withdrawn_with_a_reason(cast, sign_in, build):
    plan = build.plan(cast.child)
    page = reverse("plans:drop_draft", args=[plan.public_id])
    browser = sign_in(cast.teacher)
    assert page in browser.get(reverse("plans:plan", args=[plan.public_id])).content.decode()
    assert browser.post(page, posted(reason="")).status_code == 422
    answer = browser.post(page, posted(reason="Forkert barn"))
    assert answer["Location"] == reverse("districts:pupil", args=[cast.child.public_id])
    assert not pages.plan_list(cast.teacher).filter(pk=plan.pk).exists()
    assert _waiting(plan) == []
    text = browser.get(reverse("plans:plan", args=[plan.public_id])).content.decode()
    assert "Forkert barn" in text
    assert page not in text
    done = Act.objects.filter(action__in=["plans.planversion.dropped", "plans.plan.withdrawn"])
    assert done.count() == 2
    with pytest.raises(DomainError):
        plans.revise(plan, by=cast.teacher)


def test_a_dropped_draft_leaves_the_plan_in_use(cast, sign_in, build):
    version = build.in_use(cast.klass)
    plan = version.plan
    plans.revise(plan, by=cast.teacher)
    browser = sign_in(cast.teacher)
    shown = browser.get(reverse("plans:plan", args=[plan.public_id])).content.decode()
    assert reverse("plans:evaluate", args=[version.public_id]) in shown
    assert (
        browser.post(reverse("plans:drop_draft", args=[plan.public_id]), posted()).status_code
        == 303
    )
    assert _waiting(plan) == ["plans.evaluate_plan"]
    assert pages.plan_list(cast.teacher).filter(pk=plan.pk).exists()
    assert plans.revise(plan, by=cast.teacher).number == 3
    with pytest.raises(NotAllowedError):
        service.drop_draft(plan, by=cast.plc)


def test_after_a_dropped_adjustment_the_evaluation_waits_again(cast, build):
    version = build.in_use(cast.klass)
    build.evaluate(version, "adjust")
    assert _waiting(version.plan) == ["plans.finish_plan"]
    service.drop_draft(version.plan, by=cast.teacher)
    assert _waiting(version.plan) == ["plans.evaluate_plan"]
