"""What a decision does when it has reached the last parent: the level, the offer, the access.

Called by cases.services.deliveries through cases.ports.PkuAnswers.
Sources: folkeskoleloven § 51 (time runs from notification); H-PLC-1, H-PLC-2, H-PLC-3.
"""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from cases import features as case_features
from cases.services import levels, openings
from cases.services.decisions import wait_for_new_decision
from districts.permissions import Cause, Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import calendar, journalling, legal
from haderslev.core.policy import require
from pku import features
from pku.models import PkuDecision, Placement, PlacementStatus
from pku.services.referrals import LEADERS

FOLLOWERS = (Role.TEACHER, *LEADERS)


def decision_delivered(public_id: str, *, on: date, by: User) -> None:
    """Let the decision count from its last delivery."""
    decision = _locked(public_id)
    if decision.state == PkuDecision.State.DELIVERED:
        return
    case = decision.case
    decision.to_delivered()
    _write_day("pku.pkudecision.delivered", decision, on, by)
    # A case that was closed meanwhile stays closed; the decision counts all the same.
    if case.is_open:
        levels.move_by_decision(case, decision.outcome.level_after, by=by)
    if not decision.outcome.is_refusal:
        # It takes the place of the leader's decision; after a no that one goes on.
        todos.done(case_features.REVISIT, about=case, by=by)
    if decision.placement is not None:
        _end_placement(decision, decision.placement, on, by)
    if decision.offer is not None:
        _place(decision, by)
    elif decision.placement is None:
        _without_offer(decision, on, by)


def decision_redated(public_id: str, *, on: date, by: User) -> None:
    """Let what is counted from the delivery follow when its day is corrected."""
    decision = _locked(public_id)
    if decision.delivered_on == on:
        return
    _write_day("pku.pkudecision.redated", decision, on, by)
    if decision.placement is not None:
        _date_end(decision, decision.placement, on, by)
    elif decision.offer is None:
        _date_reading(decision, on, by)


def follow_up(decision: PkuDecision, *, by: User) -> None:
    """The school has planned what happens after a refusal or a return home.

    Raises:
        NotAllowedError: ``by`` is not of the school.
    """
    require(by, "write_referral", decision.case, _("The child's team and its leader do this."))
    todos.done(features.AFTER_DECISION, about=decision, by=by)
    journalling.act("pku.pkudecision.followed_up", decision, by=by)


def _locked(public_id: str) -> PkuDecision:
    return (
        PkuDecision.objects.select_for_update(of=("self",))
        .select_related("case__pupil", "outcome", "meeting__unit", "offer__unit", "placement")
        .get(public_id=public_id)
    )


def _write_day(action: str, decision: PkuDecision, on: date, by: User) -> None:
    decision.delivered_on = on
    decision.save(update_fields=["state", "delivered_on"])
    data = {"delivered": on.isoformat()}
    journalling.act(action, decision, by=by, data=data)
    timeline.note(features.DECISION_DELIVERED, decision, by=by, on=on)


def _end_placement(decision: PkuDecision, placement: Placement, on: date, by: User) -> None:
    _date_end(decision, placement, on, by)
    todos.done(features.REVISIT, features.GIVE_STATUS, about=placement, by=by)
    if decision.offer_id is None:
        _school_turn(decision)


def _date_end(decision: PkuDecision, placement: Placement, on: date, by: User) -> None:
    """The offer by the earlier decision ends on the first day of the new one, never before.

    Until then the child is there, and the head of the offer keeps the access.
    """
    ended_on = max(on, decision.starts_on or on)
    if placement.ended_on == ended_on:
        return
    placement.ended_on = ended_on
    placement.save(update_fields=["ended_on"])
    if decision.offer_id == placement.offer_id:
        return
    case, unit = decision.case, placement.offer.unit
    if decision.offer_id is None:
        ends = ended_on + timedelta(days=legal.days("pku_access_after_offer_days"))
        openings.prolong_case_openings(case, cause=Cause.PLACED, closes_on=ends, by=by)
    if placement.is_running:
        last = ended_on - timedelta(days=1)
        openings.prolong_case_openings(case, cause=Cause.PLACED, closes_on=last, by=by, unit=unit)
    else:
        openings.close_case_openings(case, cause=Cause.PLACED, by=by, unit=unit)


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
        openings.close_case_openings(case, cause=Cause.REFERRED, by=by)
    # Without an end: the child stays until a new decision, and so do those who must make it.
    basis = openings.Basis.PLACED
    for unit, role in (
        (offer.unit, Role.OFFER_HEAD),
        (decision.meeting.unit, Role.PKU_SECRETARY),
    ):
        openings.open_case_to(
            case, unit=unit, roles=(role,), cause=Cause.PLACED, basis=basis, closes_on=None, by=by
        )
    _wait_for_revisitation(placement, decision)
    timeline.note(
        features.OFFER_STARTED, placement, by=by, on=decision.starts_on, detail=str(offer)
    )
    journalling.act(
        "pku.placement.made",
        placement,
        by=by,
        data={"offer": offer.unit.public_id, "decide_before": str(placement.decide_before)},
    )


def _wait_for_revisitation(placement: Placement, decision: PkuDecision) -> None:
    due = _work_begins(placement.decide_before)
    offer, committee = placement.offer.unit, decision.meeting.unit
    side = PlacementStatus.Side
    status = features.GIVE_STATUS
    todos.give(status, placement, Role.OFFER_HEAD, unit=offer, part=side.OFFER, due_on=due)
    todos.give(status, placement, *LEADERS, part=side.HOME, due_on=due)
    todos.give(features.REVISIT, placement, Role.PKU_SECRETARY, unit=committee, due_on=due)


def _without_offer(decision: PkuDecision, on: date, by: User) -> None:
    _date_reading(decision, on, by)
    if decision.outcome.is_refusal:
        _school_turn(decision)
    elif decision.ends_on is not None:
        wait_for_new_decision(decision.case, due_on=_work_begins(decision.ends_on))


def _work_begins(decide_before: date) -> date:
    """Return when the work on a new decision begins, by the rule of the day it must be made."""
    lead = timedelta(days=legal.days("revisit_lead_days", decide_before))
    return calendar.nearest_school_day(decide_before - lead)


def _date_reading(decision: PkuDecision, on: date, by: User) -> None:
    """PKU can read until the time for a complaint has run out; the school goes on."""
    ends = on + timedelta(days=legal.days("pku_access_after_refusal_days"))
    openings.prolong_case_openings(decision.case, cause=Cause.REFERRED, closes_on=ends, by=by)


def _school_turn(decision: PkuDecision) -> None:
    """After a refusal or a return home the team and its leader plan what comes now."""
    todos.give(features.AFTER_DECISION, decision, *FOLLOWERS)
