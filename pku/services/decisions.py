"""PKU's decisions: prepared by the secretary, signed by the chair, delivered; and what follows.

They are the same at the referral and at a revisitation, before which the offer and the home school
each give a status. Nothing moves before the last letter is delivered.

Sources: folkeskoleloven §§ 12, 20, 22; forvaltningsloven §§ 22–25; H-PKU-5, H-PLC-1 to H-PLC-3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from cases import features as case_features
from cases.models import Case, Document, OutcomeType
from cases.rules import TEXTS, Broken, pku_decision
from cases.selectors.decision_rules import refuse
from cases.selectors.people import school_of
from cases.services import cases, deciders, gatekeeping, letters, openings
from cases.services.decisions import wait_for_new_decision
from districts.acts import act
from districts.models import Institution
from districts.permissions import LEADERS, SCHOOL_TEAM, Role
from districts.scope import scope_of
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import calendar, clock, journalling, legal
from haderslev.core.dates import not_ahead
from haderslev.core.errors import DomainError, NotAllowedError, Words
from haderslev.core.pdf.document import LANGUAGE
from haderslev.core.policy import may, require, who_may
from haderslev.core.rows import change, check_revision, lock
from pku import features
from pku.material import parts
from pku.material.parts import Block
from pku.models import (
    DecisionAuthor,
    DecisionConsent,
    DecisionGoal,
    GoalStatus,
    PkuDecision,
    PkuMeeting,
    Placement,
    PlacementStatus,
    Referral,
)
from pku.selectors import holders_of
from pku.selectors.facts import said_in_decision
from pku.services.referrals import take_away

CHAIR = "sign_decision"
STAND_IN = "stand_in_decision"
# Who reads a revisitation while it waits for a signature.
SIGNERS = (Role.PKU_CHAIR, Role.PKU_MEMBER)
# Prefix of the form's field of one custody holder's consent, before the public id.
CONSENT = "consent-"
_OTHER_TABLES = ("goals", "consents", "left_out")
_THE_CHAIR = _("The chair of PKU signs the decision.")
_STATUS_GIVERS = _("The head of the offer and the leader of the home school give a status.")


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
            cause=features.PLACED,
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
    check_revision(row, revision, {name: getattr(text, name) for name in TEXTS})
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
        referral.move(Referral.State.ACCEPTED)
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
        vars(text),
        outcome=text.outcome,
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
    who sign. A member signs in the chair's place with a reason, which is printed in the letters.

    Raises:
        NotAllowedError: ``by`` may not sign, has written in it, or is close to the case.
        GateError: Requirements of the step are not met (G6).
        DomainError: The meeting is not held yet, nobody has custody, or a member gives no reason.
        ConflictError: It was corrected since the signer read it.
        ConflictError: It is signed already.
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
        check_revision(row, revision)
        row.move(
            PkuDecision.State.SIGNED,
            signed_by=by,
            signed_on=clock.today(),
            stand_in_reason=stand_in_reason,
        )
        kind = features.REVISITED
        if row.referral is None:
            openings.close_case_openings(
                row.case, cause=features.PLACED, by=by, unit=row.meeting.unit, roles=SIGNERS
            )
        else:
            kind = features.PKU_DECIDED
            referral = lock(row.referral)
            referral.move(Referral.State.DECIDED)
            take_away(referral, by=by)
        todos.done(features.SIGN_DECISION, about=row, by=by)
        timeline.note(kind, row, by=by)
        data = {"outcome": row.outcome.code, "stands_in": bool(stand_in_reason)}
        journalling.act("pku.pkudecision.signed", row, by=by, data=data)
        write_letters(row, by=by)
    return row


def write_letters(decision: PkuDecision, *, by: User) -> list[Document]:
    """Write to each custody holder; PKU's secretary sends the letters and records each delivery.

    The only address in a letter is that person's own.
    """
    with override(LANGUAGE):
        blocks = _blocks(decision)
        values = {
            "afgoerelse": decision.outcome.name_da,
            "tilbud": str(decision.offer or ""),
            "fra": parts.day(decision.starts_on),
            "ny_afgoerelse_foer": parts.day(decision.ends_on),
            "moededato": parts.day(decision.meeting.held_on),
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
        (gettext("Decision"), decision.outcome.name_da),
        (gettext("Offer"), str(decision.offer or "")),
        (gettext("From"), parts.day(decision.starts_on)),
        (gettext("A new decision is made before"), parts.day(decision.ends_on)),
        (gettext("Contact at the home school"), decision.home_contact),
        (gettext("Decided at the meeting"), parts.day(decision.meeting.held_on)),
    )
    blocks = [parts.facts(gettext("The decision"), decided)]
    if goals := [goal.text for goal in decision.goals.all()]:
        blocks += [
            parts.heading(gettext("Goals for learning and development")),
            parts.listed(goals),
        ]
    reasons = (
        *parts.named(decision, "legal_basis considerations facts"),
        (gettext("Your views, and our answer"), decision.parents_views),
        (gettext("The child's views"), decision.child_views),
    )
    blocks += _paragraphs(*reasons)
    dialogue = (
        (gettext("The district council"), decision.dialogue_council),
        (gettext("The psychologist"), decision.dialogue_psychologist),
        (gettext("The school"), decision.dialogue_school),
    )
    if any(said for _whom, said in dialogue):
        blocks.append(parts.facts(gettext("Whom the committee has talked with"), dialogue))
    if decision.ends_on and decision.offer_id:
        blocks.append(
            parts.text(gettext("The child stays in the offer until a new decision has been made."))
        )
    return blocks + _paragraphs(
        (gettext("Why a status is missing"), decision.no_status_reason),
        (gettext("Signed in the chair's place"), decision.stand_in_reason),
    )


def _paragraphs(*found: tuple[str, str]) -> list[Block]:
    """Return each text under its heading, without those that are empty."""
    return letters.headed((title, said) for title, said in found if said)


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
    if reason := close_reason(row, by):
        sentence = f"{reason} {who_else(row)}"
        raise NotAllowedError(sentence)
    if chairs:
        return ""
    if not stand_in_reason.strip():
        raise DomainError(_("Write why you sign in the chair's place."), field="stand_in_reason")
    return stand_in_reason


def close_reason(row: PkuDecision, user: User) -> Words:
    """Return why this person may not sign it, or nothing."""
    if row.authors.filter(user=user.pk).exists():
        return _("You have prepared or changed the decision yourself.")
    return deciders.too_close(user, row.case, authors=_asked_for_it(row))


def somebody_may(row: PkuDecision, perm: str) -> bool:
    """Tell whether somebody who has not written in it, and is not close, holds the right."""
    wrote = [*row.authors.values_list("user", flat=True), *_asked_for_it(row)]
    return deciders.not_close(who_may(perm, row), row.case, authors=wrote).exists()


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
        not_ahead(day, name)


def _is_private(offer: Institution | None) -> bool:
    return offer is not None and offer.provider == Institution.Provider.PRIVATE


def decision_delivered(public_id: str, *, on: date, by: User) -> None:
    """Let the decision count from its last delivery: the level, the offer, the access.

    Called by cases.services.deliveries through cases.ports.PkuAnswers. Time runs from notification
    (folkeskoleloven § 51).
    """
    decision = PkuDecision.objects.select_for_update(of=("self",)).get(public_id=public_id)
    if decision.state == PkuDecision.State.DELIVERED:
        return
    case = decision.case
    decision.move(PkuDecision.State.DELIVERED, delivered_on=on)
    _note_day("pku.pkudecision.delivered", decision, on, by)
    # A case that was closed meanwhile stays closed; the decision counts all the same.
    if case.is_open:
        cases.move_by_decision(case, decision.outcome.level_after, by=by)
    if not decision.outcome.is_refusal:
        # It takes the place of the leader's decision; after a no that one goes on.
        todos.done(case_features.REVISIT, about=case, by=by)
    if decision.placement is not None:
        _date_end(decision, decision.placement, on, by)
        todos.done(features.REVISIT, features.GIVE_STATUS, about=decision.placement, by=by)
    if decision.offer is not None:
        _place(decision, by)
    elif decision.placement is None:
        _date_reading(decision, on, by)
        if decision.ends_on is not None and not decision.outcome.is_refusal:
            wait_for_new_decision(case, due_on=_work_begins(decision.ends_on))
    if decision.offer is None and (decision.placement or decision.outcome.is_refusal):
        # After a refusal or a return home the team and its leader plan what comes now.
        todos.give(features.AFTER_DECISION, decision, *SCHOOL_TEAM)


def decision_redated(public_id: str, *, on: date, by: User) -> None:
    """Let what is counted from the delivery follow when its day is corrected."""
    decision = PkuDecision.objects.select_for_update(of=("self",)).get(public_id=public_id)
    if decision.delivered_on == on:
        return
    change(decision, delivered_on=on)
    _note_day("pku.pkudecision.redated", decision, on, by)
    if decision.placement is not None:
        _date_end(decision, decision.placement, on, by)
    elif decision.offer is None:
        _date_reading(decision, on, by)


@transaction.atomic
def follow_up(decision: PkuDecision, *, by: User) -> None:
    """Record once that the school has planned what comes after a refusal or a return home.

    Raises:
        NotAllowedError: ``by`` is not of the school.
    """
    row = lock(decision)
    require(by, "write_referral", row, _("The child's team and its leader do this."))
    if todos.done(features.AFTER_DECISION, about=row, by=by):
        journalling.act("pku.pkudecision.followed_up", row, by=by)


def _note_day(action: str, decision: PkuDecision, on: date, by: User) -> None:
    journalling.act(action, decision, by=by, data={"delivered": on.isoformat()})
    timeline.note(features.DECISION_DELIVERED, decision, by=by, on=on)


def _date_end(decision: PkuDecision, placement: Placement, on: date, by: User) -> None:
    """The offer by the earlier decision ends on the first day of the new one, never before.

    Until then the child is there, and the head of the offer keeps the access.
    """
    ended_on = max(on, decision.starts_on or on)
    if placement.ended_on == ended_on:
        return
    change(placement, ended_on=ended_on)
    if decision.offer_id == placement.offer_id:
        return
    case, unit, placed = decision.case, placement.offer.unit, features.PLACED
    if decision.offer_id is None:
        ends = ended_on + timedelta(days=legal.days("pku_access_after_offer_days", ended_on))
        openings.prolong_case_openings(case, cause=placed, closes_on=ends, by=by)
    if placement.is_running:
        last = ended_on - timedelta(days=1)
        openings.prolong_case_openings(case, cause=placed, closes_on=last, by=by, unit=unit)
    else:
        openings.close_case_openings(case, cause=placed, by=by, unit=unit)


def _place(decision: PkuDecision, by: User) -> None:
    case, offer = decision.case, decision.offer
    assert offer is not None  # noqa: S101 - asked by the caller
    assert decision.starts_on is not None  # noqa: S101 - an outcome with an offer has a period
    assert decision.ends_on is not None  # noqa: S101 - and its end
    placement = Placement.objects.create(
        case=case,
        decision=decision,
        offer=offer,
        starts_on=decision.starts_on,
        decide_before=decision.ends_on,
    )
    if decision.placement is None:
        openings.close_case_openings(case, cause=features.REFERRED, by=by)
    committee = decision.meeting.unit
    # Without an end: the child stays until a new decision, and so do those who must make it.
    for unit, role in ((offer.unit, Role.OFFER_HEAD), (committee, Role.PKU_SECRETARY)):
        openings.open_case_to(
            case,
            unit=unit,
            roles=(role,),
            cause=features.PLACED,
            basis=openings.Basis.PLACED,
            closes_on=None,
            by=by,
        )
    due, side, status = _work_begins(decision.ends_on), PlacementStatus.Side, features.GIVE_STATUS
    todos.give(status, placement, Role.OFFER_HEAD, unit=offer.unit, part=side.OFFER, due_on=due)
    todos.give(status, placement, *LEADERS, part=side.HOME, due_on=due)
    todos.give(features.REVISIT, placement, Role.PKU_SECRETARY, unit=committee, due_on=due)
    timeline.note(
        features.OFFER_STARTED, placement, by=by, on=decision.starts_on, detail=str(offer)
    )
    data = {"offer": offer.unit.public_id, "decide_before": str(placement.decide_before)}
    journalling.act("pku.placement.made", placement, by=by, data=data)


def _work_begins(decide_before: date) -> date:
    """Return when the work on a new decision begins, by the rule of the day it must be made."""
    lead = timedelta(days=legal.days("revisit_lead_days", decide_before))
    return calendar.nearest_school_day(decide_before - lead)


def _date_reading(decision: PkuDecision, on: date, by: User) -> None:
    """PKU can read until the time for a complaint has run out; the school goes on."""
    ends = on + timedelta(days=legal.days("pku_access_after_refusal_days", on))
    openings.prolong_case_openings(decision.case, cause=features.REFERRED, closes_on=ends, by=by)


def side_of(placement: Placement, user: User) -> str:
    """Return for which side a person speaks; empty for those who speak for none."""
    if placement.offer.unit_id in scope_of(user).unit_ids(Role.OFFER_HEAD):
        return PlacementStatus.Side.OFFER
    child = placement.case.pupil
    if child is not None and may(user, "revisit_offer", child):
        return PlacementStatus.Side.HOME
    return ""


def give_status(
    placement: Placement,
    *,
    development: str,
    child_perspective: str,
    parents_perspective: str,
    way_home: str,
    goals: Sequence[GoalStatus],  # one for each goal of the decision, not saved
    by: User,
) -> PlacementStatus:
    """Say how the goals are, how the child does, and what the way home takes.

    Raises:
        NotAllowedError: ``by`` is neither.
        DomainError: The offer has ended, or a goal has no result.
    """
    with transaction.atomic():
        row = lock(placement)
        require(by, "revisit_offer", row, _STATUS_GIVERS)
        side = side_of(row, by)
        if not side:
            raise NotAllowedError(_STATUS_GIVERS)
        if row.ended_on is not None:
            raise DomainError(_("A decision has ended this offer."), code="ended")
        wanted = DecisionGoal.objects.filter(decision=row.decision_id).values_list("pk", flat=True)
        if sorted(wanted) != sorted(each.goal_id for each in goals):
            raise DomainError(_("Give a result for each goal."), code="goals")
        status = PlacementStatus.objects.create(
            placement=row,
            side=side,
            development=development,
            child_perspective=child_perspective,
            parents_perspective=parents_perspective,
            way_home=way_home,
            given_by=by,
        )
        for each in goals:
            each.status = status
        GoalStatus.objects.bulk_create(goals)
        todos.done(features.GIVE_STATUS, about=row, part=side, by=by)
        timeline.note(features.OFFER_STATUS, row, by=by, detail=PlacementStatus.Side(side))
        journalling.act("pku.placement.status_given", row, by=by, data={"side": side})
    return status
