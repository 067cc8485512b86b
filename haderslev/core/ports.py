"""Questions that core asks of the apps above it; they install the answers in ``ready()``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from haderslev.core.errors import Words
    from haderslev.core.policy import Standing, Way


class Rights(Protocol):
    """What a person may do, as the floors above know it."""

    def holds(self, user: Any, perm: str) -> bool:
        """Tell whether the person holds ``perm`` at any unit or by any opening. Cached."""
        ...

    def standing(self, user: Any) -> Standing:
        """Return what the person holds today. Cached."""
        ...

    def holders(self, ways: Sequence[Way]) -> QuerySet[Any]:
        """Return the active people who hold all of one of these ways. One query."""
        ...

    def refusal(self, perm: str) -> Words:
        """Return the sentence for who lacks ``perm``: who has it."""
        ...

    def purpose(self, user: Any) -> str:
        """Return the code of the purpose that the person's work relation gives."""
        ...

    def role_names(self, user: Any) -> Sequence[str]:
        """Return the person's roles with their units, in words."""
        ...


_rights: list[Rights] = []


def install_rights(answer: Rights) -> None:
    """Install the one answer; called by districts.apps."""
    _rights[:] = [answer]


def rights() -> Rights:
    """Return the installed answer."""
    return _rights[0]


def is_installed() -> bool:
    """Tell whether somebody answers; see core.checks."""
    return bool(_rights)
