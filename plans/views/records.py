"""Pages of all meetings and all guidance of a child or a class; its own page has the newest."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from districts.models import LearningCommunity, Pupil
from districts.sections import Row
from haderslev.core.access import AccessRequest, on_object
from haderslev.core.errors import Words
from haderslev.core.policy import held_on
from haderslev.core.references import url_of
from plans import sections
from plans.views.parts import identity

_PAGE = 50


@dataclass(frozen=True)
class _Kind:
    """What is listed: heading, why there may be none, and the line of one."""

    title: Words
    empty: Words
    as_row: Callable[[Any], Row]


_MEETINGS = _Kind(_("Meetings"), _("No meeting has been recorded yet."), sections.meeting_row)
_GUIDANCE = _Kind(
    _("Guidance"),
    _("Nobody has been asked yet. The school's own PLC adviser can always be asked."),
    sections.guidance_row,
)
# Whoever may not read all guidance must not learn whether anybody has been asked.
_MY_GUIDANCE = replace(_GUIDANCE, empty=_("There is no guidance here that you may read."))


@require_GET
@on_object(Pupil, "view_meeting")
def meetings_of_pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """List the meetings about a child, newest first."""
    rows = sections.meetings_of(pupil)
    return _list(request, pupil, rows, _MEETINGS)


@require_GET
@on_object(LearningCommunity, "view_meeting")
def meetings_of_community(request: AccessRequest, community: LearningCommunity) -> HttpResponse:
    """List the meetings about a class, newest first."""
    rows = sections.meetings_of(community)
    return _list(request, community, rows, _MEETINGS)


@require_GET
@on_object(Pupil, "view_pupil")
def guidance_of_pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """List the requests for guidance about a child that the person may know of."""
    rows = sections.guidance_of(pupil, request.user)
    return _list(request, pupil, rows, _guidance_kind(request, pupil))


@require_GET
@on_object(LearningCommunity, "view_community")
def guidance_of_community(request: AccessRequest, community: LearningCommunity) -> HttpResponse:
    """List the requests for guidance about a class that the person may know of."""
    rows = sections.guidance_of(community, request.user)
    return _list(request, community, rows, _guidance_kind(request, community))


def _guidance_kind(request: AccessRequest, target: Pupil | LearningCommunity) -> _Kind:
    return _GUIDANCE if "view_plan" in held_on(request.user, target) else _MY_GUIDANCE


def _list(
    request: AccessRequest,
    target: Pupil | LearningCommunity,
    rows: QuerySet[Any],
    kind: _Kind,
) -> HttpResponse:
    page = Paginator(rows, _PAGE).get_page(request.GET.get("side"))
    context = {
        "title": kind.title,
        "page": page,
        "rows": [kind.as_row(row) for row in page],
        "empty": kind.empty,
        "identity": identity(target, request.user),
        "back": url_of(target),
    }
    return render(request, "plans/records.html", context)
