"""Models of the pedagogical cycle, by noun."""

from plans.models.evaluations import Evaluation, GoalResult, InterventionEffect
from plans.models.guidance import Guidance, GuidanceAgreement, SharingBasis
from plans.models.meetings import Meeting, MeetingAnswer, MeetingParticipant
from plans.models.observations import Observation, ObservationVersion
from plans.models.plans import (
    Goal,
    Intervention,
    Level,
    ParentPerspective,
    Plan,
    PlanAction,
    PlanVersion,
    Sign,
    Voice,
)
