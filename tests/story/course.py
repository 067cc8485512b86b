"""Who the course is about, and the school day it has come to."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from cases.models import Case
from districts.models import CustodyHolder, LearningCommunity, Pupil
from haderslev.core import clock
from plans.models import Plan
from tests.people import Cast

BEGIN = date(2026, 1, 12)


class Course:
    """The child, the people of the cast and the time."""

    def __init__(self, cast: Cast, pupil: Pupil | None = None) -> None:
        """Begin on a Monday in January, with nothing written."""
        self.cast = cast
        self.pupil: Pupil = pupil or cast.child
        self.day = BEGIN
        self.done: list[str] = []
        self.case: Case
        self.plan: Plan
        self.class_plan: Plan

    @property
    def community(self) -> LearningCommunity:
        """Return the child's class."""
        community = self.pupil.community
        assert community is not None
        return community

    @property
    def holders(self) -> list[CustodyHolder]:
        """Return the parents."""
        return list(self.pupil.custody_holders.all())

    def clock(self) -> Any:
        """Return the story's time as a context."""
        noon = datetime.combine(self.day, time(12))
        return clock.at(timezone.make_aware(noon))

    def advance(self, days: int) -> None:
        """Let days pass."""
        self.day += timedelta(days=days)
        while self.day.weekday() >= 5:
            self.day += timedelta(days=1)
