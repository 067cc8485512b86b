"""Pages of the parts of a draft. Each is saved by itself, complete or not."""

from collections.abc import Callable
from functools import partial, wraps

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from haderslev.core.access import AccessRequest, on_object
from haderslev.core.errors import ConflictError, Words
from haderslev.core.pages import ActPage, AnyForm, act_page, see_other
from haderslev.core.references import url_of
from plans.forms import plans as formsets
from plans.forms.plans import (
    NOTIFY,
    CommonVoiceForm,
    ContextForm,
    EvaluationTimeForm,
    ParentsToldForm,
    RevisionForm,
    VoiceReasonForm,
)
from plans.forms.rows import Posted, RowFormSet, values
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
    initial = {
        **values(draft, "revision", "context", "team_meeting"),
        "observations": list(draft.observations.values_list("pk", flat=True)),
    }
    form = ContextForm(request.POST or None, initial=initial, draft=draft)
    return _page(request, draft.plan, form, title=_("Context"), save=service.save_context)


@act_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_goals(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write the goals and their signs."""
    return _page_of_rows(
        request,
        draft,
        formsets.goals,
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
    return _page_of_rows(
        request,
        draft,
        formsets.actions,
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
        initial = values(draft, "revision", "common_voice")
        common = CommonVoiceForm(request.POST or None, initial=initial)
        title = _("The children's common voice")
        return _page(request, draft.plan, common, title=title, save=service.save_common_voice)
    hidden = draft.voices.filter(parents_may_see=Voice.ParentsMaySee.NO).exists()
    answers = [value for name, value in request.POST.items() if name.endswith("parents_may_see")]
    return _page_of_rows(
        request,
        draft,
        formsets.voices,
        VoiceReasonForm,
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
        initial = values(draft, "revision", "parents_told_on", "parents_told_how")
        told = ParentsToldForm(request.POST or None, initial=initial)
        title = _("The parents of the class")
        return _page(request, draft.plan, told, title=title, save=service.save_parents_told)
    return _page_of_rows(
        request,
        draft,
        formsets.perspectives,
        title=_("The parents' perspective"),
        save=service.save_perspectives,
    )


@act_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_evaluation(request: AccessRequest, draft: PlanVersion) -> ActPage:
    """Write when and how the plan is evaluated."""
    initial = values(draft, "revision", "evaluate_on", "evaluate_how")
    form = EvaluationTimeForm(request.POST or None, initial=initial)
    return _page(request, draft.plan, form, title=_("Evaluation"), save=service.save_evaluation)


def _page(
    request: AccessRequest,
    plan: Plan,
    *forms: AnyForm,
    title: Words,
    save: Callable[..., PlanVersion],
    intro: Words = "",
    notice: Words = "",
    template: str = "act.html",
) -> ActPage:
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
        forms=forms,
        act=partial(save, plan),
        then=then,
    )


def _page_of_rows(
    request: AccessRequest,
    draft: PlanVersion,
    rows: Callable[[Posted, PlanVersion], RowFormSet],
    form: type[RevisionForm] = RevisionForm,
    *,
    title: Words,
    save: Callable[..., PlanVersion],
    intro: Words = "",
    notice: Words = "",
    template: str = "act.html",
) -> ActPage:
    """Return the page of a part with rows; a conflict shows the texts of its forms."""

    def saved(plan: Plan, **said: object) -> PlanVersion:
        try:
            return save(plan, **said)
        except ConflictError as error:
            newest = PlanVersion.objects.select_related("plan__pupil").get(pk=draft.pk)
            error.mine = {
                name: str(text)
                for name, text in request.POST.items()
                if text and (name.split("-")[-1] in _TEXT_FIELDS or "-sign_" in name)
            }
            error.theirs = rows(None, newest).shown() | {"no_voice_reason": newest.no_voice_reason}
            raise

    return _page(
        request,
        draft.plan,
        form(request.POST or None, initial=values(draft, *form.base_fields)),
        rows(request.POST or None, draft),
        title=title,
        save=saved,
        intro=intro,
        notice=notice,
        template=template,
    )
