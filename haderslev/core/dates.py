"""How dates are written on pages, in lists and in names."""

import datetime

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_lazy

from haderslev.core import clock
from haderslev.core.errors import DomainError


def as_date(value: object) -> datetime.date | None:
    """Return the date of a date or a moment, in the municipality's time zone."""
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, datetime.date) else None


def not_ahead(day: datetime.date | None, field: str = "") -> None:
    """Refuse what is said to have happened on a day that has not come.

    Raises:
        DomainError: For the field of the form, if one is given.
    """
    if day is not None and day > clock.today():
        raise DomainError(gettext_lazy("A day in the future can not be recorded."), field=field)


def short_date(value: object) -> str:
    """Return a date without weekday: "21. nov. 2026", "21 Nov 2026"; empty when there is none."""
    day = as_date(value)
    if day is None:
        return ""
    if (get_language() or "").startswith("en"):
        return f"{day.day} {formats.date_format(day, 'M')} {day.year}"
    # Short names (maj, juni, juli) take no full stop; abbreviated ones do.
    month = formats.date_format(day, "N").rstrip(".")
    full = formats.date_format(day, "F")
    dot = "" if month == full else "."
    return f"{day.day}. {month}{dot} {day.year}"
