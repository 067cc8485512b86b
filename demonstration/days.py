"""School days before and after today, and moments on them."""

from bisect import bisect_left
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from haderslev.core import clock
from haderslev.core.calendar import is_open
from haderslev.core.models import Holiday

BACK = timedelta(days=3600)
AHEAD = timedelta(days=500)
AUGUST = 8


class SchoolDays:
    """All school days around today. One query."""

    def __init__(self) -> None:
        self.today = clock.today()
        closed = list(Holiday.objects.values_list("first_on", "last_on"))
        first, count = self.today - BACK, (BACK + AHEAD).days
        days = (first + timedelta(days=number) for number in range(count))
        self._days = [day for day in days if is_open(day, closed)]
        self._past = bisect_left(self._days, self.today)

    def ago(self, count: int) -> date:
        """Return the ``count``-th school day before today; 1 is the last one."""
        return self._days[self._past - max(count, 1)]

    def ahead(self, count: int) -> date:
        """Return the ``count``-th school day from today on; 1 may be today."""
        return self._days[self._past + count - 1]

    def after(self, day: date, count: int) -> date:
        """Return the ``count``-th school day after another day."""
        return self._days[bisect_left(self._days, day + timedelta(days=1)) + count - 1]

    def up_to(self, day: date) -> date:
        """Return the day, or the last school day before it."""
        return self._days[bisect_left(self._days, day + timedelta(days=1)) - 1]

    @property
    def year(self) -> int:
        """Return the year in which this school year began."""
        return self.today.year if self.today.month >= AUGUST else self.today.year - 1


def school_days(calendar_days: int) -> int:
    """Return how many school days that is when no holiday lies between.

    The texts count calendar days. Counted so, eight weeks stay eight weeks of school whenever
    the demonstration is loaded, and a holiday only moves the beginning further back.
    """
    return round(calendar_days * 5 / 7)


def moment(day: date, minutes: int) -> datetime:
    """Return an instant in Danish time, so many minutes after midnight."""
    return timezone.make_aware(datetime.combine(day, time(minutes // 60, minutes % 60)))
