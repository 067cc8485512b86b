"""Models of PPV, referral, decision and offer, by noun."""

from pku.models.decisions import DecisionAuthor, DecisionConsent, DecisionGoal, PkuDecision
from pku.models.meetings import PkuMeeting
from pku.models.placements import GoalStatus, Placement, PlacementStatus
from pku.models.ppv import ParentAsk, PPVDispatch, PPVGivenBack, PPVReport, PPVRequest
from pku.models.received import ReceivedRequest
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
    "DecisionAuthor",
    "DecisionConsent",
    "DecisionGoal",
    "GoalStatus",
    "PPVDispatch",
    "PPVGivenBack",
    "PPVReport",
    "PPVRequest",
    "ParentAsk",
    "ParentView",
    "PkuDecision",
    "PkuMeeting",
    "Placement",
    "PlacementStatus",
    "ReceivedRequest",
    "Referral",
    "ReferralAnswer",
    "ReferralQuestion",
    "ReferralReturn",
    "ReturnReason",
]
