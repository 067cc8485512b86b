"""A beginning that the tests of a file share: told once, in a transaction around all of them.

A file says ``BEGINS_AFTER = step``, where ``step`` is a function of the cast marked with
``told_once``. Each test then starts where it ended, in a savepoint of its own; calling the step
with nothing but the cast returns what it told. What lies before it can not be told in such a file.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, cast

from django.db import models, transaction
from django.utils import translation

from haderslev.core.request_cache import running
from tests.cast import find_cast
from tests.people import Cast


@dataclass
class _Beginning:
    """What a file's tests begin after."""

    row: models.Model | None = None
    passed: list[str] = field(default_factory=list)


# Of the module: the steps call one another at any depth, where no fixture can hand them the row.
_now = _Beginning()


def told_once[**P, Row: models.Model](step: Callable[P, Row]) -> Callable[P, Row]:
    """Tell a step as one request, unless the file begins after it."""
    name = step.__qualname__

    @wraps(step)
    def tell(*args: P.args, **kwargs: P.kwargs) -> Row:
        told = _now.row
        if told is not None and name in _now.passed and len(args) == 1 and not kwargs:
            assert name == _now.passed[-1], f"This file begins later than {name}."
            rows: models.Manager[Any] = type(told)._default_manager
            return cast("Row", rows.get(pk=told.pk))
        with running():
            row = step(*args, **kwargs)
        if _now.row is None:
            _now.passed.append(name)
        return row

    return tell


@contextmanager
def begin(step: Callable[[Cast], models.Model]) -> Iterator[None]:
    """Tell a step; take everything back at the end."""
    with transaction.atomic():
        _now.passed.clear()
        with translation.override("en"):
            _now.row = step(find_cast())
        try:
            yield
        finally:
            _now.row = None
            transaction.set_rollback(True)
