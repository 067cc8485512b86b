"""What a child's and a class's page show of the cycle."""

from collections.abc import Sequence
from typing import Any  # rows of several models

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.models import Pupil
from districts.sections import MOST, Link, Row, Section
from haderslev.accounts.models import User
from haderslev.core.dates import short_date
from haderslev.core.errors import Words
from haderslev.core.policy import held_on
from haderslev.core.references import PageName, page_url, url_of
from plans import features
from plans.models import Guidance, Meeting, Observation
from plans.selectors import pages
from plans.selectors.lists import Target, about

# So much of an observation stands on the child's page; a whole one would hide the next.
_GLIMPSE = 280


def observations(target: Target, user: User) -> Section | None:
    """The newest observations; a pupil's page never names the others."""
    if "view_observation" not in held_on(user, target):
        return None
    found = list(observations_of(target).select_related("author")[: MOST + 1])
    return Section(
        code="observationer",
        title=_("Observations"),
        rows=[_observation(row) for row in found[:MOST]],
        empty=_("Nothing has been written yet. Begin with what you see and hear."),
        more=_more(_("All observations"), features.OBSERVATIONS, target, found),
    )


def plans(target: Target, user: User) -> Section | None:
    """The plans, those that run first."""
    found = list(pages.plan_list(user).filter(**about(target))[: MOST + 1])
    may = "change_plan" in held_on(user, target)
    if not found and not may:
        return None
    pages.with_next_evaluation(found)
    return Section(
        code="planer",
        title=_("Plans"),
        rows=[_plan(row) for row in found[:MOST]],
        empty=_("There is no plan yet."),
        more=Link(_("All plans"), reverse("plans:plans")) if len(found) > MOST else None,
        links=[Link(_("New plan"), page_url(features.NEW_PLAN, target))] if may else (),
    )


def guidance(target: Target, user: User) -> Section | None:
    """The requests for guidance, newest first."""
    found = list(guidance_of(target, user)[: MOST + 1])
    may = "ask_guidance" in held_on(user, target)
    if not found and not may:
        return None
    return Section(
        code="vejledning",
        title=_("Guidance"),
        rows=[guidance_row(row) for row in found[:MOST]],
        more=_more(_("All guidance"), features.GUIDANCE, target, found),
        empty=_("Nobody has been asked yet. The school's own PLC adviser can always be asked."),
        links=[Link(_("Ask for guidance"), page_url(features.NEW_GUIDANCE, target))] if may else (),
    )


def meetings(target: Target, user: User) -> Section | None:
    """The meetings, newest first."""
    held = held_on(user, target)
    if "view_meeting" not in held:
        return None
    found = list(meetings_of(target)[: MOST + 1])
    links = [Link(_("New meeting"), page_url(features.NEW_MEETING, target))]
    return Section(
        code="moeder",
        title=_("Meetings"),
        rows=[meeting_row(row) for row in found[:MOST]],
        more=_more(_("All meetings"), features.MEETINGS, target, found),
        empty=_("No meeting has been recorded yet."),
        links=links if "hold_meeting" in held else (),
    )


def observations_of(target: Target) -> QuerySet[Observation]:
    """Return the observations of a child or a class, newest first."""
    if isinstance(target, Pupil):
        mine = target.observation_rows.values("observation")
        return Observation.objects.filter(pk__in=mine)
    return Observation.objects.filter(community=target)


def guidance_of(target: Target, user: User) -> QuerySet[Guidance]:
    """Return the requests about a child or a class that the person may know of, newest first."""
    # The community of a request about a named child stands beside the pupil.
    whom = {"pupil": target} if isinstance(target, Pupil) else {"pupil": None, "community": target}
    return Guidance.objects.visible_to(user).filter(**whom)


def meetings_of(target: Target) -> QuerySet[Meeting]:
    """Return the meetings about a child or a class, newest first."""
    return Meeting.objects.filter(**about(target))


def guidance_row(row: Guidance) -> Row:
    """Return the line of a request for guidance."""
    kinds = {Guidance.State.ASKED: "info", Guidance.State.ANSWERED: "ok"}
    return Row(
        title=row.get_role_display(),
        url=url_of(row),
        meta=short_date(row.asked_at),
        tag=row.get_state_display(),
        kind=kinds.get(Guidance.State(row.state), ""),
    )


def meeting_row(row: Meeting) -> Row:
    """Return the line of a meeting."""
    return _line(row, short_date(row.held_on))


def _observation(row: Observation) -> Row:
    meta = f"{short_date(row.observed_at)} · {row.author.name}"
    return _line(row, meta, Truncator(row.seen).chars(_GLIMPSE))


def _line(row: Meeting | Observation, meta: str, text: str = "") -> Row:
    """Return the line of a record; of a withdrawn one without its text."""
    withdrawn = row.withdrawn_at is not None
    return Row(
        title=row.get_kind_display(),
        url=url_of(row),
        meta=meta,
        text="" if withdrawn else text,
        tag=_("Withdrawn") if withdrawn else "",
        kind="warn" if withdrawn else "",
    )


def _plan(row: Any) -> Row:
    if row.ended_on:
        tag, kind, meta = _("Ended"), "", short_date(row.ended_on)
    elif row.number_in_use is None:
        tag, kind, meta = _("Draft"), "warn", ""
    else:
        tag, kind, meta = _("In use"), "ok", ""
        if row.next_evaluation_on:
            day = short_date(row.next_evaluation_on)
            meta = gettext("Next evaluation %(day)s") % {"day": day}
    return Row(title=row.title, url=url_of(row), meta=meta, tag=tag, kind=kind)


def _more(label: Words, page: PageName, target: Target, found: Sequence[object]) -> Link | None:
    """Return the link to the page of all, where there are more than the section shows."""
    return Link(label, page_url(page, target)) if len(found) > MOST else None
