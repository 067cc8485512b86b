"""Questions that cases asks of the apps above it."""

from collections.abc import Callable, Collection
from typing import Any, Protocol

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


# Asked about a case, answers with a sentence: both are Django's, which ports do not know.
type ClosingCheck = Callable[[Any], Any]

_closing_checks: list[ClosingCheck] = []


def install_closing_check(check: ClosingCheck) -> None:
    """Add a sentence that says why a case can not be closed now, empty if it can."""
    if check not in _closing_checks:
        _closing_checks.append(check)


def why_not_closed(case: Any) -> Any:
    """Return the first sentence against closing the case, empty if there is none."""
    return next((words for check in _closing_checks if (words := check(case))), "")


def is_installed() -> bool:
    """Tell whether somebody answers; see cases.checks."""
    return bool(_desk)
