"""Questions that core asks of the apps above it; they install the answers in ``ready()``."""

from collections.abc import Sequence
from typing import Any, Protocol


class Rights(Protocol):
    """What a person may do, as the floors above know it."""

    def holds(self, user: Any, perm: str) -> bool:
        """Tell whether the person holds ``perm`` at any unit or by any opening. Cached."""
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
