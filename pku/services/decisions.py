"""PKU's decisions: prepared by the secretary, signed by the chair, the same at revisitation.

Sources: folkeskoleloven §§ 12, 20, 22; forvaltningsloven §§ 22–25; H-PKU-5, H-PLC-1, H-PLC-2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case, OutcomeType
from cases.rules import Broken, pku_decision
from cases.selectors import school_of
from cases.selectors.decision_rules import refuse
from cases.services import gatekeeping, letters, openings
from districts.models import CustodyHolder, Institution
from districts.permissions import Cause, Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.errors import ConflictError, DomainError
from haderslev.core.policy import require
from pku import features
from pku.models import (
    DecisionAuthor,
    DecisionGoal,
    PkuDecision,
    PkuMeeting,
    Placement,
    PlacementStatus,
    Referral,
)
from pku.selectors.decision_facts import said_in_decision
from pku.services import consents, decision_letters
from pku.services.referral_checks import locked
from pku.services.referrals import CHANGED, take_away
from pku.services.signers import CHAIR, check_signer, somebody_may

PREPARERS = _("The secretary of PKU prepares the decision.")
SIGNERS = (Role.PKU_CHAIR, Role.PKU_MEMBER)


_OTHER_TABLES = ("goals", "consents", "left_out")


@dataclass(frozen=True, kw_only=True)
class DecisionText:
    """Everything a decision says; the complaint guidance follows the outcome."""

    outcome: OutcomeType
    meeting: PkuMeeting
    present: str
    dialogue_council: str
    dialogue_psychologist: str
    dialogue_school: str
    legal_basis: str
    considerations: str
    facts: str
    parents_views: str
    child_views: str
    offer: Institution | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    home_contact: str = ""
    goals: tuple[str, ...] = ()
    # Public id of each custody holder → the day of the consent, where the offer is private.
    consents: Mapping[str, date] = field(default_factory=dict)
    no_status_reason: str = ""
    # What the municipality itself asks for may lack: the gate holds the signature back until
    # whoever signs has set it aside.
    left_out: bool = False

    def values(self) -> dict[str, Any]:
        """Return the columns; what the outcome does not need is left out."""
        kept = {name: value for name, value in vars(self).items() if name not in _OTHER_TABLES}
        if not self.outcome.needs_first_day:
            kept["starts_on"] = None
        if not self.outcome.needs_period:
            kept["ends_on"] = None
        if not self.outcome.needs_offer:
            kept |= {"offer": None, "home_contact": ""}
        return kept


def prepare_for_referral(referral: Referral, *, text: DecisionText, by: User) -> PkuDecision:
    """Prepare the decision on a referral that is on a meeting.

    Raises:
        NotAllowedError: ``by`` is not PKU's secretary.
        DomainError: It is not on a meeting, has a decision, or something is missing (G6).
    """
    with transaction.atomic():
        row = locked(referral)
        require(by, "decide_referral", row.case, PREPARERS)
        if row.decisions.exists():
            raise DomainError(_("A decision is prepared already."), code="prepared")
        _check(text, row.case, OutcomeType.Competence.PKU)
        _take_up(row)
        return _create(row.case, text, by, referral=row)


def prepare_for_placement(placement: Placement, *, text: DecisionText, by: User) -> PkuDecision:
    """Prepare the new decision of a revisitation.

    Raises:
        NotAllowedError: ``by`` is not PKU's secretary.
        DomainError: The offer has ended, a decision is on its way, or something is missing.

    Nothing holds the child back from a new decision or the way home (G7): where the offer or the
    home school has given no status, the decision says why.
    """
    with transaction.atomic():
        row = Placement.objects.select_for_update(of=("self",)).get(pk=placement.pk)
        require(by, "decide_referral", row.case, PREPARERS)
        if row.ended_on is not None:
            raise DomainError(_("A decision has ended this offer."), code="ended")
        if row.revisitations.exclude(state=PkuDecision.State.DELIVERED).exists():
            raise DomainError(_("A new decision is prepared already."), code="prepared")
        _check_statuses(row, text)
        _check(text, row.case, OutcomeType.Competence.REVISIT)
        return _create(row.case, text, by, placement=row)


def correct(decision: PkuDecision, *, revision: int, text: DecisionText, by: User) -> PkuDecision:
    """Correct a prepared decision; once signed it stands.

    Raises:
        NotAllowedError: ``by`` is not PKU's secretary.
        DomainError: It is signed, or something is missing.
        ConflictError: Somebody has corrected it meanwhile; both texts are in the error.
    """
    with transaction.atomic():
        row = _locked(decision)
        require(by, "decide_referral", row.case, PREPARERS)
        if row.state != PkuDecision.State.PREPARED:
            raise DomainError(_("It is signed and can not be changed."), code="signed")
        if row.placement is not None:
            _check_statuses(row.placement, text)
        _check(text, row.case, OutcomeType.Competence(row.outcome.competence))
        if row.revision != revision:
            _conflict(row, text)
        if row.referral is not None:
            _take_up(locked(row.referral))
        for name, value in text.values().items():
            setattr(row, name, value)
        row.complaint_guidance = _guidance(text.outcome, row.case)
        row.revision += 1
        row.save()
        _write_goals(row, text.goals)
        consents.write(row, text.consents)
        _remember_author(row, by)
        _wait_for_signature(row)
        journalling.act("pku.pkudecision.corrected", row, by=by, data={"revision": row.revision})
    return row


def sign(
    decision: PkuDecision, *, revision: int, stand_in_reason: str = "", by: User
) -> PkuDecision:
    """Sign: the decision is made, and a letter for each parent is written and waits to be sent.

    The referral is decided and leaves the committee's table; a revisitation closes again to those
    who sign. Nothing moves before the last letter is delivered, see ``delivery``. A member signs
    in the chair's place with a reason, which is printed in the letters.

    Raises:
        NotAllowedError: ``by`` may not sign, has written in it, or is close to the case.
        GateError: Requirements of the step are not met (G6).
        DomainError: The meeting is not held yet, nobody has custody, or a member gives no reason.
        ConflictError: It was corrected since the signer read it.
        TransitionNotAllowed: It is signed already.
    """
    with transaction.atomic():
        row = _locked(decision)
        row.stand_in_reason = check_signer(row, by, stand_in_reason)
        gatekeeping.check(row.case, "G6")
        _check_ready(row)
        if row.revision != revision:
            raise ConflictError(CHANGED)
        row.signed_by, row.signed_on = by, clock.today()
        row.to_signed()
        row.save(update_fields=["state", "signed_by", "signed_on", "stand_in_reason"])
        kind = features.REVISITED
        if row.referral is None:
            _close_to_signers(row, by)
        else:
            kind = features.PKU_DECIDED
            referral = locked(row.referral)
            referral.to_decided()
            referral.save(update_fields=["state"])
            take_away(referral, by=by)
        todos.done(features.SIGN_DECISION, about=row, by=by)
        timeline.note(kind, row, by=by)
        journalling.act(
            "pku.pkudecision.signed",
            row,
            by=by,
            data={"outcome": row.outcome.code, "stands_in": bool(row.stand_in_reason)},
        )
        decision_letters.make(row, by=by)
    return row


def _locked(decision: PkuDecision) -> PkuDecision:
    rows = PkuDecision.objects.select_for_update(of=("self",)).select_related(
        "case__pupil", "outcome", "meeting__unit", "referral", "offer__unit", "placement"
    )
    return rows.get(pk=decision.pk)


def _take_up(referral: Referral) -> None:
    """An adjourned referral is taken up again on the meeting it waited for."""
    if referral.state == Referral.State.ADJOURNED:
        referral.to_accepted()
        referral.save(update_fields=["state"])
    if referral.state != Referral.State.ACCEPTED:
        raise DomainError(_("The referral is not on a meeting."), code="not-on-meeting")


def _create(case: Case, text: DecisionText, by: User, **about: Any) -> PkuDecision:
    decision = PkuDecision.objects.create(
        case=case,
        complaint_guidance=_guidance(text.outcome, case),
        prepared_by=by,
        **text.values(),
        **about,
    )
    _write_goals(decision, text.goals)
    consents.write(decision, text.consents)
    _remember_author(decision, by)
    if decision.referral is None:
        _open_to_signers(decision, by)
    _wait_for_signature(decision)
    journalling.act(
        "pku.pkudecision.prepared", decision, by=by, data={"outcome": text.outcome.code}
    )
    return decision


def _write_goals(decision: PkuDecision, goals: tuple[str, ...]) -> None:
    decision.goals.all().delete()
    DecisionGoal.objects.bulk_create(
        DecisionGoal(decision=decision, order=order, text=text)
        for order, text in enumerate(goals, start=1)
    )


def _remember_author(decision: PkuDecision, by: User) -> None:
    """Keep everyone who has written in it: none of them signs it."""
    DecisionAuthor.objects.create(decision=decision, user=by, revision=decision.revision)


def _open_to_signers(decision: PkuDecision, by: User) -> None:
    """At a revisitation chair and members read the case only while the decision waits."""
    openings.open_case_to(
        decision.case,
        unit=decision.meeting.unit,
        roles=SIGNERS,
        cause=Cause.PLACED,
        basis=openings.Basis.WAITS,
        closes_on=None,
        by=by,
    )


def _close_to_signers(decision: PkuDecision, by: User) -> None:
    openings.close_case_openings(
        decision.case,
        cause=Cause.PLACED,
        by=by,
        unit=decision.meeting.unit,
        roles=SIGNERS,
    )


def _wait_for_signature(decision: PkuDecision) -> None:
    """Make it the chair's turn, and the members' too where no chair may sign."""
    if decision.referral is not None:
        todos.done(features.PREPARE_DECISION, about=decision.referral, by=decision.prepared_by)
    roles = [Role.PKU_CHAIR]
    if not somebody_may(decision, CHAIR):
        roles.append(Role.PKU_MEMBER)
    todos.give(features.SIGN_DECISION, decision, *roles, unit=decision.meeting.unit)


def _guidance(outcome: OutcomeType, case: Case) -> str:
    """Return the complaint guidance of the outcome in words (forvaltningsloven § 25)."""
    values = {
        "skole": str(school_of(case) or ""),
        "kommune": settings.MUNICIPALITY_NAME,
        "sagsnummer": case.number,
        "barn": case.pupil.first_name if case.pupil else "",
    }
    return letters.fill(legal.letter_text(outcome.appeal_code).body.strip(), values)


def _check_ready(row: PkuDecision) -> None:
    if row.meeting.held_on > clock.today():
        raise DomainError(_("The meeting has not been held yet."))
    if not CustodyHolder.objects.current().filter(pupil=row.case.pupil_id).exists():
        raise DomainError(_("Nobody with custody is recorded, so nobody can get the decision."))
    consents.check(row.offer, row.case, consents.on_decision(row))


def broken_rules(text: DecisionText, competence: OutcomeType.Competence) -> list[Broken]:
    """Return the rules that a text breaks (G6), but for those that it says are left out."""
    in_force = legal.in_force(OutcomeType.objects.filter(competence=competence))
    said = said_in_decision(
        text,
        competent=in_force.filter(pk=text.outcome.pk).exists(),
        goals=any(goal.strip() for goal in text.goals),
        has_offer=text.offer is not None,
    )
    broken = pku_decision(said)
    return [each for each in broken if not (text.left_out and each.may_be_set_aside)]


def _check(text: DecisionText, case: Case, competence: OutcomeType.Competence) -> None:
    """Refuse what breaks a rule, or lacks a consent to a private school."""
    refuse(broken_rules(text, competence))
    if text.outcome.needs_offer:
        consents.check(text.offer, case, text.consents)


def _check_statuses(placement: Placement, text: DecisionText) -> None:
    given = set(placement.statuses.values_list("side", flat=True))
    if given != set(PlacementStatus.Side.values) and not text.no_status_reason.strip():
        raise DomainError(
            _("The offer and the home school have not both given a status: write why."),
            field="no_status_reason",
            code="no-status",
        )


def _conflict(row: PkuDecision, text: DecisionText) -> None:
    names = (
        "considerations",
        "facts",
        "legal_basis",
        "parents_views",
        "child_views",
        "dialogue_council",
        "dialogue_psychologist",
        "dialogue_school",
        "present",
    )
    raise ConflictError(
        CHANGED,
        mine={name: getattr(text, name) for name in names},
        theirs={name: getattr(row, name) for name in names},
        revision=row.revision,
    )
