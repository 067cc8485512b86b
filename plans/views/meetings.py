"""Pages of meetings: recording, reading, correcting."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from districts.models import LearningCommunity, Pupil
from haderslev.core.access import AccessRequest, on_object
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage, AnyForm, acts_on
from haderslev.core.policy import may
from haderslev.core.references import url_of
from plans import sections
from plans.forms.meetings import MinutesForm, participants, topic_answers
from plans.forms.observations import WithdrawForm
from plans.models import Meeting
from plans.selectors.lists import Target
from plans.services import meetings as service
from plans.views.parts import identity, records

_NETWORK = "netvaerk"


@acts_on(LearningCommunity, "hold_meeting")
def new_for_community(request: AccessRequest, community: LearningCommunity) -> ActPage:
    """Record a team meeting about a class."""
    posted = request.POST or None
    return _page(
        community,
        MinutesForm(posted),
        participants(posted),
        title=_("New team meeting"),
        act=partial(service.record, kind=Meeting.Kind.TEAM, community=community),
    )


@acts_on(Pupil, "hold_meeting")
def new_for_pupil(request: AccessRequest, pupil: Pupil) -> ActPage:
    """Record a team meeting about a pupil, or with ?slags=netvaerk a network meeting."""
    network = request.GET.get("slags") == _NETWORK
    posted = request.POST or None
    tabs = [
        {"label": _("Team meeting"), "url": "?", "current": not network},
        {"label": _("Network meeting"), "url": f"?slags={_NETWORK}", "current": network},
    ]
    return _page(
        pupil,
        MinutesForm(posted, network=network),
        participants(posted),
        *([topic_answers(posted, pupil)] if network else []),
        title=_("New network meeting") if network else _("New team meeting"),
        act=partial(
            service.record,
            kind=Meeting.Kind.NETWORK if network else Meeting.Kind.TEAM,
            pupil=pupil,
        ),
        tabs=tabs,
    )


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


@acts_on(Meeting, "hold_meeting")
def correct(request: AccessRequest, meeting: Meeting) -> ActPage:
    """Correct what was recorded of a meeting."""
    network = meeting.kind == Meeting.Kind.NETWORK
    posted = request.POST or None
    form = MinutesForm(posted, instance=meeting, network=network)
    asked = [topic_answers(posted, meeting.pupil, meeting)] if network and meeting.pupil else []
    return _page(
        meeting,
        form,
        participants(posted, meeting),
        *asked,
        title=_("Correct the meeting"),
        act=partial(service.correct, meeting),
    )


@acts_on(Meeting, "hold_meeting")
def withdraw(request: AccessRequest, meeting: Meeting) -> ActPage:
    """Withdraw a meeting."""
    return ActPage(
        title=_("Withdraw the meeting"),
        submit=_("Withdraw"),
        back_label=str(meeting),
        intro=_("It no longer counts for any requirement. It stays in the history."),
        danger=True,
        done=_("The meeting is withdrawn."),
        forms=[WithdrawForm(request.POST or None)],
        act=partial(service.withdraw, meeting),
    )


def _all_of(request: AccessRequest, target: Target) -> HttpResponse:
    """List the meetings about a child or a class, newest first."""
    title, empty = _("Meetings"), _("No meeting has been recorded yet.")
    rows = sections.meetings_of(target)
    return records(request, target, rows, sections.meeting_row, title=title, empty=empty)


of_pupil = on_object(Pupil, "view_meeting")(_all_of)
of_community = on_object(LearningCommunity, "view_meeting")(_all_of)


def _page(
    of: Target | Meeting,
    *forms: AnyForm,
    title: Words,
    act: Callable[..., Meeting],
    **context: object,
) -> ActPage:
    return ActPage(
        title=title,
        submit=_("Save the meeting"),
        back=url_of(of),
        back_label=str(of),
        done=_("The meeting is saved."),
        template="plans/meeting_form.html",
        context=context,
        forms=forms,
        act=act,
        then=url_of,
    )
