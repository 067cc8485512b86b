"""Questions that plans asks of the apps above it; they install the answers in ``ready()``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from haderslev.accounts.models import User

# A pupil, a community, a plan or a version: their models stand above this module.
type Row = Any


@dataclass(frozen=True)
class Idea:
    """What others proposed and the school tries with a version of a plan."""

    words: str
    who: str
    starts_on: date | None


# Address of the page that proposes the next level for the plan's case; none without a case.
type NextLevel = Callable[[Row, User], str | None]
# Level of the open case of a pupil or a community; none without an open case.
type CaseLevel = Callable[[Row], str | None]
# Levels of the open cases of a class's pupils of today, without saying whose.
type PupilLevels = Callable[[Row], set[str]]
# Ideas that a version of a plan was begun in order to try.
type Ideas = Callable[[Row], Sequence[Idea]]

_next_level: list[NextLevel] = []
_case_level: list[CaseLevel] = []
_pupil_levels: list[PupilLevels] = []
_ideas: list[Ideas] = []


def install_next_level(answer: NextLevel) -> None:
    """Install ``function(plan, user) -> url or None``; called by cases.apps."""
    _next_level[:] = [answer]


def install_case_level(answer: CaseLevel) -> None:
    """Install ``function(pupil or community) -> level code or None``; called by cases.apps."""
    _case_level[:] = [answer]


def install_pupil_levels(answer: PupilLevels) -> None:
    """Install ``function(community) -> level codes``; called by cases.apps."""
    _pupil_levels[:] = [answer]


def install_ideas(answer: Ideas) -> None:
    """Install ``function(version) -> ideas``; called by cases.apps."""
    _ideas[:] = [answer]


def next_level_url(plan: Row, user: User) -> str | None:
    """Return where the next level is proposed for this plan's case, if it has one."""
    return _next_level[0](plan, user)


def level_of(target: Row) -> str | None:
    """Return the level of the open case of a pupil or a community, if there is one."""
    return _case_level[0](target)


def pupil_levels_of(community: Row) -> set[str]:
    """Return the levels of the open cases of a class's pupils of today. One query."""
    return _pupil_levels[0](community)


def ideas_of(version: Row) -> Sequence[Idea]:
    """Return the ideas that this version was begun in order to try. One query."""
    return _ideas[0](version)


def missing() -> list[str]:
    """Return the names of the questions nobody answers; see plans.checks."""
    asked = {
        "NextLevel": _next_level,
        "CaseLevel": _case_level,
        "PupilLevels": _pupil_levels,
        "Ideas": _ideas,
    }
    return [name for name, answer in asked.items() if not answer]
