"""The context of a referral's page: its parts, its acts and what is missing."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.selectors import case_facts
from cases.selectors.pages import LEVEL_SENTENCES
from cases.selectors.requirements import missing
from haderslev.accounts.models import User
from haderslev.core.access import AccessRequest
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage
from pku.models import PkuDecision, Referral
from pku.models.decisions import MAKING
from pku.selectors.referral_lists import STATE_COLOURS, days_since_concern
from pku.services import referral_fields
from pku.views.case_frame import case_frame

State = Referral.State
# Related rows that a page shows with the referral.
SHOWN = ("case__pupil", "written_by", "submitted_by", "checked_by", "meeting__unit", "document")


@dataclass(frozen=True)
class Act:
    """A link to an act on the referral."""

    label: Words
    url: str
    primary: bool = False


def frame(referral: Referral, user: User) -> dict[str, Any]:
    """Return the context that all pages of a referral share."""
    return {"referral": referral, **case_frame(referral.case, user)}


def referral_page(request: AccessRequest, referral: Referral) -> dict[str, Any]:
    """Return everything the page shows, as far as the person may see it."""
    found = frame(referral, request.user)
    held = found["held"]
    editing = referral.may_be_edited and "write_referral" in held
    submitting = referral.may_be_edited and "refer_case" in held
    case = referral.case
    lacking = []
    if submitting:
        lacking = missing(case, case_facts(case), "G5", user=request.user)
    return {
        **found,
        "state_colour": STATE_COLOURS[State(referral.state)],
        "sentence": LEVEL_SENTENCES.get(case.level, ""),
        "editing": editing,
        "submitting": submitting,
        "parts": _parts(referral, editing=editing, leads="refer_case" in held),
        "records": case.records.all() if "view_case" in held else [],
        "missing": lacking,
        "acts": acts(referral, held),
        "addenda": referral.addenda.select_related("added_by"),
        "returns": referral.returns.select_related("returned_by").prefetch_related("reasons"),
        "decision": _decision(referral, held),
        "days": days_since_concern(referral),
    }


def _decision(referral: Referral, held: frozenset[str]) -> PkuDecision | None:
    """Return the decision; an unsigned one only to those who make it."""
    rows = referral.decisions.select_related("outcome")
    if not held & MAKING:
        rows = rows.exclude(state=PkuDecision.State.PREPARED)
    return rows.first()


def referral_act(
    referral: Referral, request: AccessRequest, *, gate: str = "", **words: Any
) -> ActPage:
    """Return the page of an act on a referral; of one that a gate guards, with what is missing."""
    case = referral.case
    lacking = missing(case, case_facts(case), gate, user=request.user) if gate else []
    return ActPage(
        back=reverse("pku:referral", args=[referral.public_id]),
        back_label=_("Referral to PKU"),
        blocked=bool(lacking),
        template="cases/guarded_act.html" if gate else "act.html",
        context={**frame(referral, request.user), "missing": lacking, "gate": gate},
        **words,
    )


def acts(referral: Referral, held: frozenset[str]) -> list[Act]:
    """Return what this person may do with the referral now; the first is the next step."""
    found: list[tuple[bool, Words, str]] = []
    state, prepared = referral.state, referral.decisions.first()
    if state == State.SUBMITTED and "check_referral" in held:
        found.append((True, _("Check the quality"), "pku:check_referral"))
    decides = state in {State.ACCEPTED, State.ADJOURNED} and "decide_referral" in held
    if decides and prepared is None:
        found.append((True, _("Prepare the decision"), "pku:prepare_decision"))
    if state == State.ADJOURNED and "schedule_referral" in held:
        found.append((False, _("Put on another meeting"), "pku:schedule_referral"))
    if state == State.ACCEPTED and "schedule_referral" in held:
        found.append((False, _("Adjourn"), "pku:adjourn_referral"))
    if "view_dossier" in held:
        words = _("Read the material") if referral.version else _("See the material as it is now")
        found.append((False, words, "pku:referral_read"))
    open_for_papers = referral.version and state not in {State.DECIDED, State.WITHDRAWN}
    if open_for_papers and held & {"write_referral", "check_referral"}:
        found.append((False, _("Add a later paper"), "pku:addendum"))
    if "reveal_cpr" in held and "check_referral" in held:
        found.append((False, _("See the CPR number"), "pku:referral_cpr"))
    if state not in {State.DECIDED, State.WITHDRAWN} and "refer_case" in held:
        found.append((False, _("Withdraw the referral"), "pku:withdraw_referral"))
    links = [
        Act(label, reverse(name, args=[referral.public_id]), primary)
        for primary, label, name in found
    ]
    if decides and prepared is not None and prepared.state == PkuDecision.State.PREPARED:
        url = reverse("pku:correct_decision", args=[prepared.public_id])
        links.insert(0, Act(_("Correct the decision"), url, primary=True))
    return links


def _parts(referral: Referral, *, editing: bool, leads: bool) -> list[dict[str, object]]:
    """Return the parts as a list of tasks, each with its progress in words."""
    values = referral_fields.current(referral)
    asked = referral_fields.questions()
    holders = referral_fields.custody_holders(referral)
    rows = []
    for part, title in referral_fields.PART_NAMES.items():
        names = referral_fields.field_names(part, asked, holders)
        may_open = editing and any(referral_fields.is_open(referral, name) for name in names)
        if part == "leader" and not leads:
            may_open = False
        status, kind = _status(part, names, values)
        if may_open and referral.state == State.RETURNED:
            status, kind = _("Open to be mended"), "warn"
        rows.append(
            {
                "title": title,
                "url": reverse("pku:referral_part", args=[referral.public_id, part])
                if may_open
                else "",
                "status": status,
                "kind": kind,
            }
        )
    return rows


def _status(part: str, names: list[str], values: dict[str, object]) -> tuple[Words, str]:
    if part == "offer":
        written = any(values.get(name) for name in names)
        return (_("Written"), "ok") if written else (_("No wish"), "")
    filled = [bool(values.get(name)) for name in names]
    if part == "views":
        voices = [name for name in names if name.startswith("view:")]
        filled = [bool(values.get("pupil_view"))] + [
            bool(values.get(name) or values.get(name.replace("view:", "reason:")))
            for name in voices
        ]
    if all(filled):
        return _("Written"), "ok"
    if any(filled):
        return _("Begun – something is missing"), "info"
    return _("Not written yet"), ""
