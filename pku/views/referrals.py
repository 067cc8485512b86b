"""Pages of referrals: the school's side, PKU's secretary's side, and PKU's meetings."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any  # context of a template

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.links import ActLink
from cases.models import Case
from cases.selectors.facts import case_facts
from cases.selectors.pages import LEVEL_SENTENCES
from cases.selectors.requirements import missing
from districts.forms.pupils import RevealForm
from districts.selectors import purposes
from districts.views.pupils import uncover
from haderslev.core import clock
from haderslev.core.access import AccessRequest, form_page, on_object, with_permission
from haderslev.core.errors import Words
from haderslev.core.forms import RevisionForm
from haderslev.core.lists import listed_page
from haderslev.core.pages import ActPage, acts_on, require, see_other
from haderslev.core.pdf.document import render_screen
from haderslev.core.pdf.payload import payload_sha256
from haderslev.core.policy import held_on
from haderslev.core.references import url_of
from pku.forms.referrals import AddendumForm, AdjournForm, MeetingForm, PartForm, ReturnForm
from pku.material.parts import Payload
from pku.material.referral import referral_payload
from pku.models import PkuDecision, PkuMeeting, Referral
from pku.models.decisions import MAKING
from pku.models.referrals import ENDED
from pku.selectors import holders_of
from pku.selectors.referrals import (
    STATE_COLOURS,
    checklist,
    days_since_concern,
    look_up,
    referral_list,
    rows_for,
    with_counts,
    with_school,
)
from pku.services import referrals as service
from pku.views.acts import case_frame, row_page
from plans.hints import READABLE

State = Referral.State
MOST_MEETINGS = 30
# Related rows that a page shows with the referral.
SHOWN = ("case__pupil", "written_by", "submitted_by", "checked_by", "meeting__unit", "document")
_referral_page = partial(row_page, Referral, related=SHOWN)


@with_permission("view_referral_list")
def referrals(request: AccessRequest) -> HttpResponse:
    """List the referrals, with name and link only where the person has access to the case."""
    ended = request.GET.get("vis") == "afsluttede"
    page = listed_page(request, referral_list(request.user, ended=ended))
    rows = rows_for(request.user, page.object_list)
    look_up(request.reads, rows)
    request.reads.fields = "list"
    context = {
        "rows": rows,
        "page": page,
        "ended": ended,
        "named": any(row.readable for row in rows),
        "query": "vis=afsluttede" if ended else "",
    }
    return render(request, "pku/referrals.html", context)


@acts_on(Case, "write_referral", service.start_referral)
def new_referral(request: AccessRequest, case: Case) -> ActPage | HttpResponse:  # noqa: ARG001 - a view's
    """Begin a referral, or continue the open one."""
    known = case.referrals.exclude(state__in=ENDED).first()
    if known is not None:
        return see_other(url_of(known))
    return ActPage(
        title=_("Refer to PKU"),
        submit=_("Begin the referral"),
        back_label=case.number,
        intro=_("The team writes the referral. The school leader approves and submits it."),
        notice=_("The plans, meetings and the PPV go along by themselves. Nothing is typed twice."),
        then=url_of,
    )


@on_object(Referral, "view_referral", related=SHOWN)
def referral(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Show a referral: its parts, what is missing, and what may be done now."""
    frame = _frame(request, referral)
    case, held = referral.case, frame["held"]
    submitting = referral.may_be_edited and "refer_case" in held
    lacking = missing(case, case_facts(case), "G5", user=request.user) if submitting else []
    decisions = referral.decisions.select_related("outcome")
    if not held & MAKING:
        # An unsigned one is shown only to those who make it.
        decisions = decisions.exclude(state=PkuDecision.State.PREPARED)
    context = {
        **frame,
        "state_colour": STATE_COLOURS.get(referral.state, ""),
        "sentence": LEVEL_SENTENCES.get(case.level, ""),
        "editing": referral.may_be_edited and "write_referral" in held,
        "submitting": submitting,
        "parts": _parts(referral, held),
        "records": case.records.all() if "view_case" in held else [],
        "missing": lacking,
        "acts": _acts(referral, held),
        **_papers(referral),
        "decision": decisions.first(),
        "days": days_since_concern(referral),
    }
    return render(request, "pku/referral.html", context)


def _frame(request: AccessRequest, referral: Referral) -> dict[str, Any]:
    """Return the context that all pages of a referral share."""
    return {"referral": referral, **case_frame(referral.case, request.user)}


def _papers(referral: Referral) -> dict[str, object]:
    return {
        "addenda": referral.addenda.select_related("added_by"),
        "returns": referral.returns.select_related("returned_by").prefetch_related("reasons"),
    }


