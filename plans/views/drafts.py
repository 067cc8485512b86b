"""Pages of the parts of a draft. Each is saved by itself, complete or not."""

from collections.abc import Callable
from functools import partial, wraps

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from haderslev.core.access import AccessRequest, View, on_object
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage, act_page, see_other
from haderslev.core.references import url_of
from plans.forms import plans as formsets
from plans.forms.plans import NOTIFY, DraftForm
from plans.forms.rows import Posted, RowFormSet
from plans.models import Plan, PlanVersion, Voice
from plans.services import drafts as service
from plans.views.parts import mention_names

_MORE = _("Save to get more empty boxes.")

type Part = Callable[[AccessRequest, PlanVersion], ActPage]


def _part(view: Part) -> View[HttpResponse]:
    """Give the view the plan's draft; without one the plan's page says what to do."""

    @act_page
    @on_object(Plan, "change_plan")
    @wraps(view)
    def found(request: AccessRequest, plan: Plan) -> ActPage | HttpResponse:
        drafts = plan.versions.filter(state=PlanVersion.State.DRAFT)
        draft = drafts.first() if plan.ended_on is None else None
        return view(request, draft) if draft else see_other(url_of(plan))

    return found


@_part
def edit_context(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write the context, choose the observations and the team meeting."""
    columns = ("context", "observations", "team_meeting")
    return _page(request, draft, *columns, title=_("Context"), save=service.save_context)


@_part
def edit_goals(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write the goals and their signs."""
    title, template = _("Goals and signs"), "plans/edit_goals.html"
    rows, save = formsets.goals, service.save_goals
    return _page(request, draft, rows=rows, title=title, save=save, intro=_MORE, template=template)


@_part
def edit_actions(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write the actions."""
    title, template = _("Actions"), "plans/edit_actions.html"
    rows, save = formsets.actions, service.save_actions
    return _page(request, draft, rows=rows, title=title, save=save, intro=_MORE, template=template)


@_part
def edit_voices(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write the child's voice, or the children's common voice."""
    if draft.plan.pupil_id is None:
        title, save = _("The children's common voice"), service.save_common_voice
        return _page(request, draft, "common_voice", title=title, save=save)
    hidden = draft.voices.filter(parents_may_see=Voice.ParentsMaySee.NO).exists()
    answers = [value for name, value in request.POST.items() if name.endswith("parents_may_see")]
    return _page(
        request,
        draft,
        "no_voice_reason",
        rows=formsets.voices,
        title=_("The child's voice"),
        save=service.save_voices,
        notice=NOTIFY if hidden or "no" in answers else "",
        template="plans/edit_voices.html",
    )


@_part
def edit_parents(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write each parent's perspective, or how the parents of the class were told."""
    if draft.plan.pupil_id is None:
        columns = ("parents_informed_on", "parents_informed_how")
        title, save = _("The parents of the class"), service.save_parents_informed
        return _page(request, draft, *columns, title=title, save=save)
    rows, title = formsets.perspectives, _("The parents' perspective")
    return _page(request, draft, rows=rows, title=title, save=service.save_perspectives)


@_part
def edit_evaluation(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write when and how the plan is evaluated."""
    columns = ("evaluate_on", "evaluate_how")
    return _page(request, draft, *columns, title=_("Evaluation"), save=service.save_evaluation)


def _page(
    request: AccessRequest,
    draft: PlanVersion,
    *columns: str,
    rows: Callable[[Posted, PlanVersion], RowFormSet] | None = None,
    title: Words,
    save: Callable[..., PlanVersion],
    intro: Words = "",
    notice: Words = "",
    template: str = "act.html",
) -> ActPage:
    """Return the page of a part."""
    plan, posted = draft.plan, request.POST or None

    def then(_draft: PlanVersion) -> str:
        mention_names(request, plan.target)
        return url_of(plan)

    return ActPage(
        title=title,
        submit=_("Save the draft"),
        back=url_of(plan),
        back_label=plan.title,
        intro=intro,
        notice=notice,
        done=_("The draft is saved."),
        template=template,
        forms=[
            DraftForm(posted, draft=draft, part=columns),
            *([rows(posted, draft)] if rows else []),
        ],
        act=partial(save, plan),
        then=then,
    )
