"""PKU's decisions: prepared by the secretary, signed by the chair, the same at revisitation.

Sources: folkeskoleloven §§ 12, 20, 22; forvaltningsloven §§ 22–25; H-PKU-5, H-PLC-1, H-PLC-2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case, OutcomeType
from cases.rules import Broken, pku_decision
from cases.selectors import close_reason, school_of
from cases.selectors.decision_rules import refuse
from cases.selectors.people import not_close
from cases.services import gatekeeping, letters, openings
from districts.acts import act
from districts.models import Institution
from districts.permissions import Cause, Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError, Words
from haderslev.core.policy import may, require, who_may
from haderslev.core.rows import change, check_revision, lock
from pku import features
from pku.models import (
    DecisionAuthor,
    DecisionConsent,
    DecisionGoal,
    PkuDecision,
    PkuMeeting,
    Placement,
    PlacementStatus,
    Referral,
)
from pku.selectors import holders_of
from pku.selectors.facts import said_in_decision
from pku.services import decision_letters
from pku.services.referrals import CHANGED, take_away

CHAIR = "sign_decision"
STAND_IN = "stand_in_decision"
# Who reads a revisitation while it waits for a signature.
SIGNERS = (Role.PKU_CHAIR, Role.PKU_MEMBER)
# Prefix of the form's field of one custody holder's consent, before the public id.
CONSENT = "consent-"
_OTHER_TABLES = ("goals", "consents", "left_out")
_THE_CHAIR = _("The chair of PKU signs the decision.")


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

    def values(self) -> dict[str, object]:
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
        row = lock(referral)
        require(by, "decide_referral", row)
        if row.decisions.exists():
            raise DomainError(_("A decision is prepared already."), code="prepared")
        _check(text, row.case, OutcomeType.Competence.PKU)
        _take_up(row)
        return _create(row.case, text, by, referral=row)


def prepare_for_placement(placement: Placement, *, text: DecisionText, by: User) -> PkuDecision:
    """Prepare the new decision of a revisitation.

    Nothing holds the child back from a new decision or the way home (G7): where the offer or the
    home school has given no status, the decision says why.

    Raises:
        NotAllowedError: ``by`` is not PKU's secretary.
        DomainError: The offer has ended, a decision is on its way, or something is missing.
    """
    with transaction.atomic():
        row = lock(placement)
        require(by, "decide_referral", row)
        if row.ended_on is not None:
            raise DomainError(_("A decision has ended this offer."), code="ended")
        if row.revisitations.exclude(state=PkuDecision.State.DELIVERED).exists():
            raise DomainError(_("A new decision is prepared already."), code="prepared")
        _check_statuses(row, text)
        _check(text, row.case, OutcomeType.Competence.REVISIT)
        return _create(row.case, text, by, placement=row)


def _create(case: Case, text: DecisionText, by: User, **about: Referral | Placement) -> PkuDecision:
    decision = PkuDecision.objects.create(
        case=case,
        complaint_guidance=_guidance(text.outcome, case),
        prepared_by=by,
        **text.values(),
        **about,
    )
    _write_parts(decision, text, by)
    if decision.referral is None:
        # At a revisitation chair and members read the case only while the decision waits.
        openings.open_case_to(
            case,
            unit=decision.meeting.unit,
            roles=SIGNERS,
            cause=Cause.PLACED,
            basis=openings.Basis.WAITS,
            closes_on=None,
            by=by,
        )
    _wait_for_signature(decision)
    data = {"outcome": text.outcome.code}
    journalling.act("pku.pkudecision.prepared", decision, by=by, data=data)
    return decision


@act("pku.pkudecision.corrected", right="decide_referral", data=("revision",))
def correct(row: PkuDecision, *, revision: int, text: DecisionText, by: User) -> PkuDecision:
    """Correct a prepared decision; once signed it stands.

    Raises:
        DomainError: It is signed, or something is missing.
        ConflictError: Somebody has corrected it meanwhile; both texts are in the error.
    """
    if row.state != PkuDecision.State.PREPARED:
        raise DomainError(_("It is signed and can not be changed."), code="signed")
    if row.placement is not None:
        _check_statuses(row.placement, text)
    _check(text, row.case, OutcomeType.Competence(row.outcome.competence))
    compared = (
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
    check_revision(row, revision, {name: getattr(text, name) for name in compared})
    if row.referral is not None:
        _take_up(lock(row.referral))
    guidance = _guidance(text.outcome, row.case)
    change(row, **text.values(), complaint_guidance=guidance, revision=row.revision + 1)
    _write_parts(row, text, by)
    _wait_for_signature(row)
    return row


def _write_parts(decision: PkuDecision, text: DecisionText, by: User) -> None:
    """Write the goals and the consents anew, and remember who has written: they do not sign."""
    decision.goals.all().delete()
    DecisionGoal.objects.bulk_create(
        DecisionGoal(decision=decision, order=order, text=goal)
        for order, goal in enumerate(text.goals, start=1)
    )
    decision.consents.all().delete()
    if _is_private(decision.offer):
        DecisionConsent.objects.bulk_create(
            DecisionConsent(
                decision=decision,
                custody_holder=holder,
                consented_on=text.consents[holder.public_id],
            )
            for holder in holders_of(decision.case)
        )
    DecisionAuthor.objects.create(decision=decision, user=by, revision=decision.revision)


def _take_up(referral: Referral) -> None:
    """An adjourned referral is taken up again on the meeting it waited for."""
    if referral.state == Referral.State.ADJOURNED:
        referral.to_accepted()
        change(referral)
    if referral.state != Referral.State.ACCEPTED:
        raise DomainError(_("The referral is not on a meeting."), code="not-on-meeting")


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
        check_consents(text.offer, case, text.consents)


def _check_statuses(placement: Placement, text: DecisionText) -> None:
    given = set(placement.statuses.values_list("side", flat=True))
    if given != set(PlacementStatus.Side.values) and not text.no_status_reason.strip():
        raise DomainError(
            _("The offer and the home school have not both given a status: write why."),
            field="no_status_reason",
            code="no-status",
        )


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
        row = lock(decision)
        stand_in_reason = check_signer(row, by, stand_in_reason)
        gatekeeping.check(row.case, "G6")
        if row.meeting.held_on > clock.today():
            raise DomainError(_("The meeting has not been held yet."))
        if not holders_of(row.case):
            raise DomainError(_("Nobody with custody is recorded, so nobody can get the decision."))
        check_consents(row.offer, row.case, consents_on(row))
        if row.revision != revision:
            # Without the newest revision: nobody signs what they have not read.
            raise ConflictError(CHANGED)
        row.to_signed()
        change(row, signed_by=by, signed_on=clock.today(), stand_in_reason=stand_in_reason)
        kind = features.REVISITED
        if row.referral is None:
            openings.close_case_openings(
                row.case, cause=Cause.PLACED, by=by, unit=row.meeting.unit, roles=SIGNERS
            )
        else:
            kind = features.PKU_DECIDED
            referral = lock(row.referral)
            referral.to_decided()
            change(referral)
            take_away(referral, by=by)
        todos.done(features.SIGN_DECISION, about=row, by=by)
        timeline.note(kind, row, by=by)
        data = {"outcome": row.outcome.code, "stands_in": bool(stand_in_reason)}
        journalling.act("pku.pkudecision.signed", row, by=by, data=data)
        decision_letters.make(row, by=by)
    return row


def check_signer(row: PkuDecision, by: User, stand_in_reason: str) -> str:
    """Return the reason to store: empty for the chair, required of a member who stands in.

    Whoever has written in it, or is close to the child, does not sign: a rule of the municipality,
    not of law.

    Raises:
        NotAllowedError: ``by`` does not sign here, has written in it, or is close to the case.
        DomainError: A member stands in without a reason.
    """
    chairs = may(by, CHAIR, row)
    if not chairs and not may(by, STAND_IN, row):
        raise NotAllowedError(_THE_CHAIR)
    if reason := too_close(row, by):
        sentence = f"{reason} {who_else(row)}"
        raise NotAllowedError(sentence)
    if chairs:
        return ""
    if not stand_in_reason.strip():
        raise DomainError(_("Write why you sign in the chair's place."), field="stand_in_reason")
    return stand_in_reason


def too_close(row: PkuDecision, user: User) -> Words:
    """Return why this person may not sign it, or nothing."""
    if row.authors.filter(user=user.pk).exists():
        return _("You have prepared or changed the decision yourself.")
    return close_reason(user, row.case, authors=_asked_for_it(row))


def somebody_may(row: PkuDecision, perm: str) -> bool:
    """Tell whether somebody who has not written in it, and is not close, holds the right."""
    wrote = [*row.authors.values_list("user", flat=True), *_asked_for_it(row)]
    return not_close(who_may(perm, row), row.case, authors=wrote).exists()


def who_else(row: PkuDecision) -> Words:
    """Return the sentence that says who signs it instead."""
    if somebody_may(row, CHAIR):
        return _THE_CHAIR
    if somebody_may(row, STAND_IN):
        return _("Another member of PKU can sign in the chair's place, with a reason.")
    return _(
        "Nobody in PKU may sign it: each has written in it or is close to the child. "
        "The municipality appoints another member for this decision."
    )


def _asked_for_it(row: PkuDecision) -> tuple[int | None, ...]:
    """Return who wrote and submitted the referral that is decided."""
    if row.referral is None:
        return ()
    return (row.referral.written_by_id, row.referral.submitted_by_id)


def consents_on(decision: PkuDecision) -> dict[str, date]:
    """Return the consents that the decision rests on: public id → day. One query."""
    return dict(decision.consents.values_list("custody_holder__public_id", "consented_on"))


def check_consents(offer: Institution | None, case: Case, consents: Mapping[str, date]) -> None:
    """Refuse a private offer that one of those with custody has not consented to.

    Each custody holder consents to a private school or efterskole, on the decision itself
    (folkeskoleloven § 22 stk. 4).

    Raises:
        DomainError: A consent is missing, or lies in the future; it names the parent's field.
    """
    for holder in holders_of(case) if _is_private(offer) else ():
        name, day = f"{CONSENT}{holder.public_id}", consents.get(holder.public_id)
        if day is None:
            raise DomainError(
                _("A private school or efterskole needs the consent of each parent."),
                field=name,
                code="private-consent",
            )
        if day > clock.today():
            raise DomainError(_("It can not lie in the future."), field=name)


def _is_private(offer: Institution | None) -> bool:
    return offer is not None and offer.provider == Institution.Provider.PRIVATE
