"""Pages of meetings: recording, reading, correcting."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from districts.models import LearningCommunity, Pupil
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.errors import Words
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
from plans.views.parts import identity

_NETWORK = "netvaerk"


@form_page
@on_object(LearningCommunity, "hold_meeting")
def new_for_community(request: AccessRequest, community: LearningCommunity) -> HttpResponse:
    """Record a team meeting about a class."""
    form = MinutesForm(request.POST or None)
    people = participants(request.POST or None)
    page = _page(_("New team meeting"), url_of(community), community.name)
    return run_act(
        request,
        page,
        service.record,
        forms=[form, people],
        then=url_of,
        kind=Meeting.Kind.TEAM,
        community=community,
    )


@form_page
@on_object(Pupil, "hold_meeting")
def new_for_pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Record a team meeting about a pupil, or with ?slags=netvaerk a network meeting."""
    network = request.GET.get("slags") == _NETWORK
    posted = request.POST or None
    form = MinutesForm(posted, network=network)
    people = participants(posted)
    forms: list[AnyForm] = [form, people]
    if network:
        forms.append(topic_answers(posted, pupil))
    title = _("New network meeting") if network else _("New team meeting")
    page = _page(title, url_of(pupil), pupil.full_name, tabs=_tabs(request))
    return run_act(
        request,
        page,
        service.record,
        forms=forms,
        then=url_of,
        kind=Meeting.Kind.NETWORK if network else Meeting.Kind.TEAM,
        pupil=pupil,
    )


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
    forms: list[AnyForm] = [form, people]
    if network and meeting.pupil is not None:
        forms.append(topic_answers(posted, meeting.pupil, meeting))
    page = _page(_("Correct the meeting"), url_of(meeting), str(meeting))
    return run_act(request, page, service.correct, meeting, forms=forms)


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


def _page(title: Words, back: str, label: str, **context: object) -> ActPage:
    return ActPage(
        title=title,
        submit=_("Save the meeting"),
        back=back,
        back_label=label,
        done=_("The meeting is saved."),
        template="plans/meeting_form.html",
        context=context,
    )


def _tabs(request: AccessRequest) -> list[dict[str, object]]:
    network = request.GET.get("slags") == _NETWORK
    return [
        {"label": _("Team meeting"), "url": "?", "current": not network},
        {"label": _("Network meeting"), "url": f"?slags={_NETWORK}", "current": network},
    ]


def _initial(meeting: Meeting) -> dict[str, object]:
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
