"""Which exceptions count: those of the step that is not decided yet; urgent ones for a time."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

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


@dataclass
class Exceptions:
    """The exceptions of one case by code: those that count, and why the others do not."""

    counting: dict[str, ExceptionFact]
    ended: dict[str, str]


def exceptions_of(case_ids: Collection[int]) -> dict[int, Exceptions]:
    """Return the exceptions of each case that has some, by its id. Four queries at most."""
    rows = RequirementException.objects.filter(case__in=case_ids, withdrawn_at=None, ended_at=None)
    rows = rows.select_related("made_by").order_by("made_at")
    decided = _decided({row.case_id for row in rows})
    found: dict[int, Exceptions] = defaultdict(lambda: Exceptions({}, {}))
    for row in rows:
        why = why_ended(row, decided)
        if why:
            found[row.case_id].ended[row.code] = why
        else:
            found[row.case_id].counting[row.code] = _fact(row)
    return found


def _decided(case_ids: Collection[int]) -> Decided:
    """Return when each step was decided last: by an approval, sparring, or a frozen paper."""
    approved = Proposal.objects.filter(
        case__in=case_ids, target=Proposal.Target.ANTICIPATORY, state=Proposal.State.APPROVED
    )
    advised = CouncilItem.objects.filter(case__in=case_ids, state=CouncilItem.State.ADVISED)
    made = Document.objects.filter(case__in=case_ids, kind__in=list(_DECIDED_BY))
    rows: list[tuple[int, datetime | None, str]] = [
        *((case, at, "G2") for case, at in approved.values_list("case_id", "decided_at")),
        *((case, at, "G4") for case, at in advised.values_list("case_id", "put_at")),
        *(
            (case, at, step)
            for case, at, kind in made.values_list("case_id", "made_at", "kind")
            for step in _DECIDED_BY[kind]
        ),
    ]
    found: Decided = {}
    for case, at, step in rows:
        # What is approved has its time, by a constraint of the table.
        if at is not None:
            found[case, step] = max(at, found.get((case, step), at))
    return found


def why_ended(row: RequirementException, decided: Decided) -> str:
    """Return why an exception counts no more, or nothing."""
    at = decided.get((row.case_id, STEP_OF.get(row.code, "")))
    if at is not None and row.made_at <= at:
        return STEP_DECIDED
    late = row.complete_by is not None and row.complete_by < clock.today()
    return NOT_COMPLETED if late and not row.reason else ""


def _fact(row: RequirementException) -> ExceptionFact:
    urgent = "" if row.reason or row.complete_by is None else row.complete_by.isoformat()
    return ExceptionFact(
        reason=row.reason or row.sentence, by=str(row.made_by), urgent_until=urgent
    )
