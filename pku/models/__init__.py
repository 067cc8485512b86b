"""Models of PPV, referral, decision and offer, by noun."""

from pku.models.decisions import (
    DecisionAuthor,
    DecisionConsent,
    DecisionGoal,
    GoalStatus,
    PkuDecision,
    Placement,
    PlacementStatus,
)
from pku.models.ppv import (
    ParentAsk,
    PPVDispatch,
    PPVGivenBack,
    PPVReport,
    PPVRequest,
    ReceivedRequest,
)
from pku.models.referrals import (
    Addendum,
    ParentView,
    PkuMeeting,
    Referral,
    ReferralAnswer,
    ReferralQuestion,
    ReferralReturn,
    ReturnReason,
)
