"""The only clock, for services, journal and defaults alike; a demonstration may move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """Return the current moment, time zone included."""
    return _moved.get() or timezone.now()


def today() -> date:
    """Return today in Danish time."""
    return timezone.localdate(now())


def days_from_now(days: int) -> date:
    """Return the date that many calendar days from today."""
    return today() + timedelta(days=days)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Move the clock inside a block: only in a demonstration or a test, never in real history."""
    if not settings.CLOCK_MOVABLE:
        message = "The clock can only be moved in a demonstration or a test."
        raise RuntimeError(message)
    token = _moved.set(moment)
    try:
        yield
    finally:
        _moved.reset(token)
