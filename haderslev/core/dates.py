"""How a day is written in words, for pages, lists and the names of things."""

import datetime

from django.utils import formats, timezone
from django.utils.translation import get_language


def as_date(value: object) -> datetime.date | None:
    """Return the day of a date or a moment, in the time zone of the municipality."""
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, datetime.date) else None


def short_date(value: object) -> str:
    """Return a date without weekday: "21. nov. 2026", "21 Nov 2026"; empty when there is none."""
    day = as_date(value)
    if day is None:
        return ""
    if (get_language() or "").startswith("en"):
        return f"{day.day} {formats.date_format(day, 'M')} {day.year}"
    # Months of three or four letters carry no full stop (maj, juni, juli), the others do.
    month = formats.date_format(day, "N").rstrip(".")
    full = formats.date_format(day, "F")
    dot = "" if month == full else "."
    return f"{day.day}. {month}{dot} {day.year}"