def _acts(referral: Referral, held: frozenset[str]) -> list[ActLink]:
    """Return what this person may do with the referral now; the first is the next step."""
    state, prepared = State(referral.state), referral.decisions.first()
    going_on, adjourned = state not in ENDED, state == State.ADJOURNED
    decides = (adjourned or state == State.ACCEPTED) and "decide_referral" in held
    checks, schedules = "check_referral" in held, "schedule_referral" in held
    adds, refers = checks or "write_referral" in held, "refer_case" in held
    reading = _("Read the material") if referral.version else _("See the material as it is now")
    acts = (
        (state == State.SUBMITTED and checks, _("Check the quality"), "pku:check_referral"),
        (decides and prepared is None, _("Prepare the decision"), "pku:prepare_decision"),
        (adjourned and schedules, _("Put on another meeting"), "pku:schedule_referral"),
        (state == State.ACCEPTED and schedules, _("Adjourn"), "pku:adjourn_referral"),
        ("view_dossier" in held, reading, "pku:referral_read"),
        (referral.version and going_on and adds, _("Add a later paper"), "pku:addendum"),
        ("reveal_cpr" in held and checks, _("See the CPR number"), "pku:referral_cpr"),
        (going_on and refers, _("Withdraw the referral"), "pku:withdraw_referral"),
    )
    primary = {"pku:check_referral", "pku:prepare_decision"}
    links = [
        ActLink(label, reverse(name, args=[referral.public_id]), name in primary)
        for may, label, name in acts
        if may
    ]
    if decides and prepared is not None and prepared.state == PkuDecision.State.PREPARED:
        url = reverse("pku:correct_decision", args=[prepared.public_id])
        links.insert(0, ActLink(_("Correct the decision"), url, primary=True))
    return links


def _parts(referral: Referral, held: frozenset[str]) -> list[dict[str, object]]:
    """Return the parts as a list of tasks, each with its progress in words."""
    values = service.current(referral)
    asked, holders = service.questions(), holders_of(referral.case)
    rows: list[dict[str, object]] = []
    for part, (title, _plain) in service.PARTS.items():
        names = service.field_names(part, asked, holders)
        may_open = (
            "write_referral" in held
            and (part != "leader" or "refer_case" in held)
            and any(service.is_open(referral, name) for name in names)
        )
        status, kind = _status(part, names, values)
        if may_open and referral.state == State.RETURNED:
            status, kind = _("Open to be mended"), "warn"
        url = reverse("pku:referral_part", args=[referral.public_id, part]) if may_open else ""
        rows.append({"title": title, "url": url, "status": status, "kind": kind})
    return rows


def _status(part: str, names: Sequence[str], values: dict[str, object]) -> tuple[Words, str]:
    filled = [bool(values.get(name)) for name in names]
    if part == "offer":
        return (_("Written"), "ok") if any(filled) else (_("No wish"), "")
    if part == "views":
        # Of each parent the view, or why it is missing.
        voices = [name for name in names if name.startswith(service.VIEW)]
        filled = [bool(values.get("pupil_view"))] + [
            bool(values.get(name) or values.get(name.replace(service.VIEW, service.REASON)))
            for name in voices
        ]
    if all(filled):
        return _("Written"), "ok"
    if any(filled):
        return _("Begun – something is missing"), "info"
    return _("Not written yet"), ""


@_referral_page("write_referral")
def referral_part(request: AccessRequest, referral: Referral, part: str) -> ActPage:
    """Write one part; of a returned referral only the fields that are open."""
    if part not in service.PARTS:
        raise Http404
    form = PartForm(
        request.POST or None,
        instance=referral,
        initial=service.current(referral),
        part=part,
        is_open=partial(service.is_open, referral),
        asked=service.questions(),
        holders=holders_of(referral.case),
    )
    return ActPage(
        forms=[form],
        act=partial(service.save_part, referral, part=part),
        title=service.PARTS[part][0],
        submit=_("Save"),
        intro=READABLE,
        done=_("Saved."),
    )


@_referral_page("write_referral", service.ask_to_submit)
def ready_referral(request: AccessRequest, referral: Referral) -> ActPage:  # noqa: ARG001 - a view's
    """Ask the school leader to submit the finished referral."""
    return ActPage(
        title=_("Let the school leader see it"),
        submit=_("Send to the school leader"),
        done=_("The school leader has been told."),
    )


@_referral_page("refer_case", service.submit, gate="G5")
def submit_referral(request: AccessRequest, referral: Referral) -> ActPage:
    """Approve and submit; the revision that was read is frozen."""
    return ActPage(
        forms=[RevisionForm(request.POST or None, initial={"revision": referral.revision})],
        title=_("Approve and submit to PKU"),
        submit=_("Approve and submit"),
        notice=_(
            "The material is frozen as it is now, and PKU gets access to it. Later papers are "
            "added with a number."
        ),
        done=_("The referral is submitted to PKU."),
    )


@_referral_page("refer_case", service.withdraw)
def withdraw_referral(request: AccessRequest, referral: Referral) -> ActPage:  # noqa: ARG001 - a view's
    """Withdraw the referral."""
    return ActPage(
        title=_("Withdraw the referral"),
        submit=_("Withdraw"),
        notice=_("PKU's access ends at once. The material stays with the case."),
        done=_("The referral is withdrawn."),
        danger=True,
    )


