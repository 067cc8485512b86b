"""What the gates may know of the pedagogical cycle. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from haderslev.core.identity import Reference


@dataclass(frozen=True)
class Evidence:
    """What shows something: words, date, and the record itself if there is one."""

    label: str
    on: date | None = None
    of: Reference | None = None


@dataclass(frozen=True)
class EvaluationFact:
    """An evaluated version of a plan."""

    level: str
    of_pupil: bool
    conclusion: str
    evidence: Evidence


@dataclass(frozen=True)
class TriedFact:
    """An intervention that was carried out; shown, never counted. ``words`` say it in a line."""

    name: str
    level: str
    of_pupil: bool
    weeks: int
    effect: str
    words: str = ""


@dataclass(frozen=True)
class MeetingFact:
    """A meeting, with the parents who answered each topic."""

    kind: str
    evidence: Evidence
    has_parents_words: bool = False
    has_child_words: bool = False
    # topic → custody holder id → answer
    answers: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class GuidanceFact:
    """An adviser's answer."""

    next_level: str
    sentence: str
    evidence: Evidence


@dataclass(frozen=True)
class PlanFacts:
    """Everything of one pupil or community that the gates ask for."""

    observations: tuple[Evidence, ...] = ()
    meetings: tuple[MeetingFact, ...] = ()
    plans_in_use: tuple[Evidence, ...] = ()
    community_voice: tuple[Evidence, ...] = ()
    evaluations: tuple[EvaluationFact, ...] = ()
    tried: tuple[TriedFact, ...] = ()
    guidance: tuple[GuidanceFact, ...] = ()
