"""Statuses before a revisitation: from the offer and from the home school.

Source: H-PLC-2.
"""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from districts.models import Pupil
from districts.permissions import Role
from districts.scope import scope_of
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import journalling
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.core.policy import require
from haderslev.core.rows import lock
from pku import features
from pku.models import DecisionGoal, GoalStatus, Placement, PlacementStatus

STATUS_GIVERS = _("The head of the offer and the leader of the home school give a status.")


def side_of(placement: Placement, user: User) -> str:
    """Return for which side a person speaks; empty for those who speak for none."""
    if placement.offer.unit_id in scope_of(user).unit_ids(Role.OFFER_HEAD):
        return PlacementStatus.Side.OFFER
    at_home = Pupil.objects.permitted(user, "revisit_offer")
    if at_home.filter(cases=placement.case_id).exists():
        return PlacementStatus.Side.HOME
    return ""


def give_status(
    placement: Placement,
    *,
    development: str,
    child_perspective: str,
    parents_perspective: str,
    way_home: str,
    goals: Mapping[int, tuple[str, str]],
    by: User,
) -> PlacementStatus:
    """Say how the goals are, how the child does, and what the way home takes.

    Args:
        placement: The offer.
        development: Academic, social and personal development.
        child_perspective: What the child says.
        parents_perspective: What the parents say.
        way_home: What the way home takes.
        goals: Each goal of the decision → result and remark.
        by: The head of the offer or the leader of the home school.

    Raises:
        NotAllowedError: ``by`` is neither.
        DomainError: The offer has ended, or a goal has no result.
    """
    with transaction.atomic():
        row = lock(placement)
        require(by, "revisit_offer", row, STATUS_GIVERS)
        side = side_of(row, by)
        if not side:
            raise NotAllowedError(STATUS_GIVERS)
        if row.ended_on is not None:
            raise DomainError(_("A decision has ended this offer."), code="ended")
        wanted = DecisionGoal.objects.filter(decision=row.decision_id)
        if set(wanted.values_list("pk", flat=True)) != set(goals):
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
        GoalStatus.objects.bulk_create(
            GoalStatus(status=status, goal_id=pk, result=result, remark=remark)
            for pk, (result, remark) in goals.items()
        )
        todos.done(features.GIVE_STATUS, about=row, part=side, by=by)
        timeline.note(features.OFFER_STATUS, row, by=by, detail=PlacementStatus.Side(side))
        journalling.act("pku.placement.status_given", row, by=by, data={"side": side})
    return status
