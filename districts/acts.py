"""An act, declared beside its service: who may do it, and what it leaves behind.

::

    @act(
        "cases.proposal.withdrawn",
        right="propose_level",
        ends=(features.DECIDE_LEVEL, features.ANSWER_QUESTION),
        notes=features.LEVEL_WITHDRAWN,
    )
    def withdraw(row: Proposal, *, by: User) -> Proposal:
        ...

All in one transaction: the first argument is locked and read anew, the right is asked of it and
its to-dos are ended; the service runs; what it returns is noted on the timeline and written in the
journal. Anything else that an act does is in the service; what follows from it, and is noted and
journalled after it, is ``then``.

The page of an act asks the right as well, before it shows the form (``core.pages``).
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate  # Any: rows of any model, see below

from django.db import models, transaction

from districts.kinds import TimelineKind, TodoKind
from districts.services import timeline, todos
from haderslev.core import journalling
from haderslev.core.policy import require
from haderslev.core.rows import lock

# Rows are ``Any`` inside: the type checker knows a service's own types where it is called.
# A permission, or a function that refuses whoever may not: given what the service gets by place.
type Right = str | Callable[..., None]
type Service[Row, **Rest, Made] = Callable[Concatenate[Row, Rest], Made]

# Act → the right that it takes, of every service that declares one.
declared: dict[str, Right] = {}


def act[Row: models.Model, **Rest, Made: Any](
    name: str,  # the act as the journal knows it: ``app.model.past_tense`` of what is returned
    *,
    right: Right = "",  # of a permission, its ``Right`` has the sentence of the refusal
    # Column of the row on which the permission is held, if that is not the row itself.
    of: str = "",
    ends: Iterable[TodoKind] = (),  # to-dos about the row that are done with the act
    notes: TimelineKind | None = None,  # what the timeline says
    on: str = "",  # column with the day on which it happened; today without one
    # Makes the detail of the timeline from what is returned.
    detail: Callable[[Any], timeline.Detail] = lambda _made: "",
    # Columns of what is returned that the journal keeps: codes and numbers, never content.
    data: Iterable[str] = (),
    # What follows from it, given what is returned and who did it: noted and journalled after it.
    then: Callable[[Any, Any], object] | None = None,
) -> Callable[[Service[Row, Rest, Made]], Service[Row, Rest, Made]]:
    """Return the decorator of a service that acts on its first argument; ``by`` says who acts."""
    declared[name] = right

    def ask(row: Any, *args: object, by: Any) -> None:
        if callable(right):
            right(row, *args, by=by)
        elif right:
            require(by, right, getattr(row, of) if of else row)

    def decorator(service: Service[Row, Rest, Made]) -> Service[Row, Rest, Made]:
        @wraps(service)
        def done(row: Row, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Made:
            by: Any = kwargs["by"]
            with transaction.atomic():
                locked: Any = lock(row)
                ask(locked, *args, by=by)
                if ends:
                    todos.done(*ends, about=locked, by=by)
                made = service(locked, *args, **kwargs)
                if notes is not None:
                    day = getattr(made, on) if on else None
                    timeline.note(notes, made, by=by, on=day, detail=detail(made))
                kept = {column: getattr(made, column) for column in data}
                journalling.act(name, made, by=by, data=kept or None)
                if then is not None:
                    then(made, by)
            return made

        done.ask = ask  # type: ignore[attr-defined]  # functions take attributes
        return done

    return decorator