@on_object(Referral, "view_dossier", related=SHOWN)
def referral_read(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Show the frozen material with a parent's later remarks first; of a draft, the current one."""
    document = referral.document
    frozen = json.loads(document.payload) if document is not None else None
    payload: Payload = frozen or referral_payload(referral)
    context = {
        **_frame(request, referral),
        "document": document,
        "payload": payload,
        "material": render_screen(payload, payload_sha256(payload)),
        "addenda": referral.addenda.select_related("added_by"),
    }
    return render(request, "pku/referral_read.html", context)


@on_object(Referral, "check_referral", related=SHOWN)
def check_referral(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Show the checklist beside the frozen material, with links to accept and return."""
    document = referral.document
    payload = json.loads(document.payload) if document is not None else {}
    context = {
        **_frame(request, referral),
        "document": document,
        "checks": checklist(referral),
        "material": render_screen(payload, payload_sha256(payload)) if payload else "",
        **_papers(referral),
    }
    return render(request, "pku/referral_check.html", context)


@_referral_page("check_referral", service.return_referral)
def return_referral(request: AccessRequest, referral: Referral) -> ActPage:
    """Return it to the school with reasons."""
    return ActPage(
        title=_("Return the referral"),
        submit=_("Return"),
        back=reverse("pku:check_referral", args=[referral.public_id]),
        back_label=_("Quality check"),
        notice=_("A return is not a decision. PKU's access ends until the school submits again."),
        done=_("The referral is returned."),
        forms=[ReturnForm(request.POST or None)],
        then=reverse("pku:referrals"),
    )


@_referral_page("schedule_referral", service.accept)
def schedule_referral(request: AccessRequest, referral: Referral) -> ActPage:  # noqa: ARG001 - a view's
    """Approve for a meeting, or put an adjourned referral on another one."""
    coming = PkuMeeting.objects.visible_to(request.user).coming()
    return ActPage(
        forms=[MeetingForm(request.POST or None, meetings=coming)],
        title=_("Approve for a meeting"),
        submit=_("Approve for the meeting"),
        intro=_("The members get access to read it before the meeting."),
        done=_("The referral is on the meeting."),
    )


@_referral_page("schedule_referral", service.adjourn)
def adjourn_referral(request: AccessRequest, referral: Referral) -> ActPage:
    """Adjourn it to another meeting."""
    coming = PkuMeeting.objects.visible_to(request.user).coming()
    return ActPage(
        forms=[AdjournForm(request.POST or None, meetings=coming.exclude(referrals=referral))],
        title=_("Adjourn the referral"),
        submit=_("Adjourn"),
        notice=_("An adjournment is not a decision. Call the parents the same day."),
        done=_("The referral is adjourned."),
    )


@_referral_page("view_referral", service.add_addendum)
def addendum(request: AccessRequest, referral: Referral) -> ActPage:
    """Add a later paper: the school and PKU's secretary, not the members."""
    adders = {"write_referral", "check_referral"}
    require(held_on(request.user, referral.case) & adders, service.ADDERS)
    return ActPage(
        forms=[AddendumForm(request.POST or None)],
        title=_("Add a later paper"),
        submit=_("Add the paper"),
        intro=_("The frozen material stays as it is; the paper gets the next number."),
        done=_("The paper is added."),
    )


@form_page
@on_object(Referral, "reveal_cpr", related=SHOWN)
def referral_cpr(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Ask for a reason, then show the number once, in the response to a POST."""
    pupil = referral.case.pupil
    if pupil is None:
        raise Http404
    return uncover(
        request,
        RevealForm(request.POST or None, purposes=purposes("cpr")),
        service.reveal_cpr,
        referral,
        pupil=pupil,
        title=_("See the CPR number"),
        back=url_of(referral),
        fields="cpr",
    )


@with_permission("view_referral_list")
def meetings(request: AccessRequest) -> HttpResponse:
    """List the coming meetings and the most recent ones held."""
    rows = with_counts(PkuMeeting.objects.visible_to(request.user))
    context = {
        "coming": rows.filter(held_on__gte=clock.today()).order_by("held_on")[:MOST_MEETINGS],
        "past": rows.filter(held_on__lt=clock.today()).order_by("-held_on")[:MOST_MEETINGS],
    }
    return render(request, "pku/meetings.html", context)


@on_object(PkuMeeting, "view_referral_list", fields="list")
def meeting(request: AccessRequest, meeting: PkuMeeting) -> HttpResponse:
    """Show the referrals of a meeting; names only where the person has access to the case."""
    listed = Referral.objects.permitted(request.user, "view_referral_list")
    standing = listed.filter(meeting=meeting).exclude(state=Referral.State.WITHDRAWN)
    shown = with_school(standing.select_related("case__pupil", "meeting")).order_by("pk")
    rows = rows_for(request.user, shown)
    look_up(request.reads, rows)
    context = {
        "meeting": meeting,
        "rows": rows,
        "named": any(row.readable for row in rows),
        "today": clock.today(),
    }
    return render(request, "pku/meeting.html", context)
