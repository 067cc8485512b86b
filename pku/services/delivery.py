"""What a decision does when it has reached the last parent: the level, the offer, the access.

Called by cases.services.deliveries through cases.ports.PkuAnswers.
Sources: folkeskoleloven § 51 (time runs from notification); H-PLC-1, H-PLC-2, H-PLC-3.
"""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from cases import features as case_features
from cases.services import levels, openings
from cases.services.decisions import wait_for_new_decision
from districts.permissions import LEADERS, SCHOOL_TEAM, Cause, Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import calendar, journalling, legal
from haderslev.core.policy import require
from haderslev.core.rows import change
from pku import features
from pku.models import PkuDecision, Placement, PlacementStatus


def decision_delivered(public_id: str, *, on: date, by: User) -> None:
    """Let the decision count from its last delivery."""
    decision = PkuDecision.objects.select_for_update(of=("self",)).get(public_id=public_id)
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
    require(by, "write_referral", decision, _("The child's team and its leader do this."))
    todos.done(features.AFTER_DECISION, about=decision, by=by)
    journalling.act("pku.pkudecision.followed_up", decision, by=by)


def _write_day(action: str, decision: PkuDecision, on: date, by: User) -> None:
    change(decision, delivered_on=on)
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
    committee = decision.meeting.unit
    # Without an end: the child stays until a new decision, and so do those who must make it.
    for unit, role in ((offer.unit, Role.OFFER_HEAD), (committee, Role.PKU_SECRETARY)):
        openings.open_case_to(
            case,
            unit=unit,
            roles=(role,),
            cause=Cause.PLACED,
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
    ends = on + timedelta(days=legal.days("pku_access_after_refusal_days"))
    openings.prolong_case_openings(decision.case, cause=Cause.REFERRED, closes_on=ends, by=by)
