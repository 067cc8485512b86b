"""Which exceptions count: those of the step that is not decided yet; urgent ones for a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import QuerySet

from cases.facts import ExceptionFact
from cases.gates import STEP_OF
from cases.models import CouncilItem, Document, Proposal, RequirementException
from haderslev.core import clock

STEP_DECIDED = "step_decided"
NOT_COMPLETED = "not_completed"
# What a step leads to; when this is made, the step is decided.
_DECIDED_BY: dict[str, tuple[str, ...]] = {
    Document.Kind.PPV_REPORT: ("G3",),
    Document.Kind.PKU_DECISION: ("G5", "G6"),
}

type Decided = dict[tuple[int, str], datetime]


@dataclass(frozen=True)
class ExceptionRows:
    """The exceptions of some cases, and what tells when their steps were decided."""

    exceptions: QuerySet[RequirementException]
    approved: QuerySet[Any, Any]
    advised: QuerySet[Any, Any]
    made: QuerySet[Any, Any]

    @classmethod
    def of(cls, ids: Sequence[int]) -> Self:
        """Return the rows to read: an approval ends G2, sparring G4, frozen papers the rest."""
        exceptions = RequirementException.objects.filter(
            case__in=ids, withdrawn_at=None, ended_at=None
        )
        approved = Proposal.objects.filter(
            case__in=ids, target=Proposal.Target.ANTICIPATORY, state=Proposal.State.APPROVED
        )
        advised = CouncilItem.objects.filter(case__in=ids, state=CouncilItem.State.ADVISED)
        made = Document.objects.filter(case__in=ids, kind__in=list(_DECIDED_BY))
        return cls(
            exceptions=exceptions.select_related("made_by"),
            approved=approved.values_list("case_id", "decided_at"),
            advised=advised.values_list("case_id", "put_at"),
            made=made.values_list("case_id", "made_at", "kind"),
        )

    def decided(self) -> Decided:
        """Return when each step of each case was decided last."""
        rows = [
            *((case, at, "G2") for case, at in self.approved),
            *((case, at, "G4") for case, at in self.advised),
            *((case, at, step) for case, at, kind in self.made for step in _DECIDED_BY[kind]),
        ]
        found: Decided = {}
        for case, at, step in rows:
            found[case, step] = max(at, found.get((case, step), at))
        return found


@dataclass
class Exceptions:
    """The exceptions of one case by code: those that count, and why the others do not."""

    counting: dict[str, ExceptionFact]
    ended: dict[str, str]


def exceptions_of(rows: ExceptionRows) -> dict[int, Exceptions]:
    """Return the exceptions of each case, by its id."""
    decided = rows.decided()
    found: dict[int, Exceptions] = defaultdict(lambda: Exceptions({}, {}))
    for row in _by_age(rows.exceptions):
        why = why_ended(row, decided)
        if why:
            found[row.case_id].ended[row.code] = why
        else:
            found[row.case_id].counting[row.code] = _fact(row)
    return found


def why_ended(row: RequirementException, decided: Decided) -> str:
    """Return why an exception counts no more, or nothing."""
    at = decided.get((row.case_id, STEP_OF.get(row.code, "")))
    if at is not None and row.made_at <= at:
        return STEP_DECIDED
    late = row.complete_by is not None and row.complete_by < clock.today()
    return NOT_COMPLETED if late and not row.reason else ""


def _by_age(rows: Iterable[RequirementException]) -> list[RequirementException]:
    return sorted(rows, key=lambda row: row.made_at)


def _fact(row: RequirementException) -> ExceptionFact:
    urgent = "" if row.reason or row.complete_by is None else row.complete_by.isoformat()
    return ExceptionFact(
        reason=row.reason or row.sentence, by=str(row.made_by), urgent_until=urgent
    )
