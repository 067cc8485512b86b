"""Which refusals of the database mean that somebody else was first.

A model names, as ``races``, those of its unique and exclusion constraints that two people can run
into who act at the same time. The moves of a state race by themselves: the trigger knows the state
in the database, the person acted on the one that was read. Any other refusal is a fault of ours.
"""

import re
from functools import cache

import pgtrigger
import psycopg
from django.apps import apps
from django.db import DatabaseError

_TRIGGER = re.compile(r"\b(pgtrigger_\w+)\(\)")


def somebody_was_first(error: DatabaseError) -> bool:
    """Tell whether the database refused because another person acted meanwhile."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return False
    raised_by = _TRIGGER.search(cause.diag.context or "")
    refused = cause.diag.constraint_name or (raised_by[1] if raised_by else "")
    return refused in _names()


@cache
def _names() -> frozenset[str]:
    named = {name for model in apps.get_models() for name in getattr(model, "races", ())}
    moves = {
        trigger.get_pgid(model)
        for model, trigger in pgtrigger.registered()
        if isinstance(trigger, pgtrigger.FSM)
    }
    return frozenset(named | moves)
