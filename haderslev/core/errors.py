"""What can go wrong in a service, in words for the person who asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise

type Words = str | Promise


class DomainError(Exception):
    """The act is not possible now. ``str(error)`` is a sentence for the user.

    ``code`` is for tests and logs, ``field`` the form field it belongs to.
    """

    status = 422

    def __init__(self, message: Words, *, code: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field


class NotAllowedError(DomainError):
    """The person may see it but not do this; the sentence says who can."""

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
        field = unmet[0].field if len(unmet) == 1 else ""
        super().__init__(message, code="gate-not-met", field=field)
        self.unmet = unmet


@dataclass(frozen=True)
class Difference:
    """A difference outside the form's text fields: a list, answers, a date."""

    label: Words
    mine: str
    theirs: str


class ConflictError(DomainError):
    """Somebody else was first. ``mine`` and ``theirs`` are field → text, both kept.

    ``more`` is what differs beside them. With ``revision``, the newest, "Use mine" overwrites: all
    that would be overwritten must stand in ``theirs`` or ``more``.
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
        super().__init__(message, code="conflict")
        self.mine = dict(mine or {})
        self.theirs = dict(theirs or {})
        self.more = [each for each in more if each.mine != each.theirs]
        self.revision = revision
