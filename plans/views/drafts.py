"""Pages of the parts of a draft. Each is saved by itself, complete or not."""

from collections.abc import Callable

from django.forms import BaseFormSet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage, AnyForm, run_act, see_other
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
from plans.models import Plan, PlanVersion, Voice
from plans.services import drafts as service
from plans.views.parts import mention_names

_GOALS, _ACTIONS = "plans/edit_goals.html", "plans/edit_actions.html"
_TEXT_FIELDS = ("text", "what", "who", "words", "missing_reason", "no_voice_reason")

type Part = Callable[[AccessRequest, Plan, PlanVersion], HttpResponse]


def _on_draft(view: Part) -> Callable[[AccessRequest, Plan], HttpResponse]:
    """Give the view the plan's draft; without one the plan's page says what to do."""

    def found(request: AccessRequest, plan: Plan) -> HttpResponse:
        drafts = plan.versions.filter(state=PlanVersion.State.DRAFT)
        draft = drafts.first() if plan.ended_on is None else None
        if draft is None:
            return see_other(reverse("plans:plan", args=[plan.public_id]))
        draft.plan = plan
        return view(request, plan, draft)

    found.__name__, found.__doc__ = view.__name__, view.__doc__
    return found


@form_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_context(request: AccessRequest, plan: Plan, draft: PlanVersion) -> HttpResponse:
    """Write the context, choose the observations and the team meeting."""
    initial = {
        **_values(draft, "revision", "context", "team_meeting"),
        "observations": list(draft.observations.values_list("pk", flat=True)),
    }
    form = ContextForm(request.POST or None, initial=initial, draft=draft)
    return _save(request, plan, _("Context"), service.save_context, form)


@form_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_goals(request: AccessRequest, plan: Plan, draft: PlanVersion) -> HttpResponse:
    """Write the goals and their signs."""
    form = RevisionForm(request.POST or None, initial=_values(draft, "revision"))
    rows = formsets.goals(request.POST or None, draft)

    intro = _("Save to get more empty boxes.")
    title, save = _("Goals and signs"), service.save_goals
    return _save(request, plan, title, save, form, rows, intro=intro, template=_GOALS)


@form_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_actions(request: AccessRequest, plan: Plan, draft: PlanVersion) -> HttpResponse:
    """Write the actions."""
    form = RevisionForm(request.POST or None, initial=_values(draft, "revision"))
    rows = formsets.actions(request.POST or None, draft)

    intro = _("Save to get more empty boxes.")
    title, save = _("Actions"), service.save_actions
    return _save(request, plan, title, save, form, rows, intro=intro, template=_ACTIONS)


@form_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_voices(request: AccessRequest, plan: Plan, draft: PlanVersion) -> HttpResponse:
    """Write the child's voice, or the children's common voice."""
    if plan.pupil_id is None:
        initial = _values(draft, "revision", "common_voice")
        common = CommonVoiceForm(request.POST or None, initial=initial)
        title = _("The children's common voice")
        return _save(request, plan, title, service.save_common_voice, common)
    initial = _values(draft, "revision", "no_voice_reason")
    form = VoiceReasonForm(request.POST or None, initial=initial)
    rows = formsets.voices(request.POST or None, draft)

    hidden = draft.voices.filter(parents_may_see=Voice.ParentsMaySee.NO).exists()
    return _save(
        request,
        plan,
        _("The child's voice"),
        service.save_voices,
        form,
        rows,
        notice=NOTIFY if hidden or "no" in _answers(request) else "",
        template="plans/edit_voices.html",
    )


@form_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_parents(request: AccessRequest, plan: Plan, draft: PlanVersion) -> HttpResponse:
    """Write each parent's perspective, or how the parents of the class were told."""
    if plan.pupil_id is None:
        initial = _values(draft, "revision", "parents_told_on", "parents_told_how")
        told = ParentsToldForm(request.POST or None, initial=initial)
        title = _("The parents of the class")
        return _save(request, plan, title, service.save_parents_told, told)
    form = RevisionForm(request.POST or None, initial=_values(draft, "revision"))
    rows = formsets.perspectives(request.POST or None, draft)

    title = _("The parents' perspective")
    return _save(request, plan, title, service.save_perspectives, form, rows)


@form_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_evaluation(request: AccessRequest, plan: Plan, draft: PlanVersion) -> HttpResponse:
    """Write when and how the plan is evaluated."""
    initial = _values(draft, "revision", "evaluate_on", "evaluate_how")
    form = EvaluationTimeForm(request.POST or None, initial=initial)
    return _save(request, plan, _("Evaluation"), service.save_evaluation, form)


def _save(
    request: AccessRequest,
    plan: Plan,
    title: Words,
    save: Callable[..., PlanVersion],
    *forms: AnyForm,
    intro: Words = "",
    notice: Words = "",
    template: str = "act.html",
) -> HttpResponse:
    """Save one part; of rows the texts go along as they were written, for a conflict."""
    page = ActPage(
        title=title,
        submit=_("Save the draft"),
        back=reverse("plans:plan", args=[plan.public_id]),
        back_label=plan.title,
        intro=intro,
        notice=notice,
        done=_("The draft is saved."),
        template=template,
    )

    def saved(_draft: PlanVersion) -> str:
        mention_names(request, plan.target)
        return page.back

    has_rows = any(isinstance(form, BaseFormSet) for form in forms)
    mine = {"mine": _texts(request)} if has_rows else {}
    return run_act(request, page, save, plan, forms=forms, then=saved, **mine)


def _values(draft: PlanVersion, *names: str) -> dict[str, object]:
    return {name: getattr(draft, name) for name in names}


def _texts(request: AccessRequest) -> dict[str, str]:
    """Return the written texts by the names of their fields, for a conflict."""
    return {
        name: value
        for name, value in request.POST.items()
        if isinstance(value, str)
        and (name.split("-")[-1] in _TEXT_FIELDS or "-sign_" in name)
        and value
    }


def _answers(request: AccessRequest) -> list[str]:
    return [str(value) for name, value in request.POST.items() if name.endswith("parents_may_see")]
