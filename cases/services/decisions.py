"""The school leader's decision.

Sources: folkeskoleloven §§ 3, 5, 12; forvaltningsloven §§ 22–25; outcomes are dated data.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cases import features, ports
from cases.gates import g5_referral, unmet
from cases.models import Case, Document, Hearing, OutcomeType, SupportDecision
from cases.rules import support_decision
from cases.selectors import case_facts
from cases.selectors.decision_rules import refuse, said_in_support
from cases.services import letters, levels
from cases.services.hearings import LEADERS
from districts.models import CustodyHolder
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import journalling
from haderslev.core.errors import DomainError, GateError
from haderslev.core.policy import require

# Requirements of law for an outcome over the threshold; their words are reference data.
SPECIAL_OFFER = frozenset({"ppv_made", "consultation"})


def decide_support(
    case: Case,
    *,
    outcome: OutcomeType,
    what: str,
    legal_basis: str,
    considerations: str,
    facts: str,
    parents_views: str,
    child_views: str,
    weekly_hours: Decimal | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    revisit_on: date | None = None,
    no_hearing_reason: str = "",
    by: User,
) -> SupportDecision:
    """Sign the leader's decision and make the letters.

    All outcomes but "referred to PKU" end the course here, with a letter and the complaint
    guidance of the outcome. The level moves when the last letter is delivered.

    Raises:
        NotAllowedError: ``by`` does not decide in this case.
        DomainError: The outcome needs a period or a date, or the parties were not heard.
    """
    with transaction.atomic():
        locked = _locked(case, by)
        hearing = _hearing(locked)
        said = said_in_support(
            outcome,
            starts_on=starts_on,
            ends_on=ends_on,
            revisit_on=revisit_on,
            weekly_hours=weekly_hours,
            heard=hearing is not None,
            no_hearing_reason=no_hearing_reason,
        )
        refuse(support_decision(said))
        _check_offer(locked, outcome)
        decision = SupportDecision.objects.create(
            case=locked,
            hearing=hearing,
            no_hearing_reason="" if hearing else no_hearing_reason,
            outcome=outcome,
            what=what,
            weekly_hours=weekly_hours,
            legal_basis=legal_basis,
            considerations=considerations,
            facts=facts,
            parents_views=parents_views,
            child_views=child_views,
            # What the outcome does not need is left out.
            starts_on=starts_on if outcome.needs_period else None,
            ends_on=ends_on if outcome.needs_period else None,
            revisit_on=revisit_on if outcome.needs_revisitation else None,
            signed_by=by,
        )
        _after_signing(locked, decision, by)
    return decision


def usable_hearing(case: Case) -> Hearing | None:
    """Return the newest closed hearing that no decision has used; a new decision needs its own."""
    used = SupportDecision.objects.filter(case=case, hearing__isnull=False).values("hearing")
    closed = case.hearings.filter(state=Hearing.State.CLOSED).exclude(pk__in=used)
    return closed.order_by("-closed_on", "-pk").first()


def _locked(case: Case, by: User) -> Case:
    locked = Case.objects.select_for_update().get(pk=case.pk)
    require(by, "decide_support", locked, _("The school leader makes this decision."))
    if locked.pupil is None or not locked.is_open:
        raise DomainError(_("Only an open case about a pupil can be decided."))
    if not CustodyHolder.objects.current().filter(pupil=locked.pupil).exists():
        raise DomainError(_("No parent with custody is recorded."))
    return locked


def _hearing(case: Case) -> Hearing | None:
    """Return the closed hearing; an open one must be closed first (forvaltningsloven § 19)."""
    if case.hearings.filter(state=Hearing.State.SENT).exists():
        raise DomainError(_("Close the hearing before you decide."))
    if case.hearings.filter(state=Hearing.State.DRAFT).exists():
        raise DomainError(_("A hearing is begun. Send it, or drop the draft, before you decide."))
    hearing = usable_hearing(case)
    if hearing is not None:
        _check_all_heard(case, hearing)
    return hearing


def _check_all_heard(case: Case, hearing: Hearing) -> None:
    """Whoever has custody today was a party; who has come since is heard in a new hearing."""
    heard = hearing.parties.values("custody_holder")
    missing = CustodyHolder.objects.current().filter(pupil=case.pupil).exclude(pk__in=heard)
    if missing:
        names = ", ".join(holder.name for holder in missing)
        raise DomainError(
            _("Begin a new hearing before you decide. Not heard yet: %(names)s.") % {"names": names}
        )


def _check_offer(case: Case, outcome: OutcomeType) -> None:
    """A special offer needs PPV and consultation (folkeskoleloven § 12, stk. 2)."""
    if outcome.level_after != Case.Level.INTERVENING:
        return
    found = [row for row in unmet(g5_referral(case_facts(case))) if row.code in SPECIAL_OFFER]
    if found:
        raise GateError(
            _("A special offer needs a PPV and a consultation with parents and pupil first."),
            unmet=found,
        )


def _after_signing(case: Case, decision: SupportDecision, by: User) -> None:
    journalling.act(
        "cases.supportdecision.signed", decision, by=by, data={"outcome": decision.outcome.code}
    )
    timeline.note(features.SUPPORT_DECIDED, decision, by=by)
    todos.done(features.MAKE_DECISION, features.HOLD_HEARING, about=case, by=by)
    if decision.outcome.ends_at_leader:
        for holder in CustodyHolder.objects.current().filter(pupil=case.pupil):
            _write_letter(case, decision, holder, by)
        return
    todos.give(features.PREPARE_COUNCIL, case, *LEADERS)
    ports.pku().wait_for_referral(case.pk)


def _write_letter(case: Case, decision: SupportDecision, holder: CustodyHolder, by: User) -> None:
    with override("da"):
        blocks: list[dict[str, Any]] = [
            {"type": "subheading", "text": str(_("The decision"))},
            {"type": "text", "text": decision.what},
            *_period_blocks(decision),
            {"type": "subheading", "text": str(_("Legal basis"))},
            {"type": "text", "text": decision.legal_basis},
            {"type": "subheading", "text": str(_("Main considerations"))},
            {"type": "text", "text": decision.considerations},
            {"type": "subheading", "text": str(_("Facts given weight"))},
            {"type": "text", "text": decision.facts},
            {"type": "subheading", "text": str(_("Your views, and our answer"))},
            {"type": "text", "text": decision.parents_views},
            {"type": "subheading", "text": str(_("The child's views"))},
            {"type": "text", "text": decision.child_views},
        ]
    letters.make_letter(
        case,
        kind=Document.Kind.DECISION,
        code="decision",
        custody_holder=holder,
        values={"afgoerelse": decision.outcome.name_da},
        by=by,
        blocks=blocks,
        complaint=decision.outcome.appeal_code,
        decision_key=decision.public_id,
    )


def _period_blocks(decision: SupportDecision) -> list[dict[str, Any]]:
    rows = [
        (_("From"), decision.starts_on),
        (_("Until"), decision.ends_on),
        (_("New decision before"), decision.revisit_on),
    ]
    facts = [[str(label), date_format(day, "j. F Y")] for label, day in rows if day]
    if decision.weekly_hours is not None:
        facts.append([str(_("Hours a week")), floatformat(decision.weekly_hours)])
    if not facts:
        return []
    return [{"type": "facts", "caption": str(_("Period")), "rows": facts}]


def decision_delivered(public_id: str, *, on: date, by: User) -> None:
    """Move the level as the outcome says: a decision counts from its delivery.

    The day of the next decision waits for the leaders; a later decision takes its place.
    """
    decision = _note_delivered(public_id, on, by)
    case = decision.case
    levels.move_by_decision(case, decision.outcome.level_after, by=by)
    todos.done(features.REVISIT, about=case, by=by)
    if decision.revisit_on is not None:
        wait_for_new_decision(case, due_on=decision.revisit_on)


def decision_redated(public_id: str, *, on: date, by: User) -> None:
    """Note the corrected day; the level has moved already."""
    _note_delivered(public_id, on, by)


def _note_delivered(public_id: str, on: date, by: User) -> SupportDecision:
    rows = SupportDecision.objects.select_related("outcome", "case__pupil")
    decision: SupportDecision = rows.get(public_id=public_id)
    timeline.note(features.DECISION_DELIVERED, decision, by=by, on=on)
    return decision


def wait_for_new_decision(case: Case, *, due_on: date) -> None:
    """Let the next decision on the support at the own school wait for its leaders."""
    if not case.is_open:
        return
    todos.give(features.REVISIT, case, *LEADERS, due_on=due_on)
