"""The school leader's decision.

Sources: folkeskoleloven §§ 3, 5, 12; forvaltningsloven §§ 22–25; outcomes are dated data.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cases import features, ports
from cases.facts import CaseFacts
from cases.gates import Requirement, g5_referral, unmet
from cases.models import Case, Document, Hearing, OutcomeType, SupportDecision
from cases.rules import support_decision
from cases.selectors.decision_rules import refuse, said_in_support
from cases.selectors.facts import case_facts
from cases.services import cases, letters
from districts.models import CustodyHolder
from districts.permissions import LEADERS
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import journalling
from haderslev.core.errors import DomainError, GateError, Words
from haderslev.core.policy import require
from haderslev.core.rows import lock


@transaction.atomic
def decide_support(
    case: Case,
    *,
    outcome: OutcomeType,
    weekly_hours: Decimal | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    revisit_on: date | None = None,
    no_hearing_reason: str = "",
    by: User,
    **texts: str,
) -> SupportDecision:
    """Sign the leader's decision and make the letters.

    All outcomes but "referred to PKU" end the course here, with a letter and the complaint
    guidance of the outcome. The level moves when the last letter is delivered.

    Raises:
        NotAllowedError: ``by`` does not decide in this case.
        DomainError: The outcome needs a period or a date, or the parties were not heard.
    """
    case = lock(case)
    require(by, "decide_support", case)
    if words := why_not_decided(case):
        raise DomainError(words)
    holders = CustodyHolder.objects.current().filter(pupil=case.pupil)
    hearing = usable_hearing(case)
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
    _check_offer(case, outcome)
    decision = SupportDecision.objects.create(
        case=case,
        hearing=hearing,
        no_hearing_reason="" if hearing else no_hearing_reason,
        outcome=outcome,
        weekly_hours=weekly_hours,
        **texts,
        # What the outcome does not need is left out.
        starts_on=starts_on if outcome.needs_period else None,
        ends_on=ends_on if outcome.needs_period else None,
        revisit_on=revisit_on if outcome.needs_revisitation else None,
        signed_by=by,
    )
    data = {"outcome": outcome.code}
    journalling.act("cases.supportdecision.signed", decision, by=by, data=data)
    timeline.note(features.SUPPORT_DECIDED, decision, by=by)
    todos.done(features.MAKE_DECISION, features.HOLD_HEARING, about=case, by=by)
    if outcome.ends_at_leader:
        _write_letters(decision, holders, by)
    else:
        todos.give(features.PREPARE_COUNCIL, case, *LEADERS)
        ports.pku().wait_for_referral(case.pk)
    return decision


def usable_hearing(case: Case) -> Hearing | None:
    """Return the newest closed hearing that no decision has used; a new decision needs its own."""
    used = SupportDecision.objects.filter(case=case, hearing__isnull=False).values("hearing")
    closed = case.hearings.filter(state=Hearing.State.CLOSED).exclude(pk__in=used)
    return closed.order_by("-closed_on", "-pk").first()


def why_not_decided(case: Case) -> Words:
    """Return why nothing can be decided now, whatever the outcome; empty if something can.

    An open hearing is ended first, and it was of everybody with custody today
    (forvaltningsloven § 19).
    """
    if case.pupil is None or not case.is_open:
        return _("Only an open case about a pupil can be decided.")
    holders = CustodyHolder.objects.current().filter(pupil=case.pupil)
    if not holders:
        return _("No parent with custody is recorded.")
    open_ones = set(case.hearings.values_list("state", flat=True))
    if Hearing.State.SENT in open_ones:
        return _("Close the hearing before you decide.")
    if Hearing.State.DRAFT in open_ones:
        return _("A hearing is begun. Send it, or drop the draft, before you decide.")
    hearing = usable_hearing(case)
    # Who has come since is heard in a new hearing.
    if hearing and (missing := holders.exclude(pk__in=hearing.parties.values("custody_holder"))):
        names = {"names": ", ".join(holder.name for holder in missing)}
        return _("Begin a new hearing before you decide. Not heard yet: %(names)s.") % names
    return ""


def lacking_for_offer(facts: CaseFacts) -> tuple[Requirement, ...]:
    """Return what a special offer still lacks by law: PPV, consultation (folkeskoleloven § 12)."""
    of_law = {"ppv_made", "consultation"}
    return tuple(row for row in unmet(g5_referral(facts)) if row.code in of_law)


def _check_offer(case: Case, outcome: OutcomeType) -> None:
    if outcome.level_after != Case.Level.INTERVENING:
        return
    if found := lacking_for_offer(case_facts(case)):
        raise GateError(
            _("A special offer needs a PPV and a consultation with parents and pupil first."),
            unmet=found,
        )


def _write_letters(decision: SupportDecision, holders: Iterable[CustodyHolder], by: User) -> None:
    days = (
        (_("From"), decision.starts_on),
        (_("Until"), decision.ends_on),
        (_("New decision before"), decision.revisit_on),
    )
    with override("da"):
        rows = [[str(label), date_format(day, "j. F Y")] for label, day in days if day]
        if decision.weekly_hours is not None:
            rows.append([str(_("Hours a week")), floatformat(decision.weekly_hours)])
        period: letters.Block = {"type": "facts", "caption": str(_("Period")), "rows": rows}
        views = (
            (_("Your views, and our answer"), decision.parents_views),
            (_("The child's views"), decision.child_views),
        )
        blocks = [
            *letters.headed([(_("The decision"), decision.what)]),
            *([period] if rows else []),
            *letters.columns(decision, ("legal_basis", "considerations", "facts")),
            *letters.headed(views),
        ]
    for holder in holders:
        letters.make_letter(
            decision.case,
            kind=Document.Kind.DECISION,
            code="decision",
            custody_holder=holder,
            values={"afgoerelse": decision.outcome.name_da},
            by=by,
            blocks=blocks,
            complaint=decision.outcome.appeal_code,
            decision_key=decision.public_id,
        )


def decision_delivered(public_id: str, *, on: date, by: User) -> None:
    """Move the level as the outcome says: a decision counts from its delivery.

    The day of the next decision waits for the leaders; a later decision takes its place.
    """
    decision = decision_redated(public_id, on=on, by=by)
    case = decision.case
    cases.move_by_decision(case, decision.outcome.level_after, by=by)
    todos.done(features.REVISIT, about=case, by=by)
    if decision.revisit_on is not None:
        wait_for_new_decision(case, due_on=decision.revisit_on)


def decision_redated(public_id: str, *, on: date, by: User) -> SupportDecision:
    """Note the day of delivery, or the corrected one: then the level has moved already."""
    rows = SupportDecision.objects.select_related("outcome", "case__pupil")
    decision: SupportDecision = rows.get(public_id=public_id)
    timeline.note(features.DECISION_DELIVERED, decision, by=by, on=on)
    return decision


def wait_for_new_decision(case: Case, *, due_on: date) -> None:
    """Let the next decision on the support at the own school wait for its leaders."""
    if case.is_open:
        todos.give(features.REVISIT, case, *LEADERS, due_on=due_on)
