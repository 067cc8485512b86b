"""The only clock. Services, journal and defaults ask it; a demonstration may move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """Return this instant, with its zone."""
    return _moved.get() or timezone.now()


def today() -> date:
    """Return today in Danish time."""
    return timezone.localdate(now())


def days_from_now(days: int) -> date:
    """Return the date that many calendar days from today."""
    return today() + timedelta(days=days)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Move the clock inside a block.

    Raises:
        RuntimeError: Neither a demonstration nor a test: history may not be written.
    """
    if not settings.CLOCK_MOVABLE:
        message = "The clock can only be moved in a demonstration or a test."
        raise RuntimeError(message)
    token = _moved.set(moment)
    try:
        yield
    finally:
        _moved.reset(token)
