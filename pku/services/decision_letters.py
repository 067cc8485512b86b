"""The letter of a decision: one for each custody holder, only with that person's own address."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.models import Document
from cases.services import letters
from districts.models import CustodyHolder
from haderslev.accounts.models import User
from pku.material.parts import Block
from pku.models import PkuDecision


def make(decision: PkuDecision, *, by: User) -> list[Document]:
    """Make the letters; PKU's secretary sends them and records each delivery."""
    code = "pku_decision" if decision.placement_id is None else "revisit_decision"
    with override("da"):
        blocks = _blocks(decision)
        values = _values(decision)
    return [
        letters.make_letter(
            decision.case,
            kind=Document.Kind.PKU_DECISION,
            code=code,
            custody_holder=holder,
            values=values,
            by=by,
            blocks=blocks,
            # The guidance as it was signed, not as the text of the outcome reads today.
            complaint="complaint_as_signed",
            decision_key=decision.public_id,
            sent_by_unit=decision.meeting.unit,
        )
        for holder in CustodyHolder.objects.current().filter(pupil=decision.case.pupil_id)
    ]


def _values(decision: PkuDecision) -> dict[str, str]:
    return {
        "afgoerelse": decision.outcome.name_da,
        "tilbud": str(decision.offer or ""),
        "fra": _day(decision.starts_on),
        "ny_afgoerelse_foer": _day(decision.ends_on),
        "moededato": _day(decision.meeting.held_on),
        "kontakt": decision.home_contact,
        "udvalg": decision.meeting.unit.name,
        "klagevejledning": decision.complaint_guidance,
    }


def _day(value: date | None) -> str:
    return date_format(value, "j. F Y") if value else ""


def _blocks(decision: PkuDecision) -> list[Block]:
    parts: list[tuple[str, str]] = [
        (_("Legal basis"), decision.legal_basis),
        (_("Main considerations"), decision.considerations),
        (_("Facts given weight"), decision.facts),
        (_("Your views, and our answer"), decision.parents_views),
        (_("The child's views"), decision.child_views),
    ]
    blocks: list[Block] = [_outcome(decision)]
    goals = [goal.text for goal in decision.goals.all()]
    if goals:
        blocks += [
            _heading(_("Goals for learning and development")),
            {"type": "list", "items": goals},
        ]
    for title, text in parts:
        if not text:
            continue
        blocks += [_heading(title), {"type": "text", "text": text}]
    blocks += _dialogue(decision)
    if decision.ends_on and decision.offer_id:
        stays = _("The child stays in the offer until a new decision has been made.")
        blocks.append({"type": "text", "text": stays})
    if decision.no_status_reason:
        blocks += [
            _heading(_("Why a status is missing")),
            {"type": "text", "text": decision.no_status_reason},
        ]
    if decision.stand_in_reason:
        blocks += [
            _heading(_("Signed in the chair's place")),
            {"type": "text", "text": decision.stand_in_reason},
        ]
    return blocks


def _heading(text: str) -> Block:
    return {"type": "subheading", "text": text}


def _outcome(decision: PkuDecision) -> Block:
    rows = [
        (_("Decision"), decision.outcome.name_da),
        (_("Offer"), str(decision.offer or "")),
        (_("From"), _day(decision.starts_on)),
        (_("A new decision is made before"), _day(decision.ends_on)),
        (_("Contact at the home school"), decision.home_contact),
        (_("Decided at the meeting"), _day(decision.meeting.held_on)),
    ]
    kept = [[label, value] for label, value in rows if value]
    return {"type": "facts", "caption": _("The decision"), "rows": kept}


def _dialogue(decision: PkuDecision) -> list[Block]:
    rows = [
        [_("The district council"), decision.dialogue_council],
        [_("The psychologist"), decision.dialogue_psychologist],
        [_("The school"), decision.dialogue_school],
    ]
    kept = [row for row in rows if row[1]]
    caption = _("Whom the committee has talked with")
    return [{"type": "facts", "caption": caption, "rows": kept}] if kept else []
