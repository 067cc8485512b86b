"""Pages of evaluations."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from haderslev.accounts.models import User
from haderslev.core.access import AccessRequest, on_object
from haderslev.core.pages import ActPage, acts_on, see_other
from haderslev.core.policy import held_on, may
from haderslev.core.references import page_url, url_of
from plans import features, ports
from plans.forms.evaluations import EvaluationForm, effects, goal_results
from plans.models import Evaluation, PlanVersion
from plans.selectors import pages
from plans.services import evaluations as service
from plans.views.parts import mention_names, named, seen_by


@acts_on(PlanVersion, "evaluate_plan", service.evaluate)
def evaluate(request: AccessRequest, version: PlanVersion) -> ActPage | HttpResponse:
    """Evaluate the version in use; the conclusion opens its next page."""
    plan, posted = version.plan, request.POST or None
    if request.method != "POST" and not service.version_in_use(version):
        return see_other(url_of(plan))

    def then(made: Evaluation) -> str:
        mention_names(request, plan.target)
        # The page that the conclusion opens, filled; else the evaluation itself.
        return _next_url(made, request.user) or url_of(made)

    return ActPage(
        title=_("Evaluate the plan"),
        submit=_("Save the evaluation"),
        back=url_of(plan),
        back_label=plan.title,
        done=_("The evaluation is saved."),
        template="plans/evaluate.html",
        context={"version": pages.fill(version)},
        forms=[EvaluationForm(posted), goal_results(posted, version), effects(posted, version)],
        then=then,
    )


@on_object(Evaluation, "view_plan")
def evaluation(request: AccessRequest, evaluation: Evaluation) -> HttpResponse:
    """Show one evaluation, with the step that follows from it."""
    plan = evaluation.version.plan
    target = plan.target
    may = held_on(request.user, target)
    context = {
        "evaluation": evaluation,
        "plan": plan,
        "goals": evaluation.goal_results.select_related("goal").prefetch_related("evidence"),
        "effects": evaluation.effects.select_related("action__intervention"),
        "identity": named(target, visible=seen_by(target) in may),
        "reads_observations": "view_plan" in may,
        "next_url": _next_url(evaluation, request.user),
    }
    return render(request, "plans/evaluation.html", context)


def _next_url(evaluation: Evaluation, user: User) -> str:
    plan, conclusions = evaluation.version.plan, Evaluation.Conclusion
    if evaluation.conclusion in {conclusions.CONTINUE, conclusions.ADJUST}:
        return url_of(plan)
    if not may(user, "ask_guidance", plan.target):
        return ""
    if evaluation.conclusion == conclusions.ASK_GUIDANCE:
        address = page_url(features.NEW_GUIDANCE, plan.target)
        return f"{address}?plan={plan.public_id}&evaluering={evaluation.public_id}"
    if evaluation.conclusion == conclusions.NEXT_LEVEL:
        return ports.cases().next_level_url(plan, user) or ""
    return ""
