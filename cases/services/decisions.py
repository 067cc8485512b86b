"""The school leader's decision.

Sources: folkeskoleloven §§ 3, 5, 12; forvaltningsloven §§ 22–25; outcomes are dated data.
"""

from datetime import date, timedelta
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
from cases.selectors import case_facts
from cases.services import letters, levels
from cases.services.hearings import LEADERS
from districts.models import CustodyHolder
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
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
        period = _period(outcome, starts_on, ends_on, revisit_on)
        _check_hours(outcome, weekly_hours)
        hearing = _hearing(locked, no_hearing_reason)
        _check_law(locked, outcome, hearing)
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
            signed_by=by,
            **period,
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


def _period(
    outcome: OutcomeType, starts_on: date | None, ends_on: date | None, revisit_on: date | None
) -> dict[str, date | None]:
    """Check the dates the outcome needs, and return those; others are left out."""
    if outcome.competence != OutcomeType.Competence.LEADER:
        raise DomainError(_("PKU decides this, not the school leader."), field="outcome")
    if outcome.needs_period:
        if starts_on is None or ends_on is None:
            raise DomainError(_("This outcome needs a period."), field="starts_on")
        if ends_on < starts_on:
            raise DomainError(_("The period ends before it begins."), field="ends_on")
        if ends_on > starts_on + timedelta(days=legal.days("offer_longest_days")):
            raise DomainError(_("The period may be a year at most."), field="ends_on")
    if outcome.needs_revisitation:
        if revisit_on is None:
            raise DomainError(
                _("Write when a new decision is made at the latest."), field="revisit_on"
            )
        if revisit_on <= clock.today():
            raise DomainError(_("The day of the new decision must lie ahead."), field="revisit_on")
        if revisit_on > clock.days_from_now(legal.days("offer_longest_days")):
            raise DomainError(_("A new decision is made within a year."), field="revisit_on")
    return {
        "starts_on": starts_on if outcome.needs_period else None,
        "ends_on": ends_on if outcome.needs_period else None,
        "revisit_on": revisit_on if outcome.needs_revisitation else None,
    }


def _check_hours(outcome: OutcomeType, weekly_hours: Decimal | None) -> None:
    """From the threshold on, support is special education, with its rules and its complaint.

    Source: folkeskoleloven § 3 stk. 2; the number of hours is a dated value.
    """
    least = legal.number("special_support_weekly_hours")
    words = {"hours": floatformat(least)}
    under = weekly_hours is None or weekly_hours < least
    if outcome.threshold == OutcomeType.Threshold.OVER and under:
        raise DomainError(
            _("This outcome is for %(hours)s hours a week or more. Write how many.") % words,
            field="weekly_hours",
        )
    if outcome.threshold == OutcomeType.Threshold.UNDER and not under:
        raise DomainError(
            _("From %(hours)s hours a week it is special education. Choose an outcome for that.")
            % words,
            field="weekly_hours",
        )


def _hearing(case: Case, no_hearing_reason: str) -> Hearing | None:
    """Return the closed hearing; an open one must be closed first (forvaltningsloven § 19)."""
    if case.hearings.filter(state=Hearing.State.SENT).exists():
        raise DomainError(_("Close the hearing before you decide."))
    if case.hearings.filter(state=Hearing.State.DRAFT).exists():
        raise DomainError(_("A hearing is begun. Send it, or drop the draft, before you decide."))
    hearing = usable_hearing(case)
    if hearing is None and not no_hearing_reason:
        raise DomainError(
            _("Hear the parties first, or write why nothing new weighs against them."),
            field="no_hearing_reason",
        )
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


def _check_law(case: Case, outcome: OutcomeType, hearing: Hearing | None) -> None:
    """A special offer needs PPV and consultation; a no, a change or an end needs a hearing.

    Source: folkeskoleloven § 12, stk. 2; forvaltningsloven § 19.
    """
    if outcome.needs_hearing and hearing is None:
        raise DomainError(_("Hear the parties first: this outcome may weigh against them."))
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
