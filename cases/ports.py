"""What cases asks of pku, and what it lets pku know; pku.apps installs the answer.

Like gates and facts it knows no models, so cases, people and sentences are ``Any`` here.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Protocol  # Any: models and people, which it does not know

from cases.facts import PkuFacts
from haderslev.core.port import Port


class PkuAnswers(Protocol):
    """The last stage, as the gates see it."""

    def facts_for(self, case_ids: Collection[int]) -> dict[int, PkuFacts]:
        """Return what PPV and referral say of each case. Constant number of queries."""
        ...

    def why_not_closed(self, case: Any) -> Any:
        """Return the sentence against closing the case now, empty if there is none."""
        ...

    def decision_delivered(self, public_id: str, *, on: date, by: Any) -> None:
        """Put a decision of PKU into effect: its last letter arrived on that day."""
        ...

    def decision_redated(self, public_id: str, *, on: date, by: Any) -> None:
        """Recalculate the periods that run from the last delivery: its day was corrected."""
        ...

    def wait_for_referral(self, case_id: int) -> None:
        """Ask for the referral to be written: the school leader has referred the pupil."""
        ...


pku: Port[PkuAnswers] = Port("cases.ports.PkuAnswers")
