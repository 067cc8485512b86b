"""Questions that plans asks of the apps above it; the answer is installed in ``ready()``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol  # Any: models above

from haderslev.core.port import Port

if TYPE_CHECKING:
    from districts.models import LearningCommunity, Pupil
    from haderslev.accounts.models import User

# A plan or a version of one: their models stand above this module.
type Row = Any


@dataclass(frozen=True)
class Idea:
    """What others proposed and the school tries with a version of a plan."""

    words: str
    who: str
    starts_on: date | None


class CaseAnswers(Protocol):
    """What is known where cases are; a module is an answer too."""

    def next_level_url(self, plan: Row, user: User) -> str | None:
        """Return where the next level is proposed for this plan's case, if it has one."""

    def level_of(self, target: Pupil | LearningCommunity) -> str | None:
        """Return the level of the open case of a pupil or a community, if there is one."""

    def pupil_levels_of(self, community: LearningCommunity) -> set[str]:
        """Return the levels of the open cases of a class's pupils of today. One query."""
        ...

    def ideas_of(self, version: Row) -> Sequence[Idea]:
        """Return the ideas that this version was begun in order to try. One query."""
        ...


cases: Port[CaseAnswers] = Port("plans.ports.CaseAnswers")
