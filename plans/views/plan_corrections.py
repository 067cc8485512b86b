"""Pages that correct a plan: its head, and dropping its draft."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.pages import ActPage, run_act
from haderslev.core.references import url_of
from plans.forms.plans import DropForm, PlanHeadForm
from plans.models import Plan
from plans.selectors import lists
from plans.services import plan_corrections as service


@form_page
@on_object(Plan, "change_plan")
def edit_plan(request: AccessRequest, plan: Plan) -> HttpResponse:
    """Correct title, team, level and the class's plan it goes with."""
    class_ = lists.class_of(plan.target)
    teams = lists.teams_of(class_) if class_ else []
    running = lists.running_plans_of(class_) if class_ and plan.pupil_id else []
    used = service.was_in_use(plan)
    form = PlanHeadForm(
        request.POST or None,
        plan=plan,
        level_stays=used,
        teams=[*teams, plan.team],
        running=[*running, *filter(None, [plan.community_plan])],
    )
    page = ActPage(
        title=_("Title, level and team"),
        submit=_("Save"),
        back=reverse("plans:plan", args=[plan.public_id]),
        back_label=plan.title,
        intro=_(
            "The level (%(level)s) stays: the plan has been in use at it. An effort at another "
            "level is a new plan."
        )
        % {"level": plan.get_level_display()}
        if used
        else "",
        done=_("The plan is corrected."),
    )
    return run_act(request, page, service.correct_head, plan, forms=[form])


@form_page
@on_object(Plan, "change_plan")
def drop_draft(request: AccessRequest, plan: Plan) -> HttpResponse:
    """Drop the draft; a plan that never was in use goes with it."""
    used = service.was_in_use(plan)
    form = DropForm(request.POST or None)
    page = ActPage(
        title=_("Drop the draft"),
        submit=_("Drop the draft"),
        back=reverse("plans:plan", args=[plan.public_id]),
        back_label=plan.title,
        intro=_("The version in use goes on.")
        if used
        else _("The plan has never been in use. It disappears from the lists with the draft."),
        danger=True,
        done=_("The draft is dropped."),
    )
    after = page.back if used else url_of(plan.target)
    return run_act(
        request, page, service.drop_draft, plan, forms=[] if used else [form], then=after
    )
