"""Pages of the parts of a draft. Each is saved by itself, complete or not."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from haderslev.core.access import AccessRequest, on_object
from haderslev.core.errors import ConflictError, Words
from haderslev.core.pages import ActPage, act_page, see_other
from haderslev.core.references import url_of
from plans.forms import plans as formsets
from plans.forms.plans import (
    NOTIFY,
    CommonVoiceForm,
    ContextForm,
    DraftForm,
    EvaluationTimeForm,
    ParentsInformedForm,
    VoiceReasonForm,
)
from plans.forms.rows import Posted, RowFormSet
from plans.models import Plan, PlanVersion, Voice
from plans.services import drafts as service
from plans.views.parts import mention_names

_TEXT_FIELDS = ("text", "what", "who", "words", "missing_reason", "no_voice_reason")

type Answer = ActPage | HttpResponse
type Part = Callable[[AccessRequest, PlanVersion], ActPage]


def _on_draft(view: Part) -> Callable[[AccessRequest, Plan], Answer]:
    """Give the view the plan's draft; without one the plan's page says what to do."""

    @wraps(view)
    def found(request: AccessRequest, plan: Plan) -> Answer:
        drafts = plan.versions.filter(state=PlanVersion.State.DRAFT)
        draft = drafts.first() if plan.ended_on is None else None
        return view(request, draft) if draft else see_other(url_of(plan))

    return found


@act_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_context(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write the context, choose the observations and the team meeting."""
    return _page(request, draft, ContextForm, title=_("Context"), save=service.save_context)


@act_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_goals(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write the goals and their signs."""
    return _page(
        request,
        draft,
        rows=formsets.goals,
        title=_("Goals and signs"),
        save=service.save_goals,
        intro=_("Save to get more empty boxes."),
        template="plans/edit_goals.html",
    )


@act_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_actions(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write the actions."""
    return _page(
        request,
        draft,
        rows=formsets.actions,
        title=_("Actions"),
        save=service.save_actions,
        intro=_("Save to get more empty boxes."),
        template="plans/edit_actions.html",
    )


@act_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_voices(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write the child's voice, or the children's common voice."""
    if draft.plan.pupil_id is None:
        title = _("The children's common voice")
        return _page(request, draft, CommonVoiceForm, title=title, save=service.save_common_voice)
    hidden = draft.voices.filter(parents_may_see=Voice.ParentsMaySee.NO).exists()
    answers = [value for name, value in request.POST.items() if name.endswith("parents_may_see")]
    return _page(
        request,
        draft,
        VoiceReasonForm,
        rows=formsets.voices,
        title=_("The child's voice"),
        save=service.save_voices,
        notice=NOTIFY if hidden or "no" in answers else "",
        template="plans/edit_voices.html",
    )


@act_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_parents(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write each parent's perspective, or how the parents of the class were told."""
    if draft.plan.pupil_id is None:
        title = _("The parents of the class")
        return _page(
            request, draft, ParentsInformedForm, title=title, save=service.save_parents_informed
        )
    return _page(
        request,
        draft,
        rows=formsets.perspectives,
        title=_("The parents' perspective"),
        save=service.save_perspectives,
    )


@act_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_evaluation(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write when and how the plan is evaluated."""
    form, save = EvaluationTimeForm, service.save_evaluation
    return _page(request, draft, form, title=_("Evaluation"), save=save)


def _page(
    request: AccessRequest,
    draft: PlanVersion,
    form: type[DraftForm] = DraftForm,
    *,
    rows: Callable[[Posted, PlanVersion], RowFormSet] | None = None,
    title: Words,
    save: Callable[..., PlanVersion],
    intro: Words = "",
    notice: Words = "",
    template: str = "act.html",
) -> ActPage:
    """Return the page of a part; a conflict shows the texts of its rows, too."""
    plan, posted = draft.plan, request.POST or None

    def saved(**said: object) -> PlanVersion:
        try:
            return save(plan, **said)
        except ConflictError as error:
            if rows is not None:
                newest = PlanVersion.objects.select_related("plan__pupil").get(pk=draft.pk)
                reason = {"no_voice_reason": newest.no_voice_reason}
                error.theirs = rows(None, newest).shown() | reason
                error.mine = {
                    name: str(text)
                    for name, text in request.POST.items()
                    if text and (name.split("-")[-1] in _TEXT_FIELDS or "-sign_" in name)
                }
            raise

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
        forms=[form(posted, draft=draft), *([rows(posted, draft)] if rows else [])],
        act=saved,
        then=then,
    )
