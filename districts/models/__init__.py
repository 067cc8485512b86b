"""Models of the municipality, by noun."""

from districts.models.communities import LearningCommunity, TeamCommunity
from districts.models.grants import (
    CommunityGroupPermission,
    CommunityUserPermission,
    Opening,
    PupilGroupPermission,
    PupilUserPermission,
    UnitGroupPermission,
)
from districts.models.pupils import CustodyHolder, Enrolment, Pupil
from districts.models.timeline import TimelineEntry
from districts.models.todos import Todo
from districts.models.units import CouncilMeeting, Institution, School, Unit, UnitRole
