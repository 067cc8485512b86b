"""Questions that core asks of the apps above it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from haderslev.core.port import Port

if TYPE_CHECKING:
    from django.contrib.auth.models import _AnyUser as Person
    from django.contrib.auth.models import _User as User
    from django.db.models import QuerySet

    from haderslev.core.errors import Words
    from haderslev.core.policy import Standing, Way


class Rights(Protocol):
    """What a person may do, as the apps above know it."""

    def holds(self, user: Person, perm: str) -> bool:
        """Tell whether the person holds ``perm`` at any unit or by any opening. Cached."""

    def standing(self, user: Person) -> Standing:
        """Return what the person holds today. Cached."""

    def holders(self, ways: Sequence[Way]) -> QuerySet[User]:
        """Return the active people who hold every part of one of these ways. One query."""

    def refusal(self, perm: str) -> Words:
        """Return the sentence for somebody who lacks ``perm``: who has it."""

    def purpose(self, user: Person) -> str:
        """Return the code of the purpose that follows from the person's work."""

    def role_names(self, user: Person) -> Sequence[str]:
        """Return the person's roles with their units, in words."""


rights: Port[Rights] = Port("core.ports.Rights")
