"""The letter of a decision: one for each custody holder, only with that person's own address."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.models import Document
from cases.services import letters
from haderslev.accounts.models import User
from haderslev.core.pdf.document import LANGUAGE
from pku.material.parts import Block, day, facts, heading, listed, text
from pku.models import PkuDecision
from pku.selectors import holders_of


def make(decision: PkuDecision, *, by: User) -> list[Document]:
    """Make the letters; PKU's secretary sends them and records each delivery."""
    with override(LANGUAGE):
        blocks = _blocks(decision)
        values = {
            "afgoerelse": decision.outcome.name_da,
            "tilbud": str(decision.offer or ""),
            "fra": day(decision.starts_on),
            "ny_afgoerelse_foer": day(decision.ends_on),
            "moededato": day(decision.meeting.held_on),
            "kontakt": decision.home_contact,
            "udvalg": decision.meeting.unit.name,
            "klagevejledning": decision.complaint_guidance,
        }
    return [
        letters.make_letter(
            decision.case,
            kind=Document.Kind.PKU_DECISION,
            code="pku_decision" if decision.placement_id is None else "revisit_decision",
            custody_holder=holder,
            values=values,
            by=by,
            blocks=blocks,
            # The guidance as it was signed, not as the text of the outcome reads today.
            complaint="complaint_as_signed",
            decision_key=decision.public_id,
            sent_by_unit=decision.meeting.unit,
        )
        for holder in holders_of(decision.case)
    ]


def _blocks(decision: PkuDecision) -> list[Block]:
    decided = (
        (_("Decision"), decision.outcome.name_da),
        (_("Offer"), str(decision.offer or "")),
        (_("From"), day(decision.starts_on)),
        (_("A new decision is made before"), day(decision.ends_on)),
        (_("Contact at the home school"), decision.home_contact),
        (_("Decided at the meeting"), day(decision.meeting.held_on)),
    )
    blocks = [facts(_("The decision"), decided)]
    if goals := [goal.text for goal in decision.goals.all()]:
        blocks += [heading(_("Goals for learning and development")), listed(goals)]
    reasons = (
        (_("Legal basis"), decision.legal_basis),
        (_("Main considerations"), decision.considerations),
        (_("Facts given weight"), decision.facts),
        (_("Your views, and our answer"), decision.parents_views),
        (_("The child's views"), decision.child_views),
    )
    blocks += _written(*reasons)
    dialogue = (
        (_("The district council"), decision.dialogue_council),
        (_("The psychologist"), decision.dialogue_psychologist),
        (_("The school"), decision.dialogue_school),
    )
    if any(said for _whom, said in dialogue):
        blocks.append(facts(_("Whom the committee has talked with"), dialogue))
    if decision.ends_on and decision.offer_id:
        blocks.append(text(_("The child stays in the offer until a new decision has been made.")))
    return blocks + _written(
        (_("Why a status is missing"), decision.no_status_reason),
        (_("Signed in the chair's place"), decision.stand_in_reason),
    )


def _written(*parts: tuple[str, str]) -> list[Block]:
    """Return each text under its heading, without those that are empty."""
    return [block for title, said in parts if said for block in (heading(title), text(said))]
