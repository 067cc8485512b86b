"""Law as data: numbers with a period of validity and a source."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q, QuerySet

from haderslev.core import clock, request_cache
from haderslev.core.models import DatedRow, LegalValue, TextTemplate


def in_force[Row: DatedRow](rows: QuerySet[Row], on: date | None = None) -> QuerySet[Row]:
    """Return the rows in force on a day, by default today."""
    day = on or clock.today()
    open_ended = Q(valid_until=None) | Q(valid_until__gte=day)
    return rows.filter(open_ended, valid_from__lte=day)


def number(code: str, on: date | None = None) -> Decimal:
    """Return the value in force. One query a request and day, for all of its values.

    Raises:
        ImproperlyConfigured: The reference data has no such value on that day.
    """
    day = on or clock.today()
    value = find(code, day)
    if value is None:
        message = f"No value in force for {code} on {day}; load the reference data."
        raise ImproperlyConfigured(message)
    return value


def find(code: str, on: date) -> Decimal | None:
    """Return the value in force on a day, or None: the day may have been typed by somebody."""

    def values() -> dict[str, Decimal]:
        rows = in_force(LegalValue.objects.all(), on).order_by("valid_from")
        return dict(rows.values_list("code", "value"))

    return request_cache.once(("legal", on), values).get(code)


def days(code: str, on: date | None = None) -> int:
    """Return a number of days in force."""
    return int(number(code, on))


def is_on(code: str, on: date | None = None) -> bool:
    """Tell whether a dated rule counts: its value is not 0."""
    return number(code, on) != 0


def letter_text(code: str, on: date | None = None) -> TextTemplate:
    """Return the letter text in force; ``ImproperlyConfigured`` if there is none on that day."""
    row = in_force(TextTemplate.objects.filter(code=code), on).order_by("-valid_from").first()
    if row is None:
        message = f"No letter text in force for {code}; load the reference data."
        raise ImproperlyConfigured(message)
    return row
