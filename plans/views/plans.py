"""Pages of plans: the list, one plan, its versions, and what is done with a whole plan."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from districts.models import LearningCommunity, Pupil
from districts.permissions import Role
from districts.scope import scope_of
from haderslev.core.access import AccessRequest, form_page, on_object, with_permission
from haderslev.core.pages import ActPage, run_act
from haderslev.core.policy import held_on
from haderslev.core.references import url_of
from plans import ports
from plans.forms.plans import NOTIFY, DropForm, NewPlanForm, PlanHeadForm, RevisionForm
from plans.models import Plan, PlanVersion
from plans.models.interventions import Level
from plans.selectors import lists, pages
from plans.services import plans as service
from plans.services.evaluations import version_in_use
from plans.views.parts import named, seen_by

_PAGE = 50


@require_GET
@with_permission("view_plan", "view_community_plan")
def plans(request: AccessRequest) -> HttpResponse:
    """List the plans one may see."""
    rows = Paginator(pages.plan_list(request.user), _PAGE).get_page(request.GET.get("side"))
    pages.with_next_evaluation(list(rows.object_list))
    request.reads.listed(rows.object_list)
    return render(request, "plans/plans.html", {"page": rows})


@require_GET
@on_object(Plan, "view_plan")
def plan(request: AccessRequest, plan: Plan) -> HttpResponse:
    """Show one plan: the draft while there is one, else the version in use."""
    shown = pages.plan_page(plan, request.user)
    target, linked = plan.target, plan.community_plan
    may = held_on(request.user, target)
    context = {
        "shown": shown,
        "identity": named(target, visible=seen_by(target) in may),
        "notify": NOTIFY,
        "may": may,
        "reads_observations": "view_plan" in may,
        "may_change_draft": "change_plan" in may and shown.draft is not None,
        "reads_community_plan": _reads(linked, target, may),
        "ideas": ports.ideas_of(shown.shown) if shown.shown else (),
    }
    return render(request, "plans/plan.html", context)


@require_GET
@on_object(PlanVersion, "view_plan")
def version(request: AccessRequest, version: PlanVersion) -> HttpResponse:
    """Show one version of a plan; one in use never changes."""
    pages.fill(version)
    target = version.plan.target
    may = held_on(request.user, target)
    context = {
        "version": version,
        "plan": version.plan,
        "identity": named(target, visible=seen_by(target) in may),
        "reads_observations": "view_plan" in may,
        "counts": version_in_use(version),
        "notify": NOTIFY,
    }
    return render(request, "plans/version.html", context)


@form_page
@on_object(LearningCommunity, "change_plan")
def new_plan_for_community(request: AccessRequest, community: LearningCommunity) -> HttpResponse:
    """Make a plan for a class."""
    return _new_plan(request, community, community, [])


@form_page
@on_object(Pupil, "change_plan")
def new_plan_for_pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Make a plan for a pupil, linked to the plan of the pupil's class."""
    community = pupil.community
    running = lists.running_plans_of(community) if community else []
    return _new_plan(request, pupil, community, running)


@form_page
@on_object(Plan, "approve_plan")
def put_into_use(request: AccessRequest, plan: Plan) -> HttpResponse:
    """Put the draft into use ("Tag i brug")."""
    draft = plan.versions.filter(state=PlanVersion.State.DRAFT).first()
    form = RevisionForm(request.POST or None, initial={"revision": draft.revision if draft else 0})
    back = reverse("plans:plan", args=[plan.public_id])
    page = ActPage(
        title=_("Put the plan into use"),
        submit=_("Put into use"),
        back=back,
        back_label=plan.title,
        intro=_("From now on this version can not be changed. Changing the plan makes the next."),
        done=_("The plan is in use. The evaluation waits for the team on its date."),
    )
    return run_act(request, page, service.put_into_use, plan, forms=[form])


@form_page
@on_object(Plan, "change_plan")
def revise(request: AccessRequest, plan: Plan) -> HttpResponse:
    """Make the next version of a plan in use ("Ret planen")."""
    back = reverse("plans:plan", args=[plan.public_id])
    page = ActPage(
        title=_("Correct the plan"),
        submit=_("Make the next version"),
        back=back,
        back_label=plan.title,
        intro=_("The version in use is copied to a draft. It counts until the draft is in use."),
        done=_("The draft is ready to be corrected."),
    )
    return run_act(request, page, service.revise, plan)


@form_page
@on_object(Plan, "change_plan")
def edit_plan(request: AccessRequest, plan: Plan) -> HttpResponse:
    """Correct title, team, level and the class's plan to which it is linked."""
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
    """Drop the draft; a plan that was never in use is withdrawn with it."""
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


def _reads(linked: Plan | None, target: Pupil | LearningCommunity, may: frozenset[str]) -> bool:
    """Tell whether the class's plan may be opened: its team and leaders also write here."""
    return (
        linked is not None
        and isinstance(target, Pupil)
        and "change_plan" in may
        and linked.community_id == getattr(target.community, "pk", None)
    )


def _new_plan(
    request: AccessRequest,
    target: Pupil | LearningCommunity,
    community: LearningCommunity | None,
    running: list[Plan],
) -> HttpResponse:
    teams = lists.teams_of(community) if community else []
    own = scope_of(request.user).unit_ids(Role.TEACHER)
    mine = next((team for team in teams if team.pk in own), next(iter(teams), None))
    level = Level.ANTICIPATORY if ports.level_of(target) == Level.ANTICIPATORY else Level.PREVENTIVE
    form = NewPlanForm(
        request.POST or None, initial={"level": level}, teams=teams, running=running, mine=mine
    )
    page = ActPage(
        title=_("New plan"),
        submit=_("Make the plan"),
        back=url_of(target),
        back_label=str(target),
        intro=_("A goal and intervention plan. You write its parts afterwards, in any order."),
        done=_("The plan is a draft. Write its parts and put it into use."),
    )
    return run_act(
        request,
        page,
        service.make_plan,
        forms=[form],
        then=url_of,
        **lists.about(target),
    )
