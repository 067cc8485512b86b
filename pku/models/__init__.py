"""Models of PPV, referral, decision and offer, by noun."""

from pku.models.decisions import DecisionGoal, PkuDecision
from pku.models.meetings import PkuMeeting
from pku.models.placements import GoalStatus, Placement, PlacementStatus
from pku.models.ppv import ParentAsk, PPVDispatch, PPVReport, PPVRequest
from pku.models.referrals import (
    Addendum,
    ParentView,
    Referral,
    ReferralAnswer,
    ReferralQuestion,
    ReferralReturn,
    ReturnReason,
)

__all__ = [
    "Addendum",
    "DecisionGoal",
    "GoalStatus",
    "PPVDispatch",
    "PPVReport",
    "PPVRequest",
    "ParentAsk",
    "ParentView",
    "PkuDecision",
    "PkuMeeting",
    "Placement",
    "PlacementStatus",
    "Referral",
    "ReferralAnswer",
    "ReferralQuestion",
    "ReferralReturn",
    "ReturnReason",
]
