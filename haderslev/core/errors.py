"""What may go wrong in a service, in words for the person who asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise

type Words = str | Promise


class DomainError(Exception):
    """The act is not possible now. ``str(error)`` is a sentence for the user."""

    status = 422

    def __init__(self, message: Words, *, code: str = "", field: str = "") -> None:
        """Take the sentence, a code for tests and logs, and the form field it belongs to."""
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field


class NotAllowedError(DomainError):
    """The person sees it but may not do this; the sentence says who can."""

    status = 403


class Unmet(Protocol):
    """What a gate says of one requirement."""

    @property
    def field(self) -> str:
        """The form field it belongs to; empty for none."""


class GateError(DomainError):
    """Requirements are not met; ``unmet`` are the gate results.

    Where only one is not met, it is shown at the field it belongs to.
    """

    def __init__(self, message: Words, *, unmet: Sequence[Unmet]) -> None:
        """Take the sentence and the results that are not met."""
        field = unmet[0].field if len(unmet) == 1 else ""
        super().__init__(message, code="gate-not-met", field=field)
        self.unmet = unmet


@dataclass(frozen=True)
class Difference:
    """What is not one text of the form but differs all the same: a list, answers, a day."""

    label: Words
    mine: str
    theirs: str


class ConflictError(DomainError):
    """Somebody else was first. ``mine`` and ``theirs`` are field → text, both kept.

    ``more`` is what differs beside them. With a revision, "Use mine" overwrites: all that would
    be overwritten must stand in ``theirs`` or ``more``.
    """

    status = 409

    def __init__(
        self,
        message: Words,
        *,
        mine: Mapping[str, str] | None = None,
        theirs: Mapping[str, str] | None = None,
        more: Sequence[Difference] = (),
        revision: int | None = None,
    ) -> None:
        """Take the sentence, both texts and the revision that is newest now."""
        super().__init__(message, code="conflict")
        self.mine = dict(mine or {})
        self.theirs = dict(theirs or {})
        self.more = [each for each in more if each.mine != each.theirs]
        self.revision = revision
