"""School days: not Saturdays, Sundays or holidays."""

from datetime import date, timedelta

from haderslev.core.models import Holiday

_SATURDAY = 5


def school_day_after(day: date, count: int) -> date:
    """Return the ``count``-th school day after ``day``. One query."""
    closed = _closed(day, day + timedelta(days=count * 3 + 60))
    while count > 0:
        day += timedelta(days=1)
        if is_open(day, closed):
            count -= 1
    return day


def nearest_school_day(day: date) -> date:
    """Return ``day``, or the last school day before it. One query."""
    closed = _closed(day - timedelta(days=60), day)
    while not is_open(day, closed):
        day -= timedelta(days=1)
    return day


def _closed(first: date, last: date) -> list[tuple[date, date]]:
    rows = Holiday.objects.filter(first_on__lte=last, last_on__gte=first)
    return list(rows.values_list("first_on", "last_on"))


def is_open(day: date, closed: list[tuple[date, date]]) -> bool:
    """Tell whether a day is a school day; ``closed`` are the first and last days of holidays."""
    return day.weekday() < _SATURDAY and not any(first <= day <= last for first, last in closed)
