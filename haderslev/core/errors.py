"""What can go wrong in a service, in words for the person who asked."""

from collections.abc import Mapping, Sequence
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


class ConflictError(DomainError):
    """Somebody else was first. ``mine`` and ``theirs`` are field → text, both kept.

    With ``revision``, the newest, "Use mine" overwrites; the page compares all fields of its forms.
    """

    status = 409

    def __init__(
        self,
        message: Words,
        *,
        mine: Mapping[str, str] | None = None,
        theirs: Mapping[str, str] | None = None,
        revision: int | None = None,
    ) -> None:
        super().__init__(message, code="conflict")
        self.mine = dict(mine or {})
        self.theirs = dict(theirs or {})
        self.revision = revision
