"""Models of the municipality, by noun."""

from districts.models.communities import LearningCommunity, TeamCommunity
from districts.models.council_meetings import CouncilMeeting
from districts.models.grants import (
    CommunityGroupPermission,
    CommunityUserPermission,
    PupilGroupPermission,
    PupilUserPermission,
    UnitGroupPermission,
)
from districts.models.openings import Opening
from districts.models.pupils import CustodyHolder, Enrolment, Pupil
from districts.models.timeline import TimelineEntry
from districts.models.todos import Todo
from districts.models.units import Institution, School, Unit, UnitRole

__all__ = [
    "CommunityGroupPermission",
    "CommunityUserPermission",
    "CouncilMeeting",
    "CustodyHolder",
    "Enrolment",
    "Institution",
    "LearningCommunity",
    "Opening",
    "Pupil",
    "PupilGroupPermission",
    "PupilUserPermission",
    "School",
    "TeamCommunity",
    "TimelineEntry",
    "Todo",
    "Unit",
    "UnitGroupPermission",
    "UnitRole",
]
