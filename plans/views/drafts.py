"""Pages of the parts of a draft. Each is saved by itself, complete or not."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage, run_act, see_other
from plans.forms import draft_parts as formsets
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
from plans.views.parts import filled, mention_names

_GOALS, _ACTIONS = "plans/edit_goals.html", "plans/edit_actions.html"
_SAVED = _("The draft is saved.")
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

    def save(plan: Plan, **values: Any) -> None:
        goals = filled(rows, "goal")
        service.save_goals(plan, goals=goals, mine=_texts(request), **values)

    intro = _("Save to get more empty boxes.")
    return _save(
        request, plan, _("Goals and signs"), save, form, rows, intro=intro, template=_GOALS
    )


@form_page
@on_object(Plan, "change_plan")
@_on_draft
def edit_actions(request: AccessRequest, plan: Plan, draft: PlanVersion) -> HttpResponse:
    """Write the actions."""
    form = RevisionForm(request.POST or None, initial=_values(draft, "revision"))
    rows = formsets.actions(request.POST or None, draft)

    def save(plan: Plan, **values: Any) -> None:
        actions = filled(rows, "action")
        service.save_actions(plan, actions=actions, mine=_texts(request), **values)

    intro = _("Save to get more empty boxes.")
    return _save(request, plan, _("Actions"), save, form, rows, intro=intro, template=_ACTIONS)


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

    def save(plan: Plan, **values: Any) -> None:
        voices = filled(rows, "voice")
        service.save_voices(plan, voices=voices, mine=_texts(request), **values)

    hidden = draft.voices.filter(parents_may_see=Voice.ParentsMaySee.NO).exists()
    return _save(
        request,
        plan,
        _("The child's voice"),
        save,
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

    def save(plan: Plan, **values: Any) -> None:
        perspectives = filled(rows, "perspective")
        service.save_perspectives(plan, perspectives=perspectives, mine=_texts(request), **values)

    return _save(request, plan, _("The parents' perspective"), save, form, rows)


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
    save: Callable[..., Any],
    *forms: Any,
    **more: Any,
) -> HttpResponse:
    back = reverse("plans:plan", args=[plan.public_id])
    page = ActPage(
        title=title,
        submit=_("Save the draft"),
        back=back,
        back_label=plan.title,
        done=_SAVED,
        **more,
    )

    def do(**_said: object) -> str:
        save(plan, by=request.user, **forms[0].cleaned_data)
        mention_names(request, plan.target)
        return back

    return run_act(request, page, do, then=str, forms=forms)


def _values(draft: PlanVersion, *names: str) -> dict[str, Any]:
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
