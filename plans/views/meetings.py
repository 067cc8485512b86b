"""Pages of meetings: recording, reading, correcting."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from districts.models import LearningCommunity, Pupil
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.pages import ActPage, AnyForm, run_act
from haderslev.core.policy import may
from haderslev.core.references import url_of
from plans.forms.meetings import (
    CorrectMinutesForm,
    MinutesForm,
    participants,
    topic_answers,
)
from plans.forms.observations import WithdrawForm
from plans.models import Meeting
from plans.services import meetings as service
from plans.views.parts import filled, identity

_NETWORK = "netvaerk"


@form_page
@on_object(LearningCommunity, "hold_meeting")
def new_for_community(request: AccessRequest, community: LearningCommunity) -> HttpResponse:
    """Record a team meeting about a class."""
    form = MinutesForm(request.POST or None)
    people = participants(request.POST or None)

    def do(**_said: object) -> str:
        made = service.record(
            kind=Meeting.Kind.TEAM,
            community=community,
            minutes=form.minutes(),
            participants=filled(people, "participant"),
            by=request.user,
        )
        return reverse("plans:meeting", args=[made.public_id])

    page = _page(_("New team meeting"), url_of(community), community.name)
    return run_act(request, page, do, then=str, forms=[form, people])


@form_page
@on_object(Pupil, "hold_meeting")
def new_for_pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Record a team meeting about a pupil, or with ?slags=netvaerk a network meeting."""
    network = request.GET.get("slags") == _NETWORK
    posted = request.POST or None
    form = MinutesForm(posted, network=network)
    people = participants(posted)
    answers = topic_answers(posted, pupil) if network else None

    def do(**_said: object) -> str:
        made = service.record(
            kind=Meeting.Kind.NETWORK if network else Meeting.Kind.TEAM,
            pupil=pupil,
            minutes=form.minutes(),
            participants=filled(people, "participant"),
            answers=filled(answers, "topic_answer"),
            by=request.user,
        )
        return reverse("plans:meeting", args=[made.public_id])

    title = _("New network meeting") if network else _("New team meeting")
    page = _page(title, url_of(pupil), pupil.full_name, tabs=_tabs(request))
    return run_act(request, page, do, then=str, forms=_some(form, people, answers))


@require_GET
@on_object(Meeting, "view_meeting")
def meeting(request: AccessRequest, meeting: Meeting) -> HttpResponse:
    """Show a meeting."""
    context = {
        "meeting": meeting,
        "participants": meeting.participants.all(),
        "answers": meeting.answers.select_related("custody_holder"),
        "identity": identity(meeting.target, request.user),
        "may_correct": meeting.withdrawn_at is None
        and may(request.user, "hold_meeting", meeting.target),
    }
    return render(request, "plans/meeting.html", context)


@form_page
@on_object(Meeting, "hold_meeting")
def correct(request: AccessRequest, meeting: Meeting) -> HttpResponse:
    """Correct what was recorded of a meeting."""
    network = meeting.kind == Meeting.Kind.NETWORK
    posted = request.POST or None
    form = CorrectMinutesForm(posted, initial=_initial(meeting), network=network)
    people = participants(posted, meeting)
    answers = None
    if network and meeting.pupil is not None:
        answers = topic_answers(posted, meeting.pupil, meeting)

    def do(**_said: object) -> str:
        service.correct(
            meeting,
            revision=form.cleaned_data["revision"],
            minutes=form.minutes(),
            participants=filled(people, "participant"),
            answers=filled(answers, "topic_answer"),
            by=request.user,
        )
        return back

    back = reverse("plans:meeting", args=[meeting.public_id])
    page = _page(_("Correct the meeting"), back, str(meeting))
    return run_act(request, page, do, then=str, forms=_some(form, people, answers))


@form_page
@on_object(Meeting, "hold_meeting")
def withdraw(request: AccessRequest, meeting: Meeting) -> HttpResponse:
    """Withdraw a meeting."""
    form = WithdrawForm(request.POST or None)
    page = ActPage(
        title=_("Withdraw the meeting"),
        submit=_("Withdraw"),
        back=reverse("plans:meeting", args=[meeting.public_id]),
        back_label=str(meeting),
        intro=_("It no longer counts for any requirement. It stays in the history."),
        danger=True,
        done=_("The meeting is withdrawn."),
    )
    return run_act(request, page, service.withdraw, meeting, forms=[form])


def _page(title: Any, back: str, label: str, **context: Any) -> ActPage:
    return ActPage(
        title=title,
        submit=_("Save the meeting"),
        back=back,
        back_label=label,
        done=_("The meeting is saved."),
        template="plans/meeting_form.html",
        context=context,
    )


def _tabs(request: AccessRequest) -> list[dict[str, Any]]:
    network = request.GET.get("slags") == _NETWORK
    return [
        {"label": _("Team meeting"), "url": "?", "current": not network},
        {"label": _("Network meeting"), "url": f"?slags={_NETWORK}", "current": network},
    ]


def _initial(meeting: Meeting) -> dict[str, Any]:
    names = (
        "held_on",
        "place",
        "parents_words",
        "child_words",
        "discussion",
        "agreements",
        "revision",
    )
    return {name: getattr(meeting, name) for name in names}


def _some(*forms: AnyForm | None) -> list[AnyForm]:
    return [form for form in forms if form is not None]
