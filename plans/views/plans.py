"""Pages of plans: the list, one plan, its versions, and what is done with a whole plan."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from districts.models import LearningCommunity, Pupil
from districts.permissions import Role
from districts.scope import scope_of
from haderslev.core.access import AccessRequest, on_object, with_permission
from haderslev.core.forms import RevisionForm
from haderslev.core.lists import listed_page
from haderslev.core.pages import ActPage, act_page, acts_on
from haderslev.core.policy import held_on
from haderslev.core.references import url_of
from plans import ports
from plans.forms.plans import NOTIFY, DropForm, PlanForm
from plans.models import Level, Plan, PlanVersion
from plans.selectors import lists, pages
from plans.services import plans as service
from plans.services.evaluations import version_in_use
from plans.views.parts import named, seen_by


@with_permission("view_plan", "view_community_plan")
def plans(request: AccessRequest) -> HttpResponse:
    """List the plans one may see."""
    rows = listed_page(request, pages.plan_list(request.user))
    pages.with_next_evaluation(rows.object_list)
    request.reads.listed(rows.object_list)
    return render(request, "plans/plans.html", {"page": rows})


@on_object(Plan, "view_plan")
def plan(request: AccessRequest, plan: Plan) -> HttpResponse:
    """Show one plan: the draft while there is one, else the version in use."""
    shown = pages.plan_page(plan, request.user)
    target, linked = plan.target, plan.community_plan
    class_ = lists.class_of(target)
    may = held_on(request.user, target)
    context = {
        "shown": shown,
        "identity": named(target, visible=seen_by(target) in may),
        "notify": NOTIFY,
        "may": may,
        "reads_observations": "view_plan" in may,
        "may_change_draft": "change_plan" in may and shown.draft is not None,
        # The team and the leaders of the pupil's class also write here.
        "reads_community_plan": linked is not None
        and class_ is not None
        and linked.community_id == class_.pk
        and "change_plan" in may,
        "ideas": ports.cases().ideas_of(shown.shown) if shown.shown else (),
    }
    return render(request, "plans/plan.html", context)


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


def _new_plan(request: AccessRequest, target: Pupil | LearningCommunity) -> ActPage:
    """Make a plan for a class or a pupil; a pupil's is linked to the plan of the class."""
    class_ = lists.class_of(target)
    teams = lists.teams_of(class_) if class_ else []
    own = scope_of(request.user).unit_ids(Role.TEACHER)
    mine = next((team for team in teams if team.pk in own), next(iter(teams), None))
    higher = ports.cases().level_of(target) == Level.ANTICIPATORY
    level = Level.ANTICIPATORY if higher else Level.PREVENTIVE
    form = PlanForm(
        request.POST or None,
        initial={"level": level, "team": mine},
        teams=teams,
        running=list(lists.running_plans_of(class_)) if class_ and class_ != target else [],
    )
    return ActPage(
        title=_("New plan"),
        submit=_("Make the plan"),
        back=url_of(target),
        back_label=str(target),
        intro=_("A goal and intervention plan. You write its parts afterwards, in any order."),
        done=_("The plan is a draft. Write its parts and put it into use."),
        forms=[form],
        act=partial(service.make_plan, target),
        then=url_of,
    )


new_plan_for_community = act_page(on_object(LearningCommunity, "change_plan")(_new_plan))
new_plan_for_pupil = act_page(on_object(Pupil, "change_plan")(_new_plan))


@acts_on(Plan, "approve_plan", service.put_into_use)
def put_into_use(request: AccessRequest, plan: Plan) -> ActPage:
    """Put the draft into use ("Tag i brug")."""
    draft = plan.versions.filter(state=PlanVersion.State.DRAFT).first()
    form = RevisionForm(request.POST or None, initial={"revision": draft.revision if draft else 0})
    return ActPage(
        title=_("Put the plan into use"),
        submit=_("Put into use"),
        back_label=plan.title,
        intro=_("From now on this version can not be changed. Changing the plan makes the next."),
        done=_("The plan is in use. The evaluation waits for the team on its date."),
        forms=[form],
    )


@acts_on(Plan, "change_plan", service.revise)
def revise(request: AccessRequest, plan: Plan) -> ActPage:  # noqa: ARG001 - a view
    """Make the next version of a plan in use ("Ret planen")."""
    return ActPage(
        title=_("Correct the plan"),
        submit=_("Make the next version"),
        back_label=plan.title,
        intro=_("The version in use is copied to a draft. It counts until the draft is in use."),
        done=_("The draft is ready to be corrected."),
    )


@acts_on(Plan, "change_plan", service.correct_head)
def edit_plan(request: AccessRequest, plan: Plan) -> ActPage:
    """Correct title, team, level and the class's plan to which it is linked."""
    class_ = lists.class_of(plan.target)
    teams = lists.teams_of(class_) if class_ else []
    running = lists.running_plans_of(class_) if class_ and plan.pupil_id else []
    used = service.was_in_use(plan)
    form = PlanForm(
        request.POST or None,
        instance=plan,
        level_stays=used,
        teams=[*teams, plan.team],
        running=[*running, *filter(None, [plan.community_plan])],
    )
    stays = _(
        "The level (%(level)s) stays: the plan has been in use at it. An effort at another "
        "level is a new plan."
    )
    return ActPage(
        title=_("Title, level and team"),
        submit=_("Save"),
        back_label=plan.title,
        intro=stays % {"level": plan.get_level_display()} if used else "",
        done=_("The plan is corrected."),
        forms=[form],
    )


@acts_on(Plan, "change_plan", service.drop_draft)
def drop_draft(request: AccessRequest, plan: Plan) -> ActPage:
    """Drop the draft; a plan that was never in use is withdrawn with it."""
    used = service.was_in_use(plan)
    goes_on = _("The version in use goes on.")
    never = _("The plan has never been in use. It disappears from the lists with the draft.")
    return ActPage(
        title=_("Drop the draft"),
        back_label=plan.title,
        intro=goes_on if used else never,
        danger=True,
        done=_("The draft is dropped."),
        forms=[] if used else [DropForm(request.POST or None)],
        then="" if used else url_of(plan.target),
    )
