"""Questions that cases asks of the apps above it."""

from collections.abc import Collection
from typing import Protocol

from cases.facts import PkuFacts


class PkuDesk(Protocol):
    """The last stage, as the gates see it."""

    def facts_for(self, case_ids: Collection[int]) -> dict[int, PkuFacts]:
        """Return what PPV and referral say of each case. Constant number of queries."""
        ...


_desk: list[PkuDesk] = []


def install_desk(answer: PkuDesk) -> None:
    """Install the one answer; called by pku.apps, or a fake in tests."""
    _desk[:] = [answer]


def desk() -> PkuDesk:
    """Return the installed answer."""
    return _desk[0]


def is_installed() -> bool:
    """Tell whether somebody answers; see cases.checks."""
    return bool(_desk)
