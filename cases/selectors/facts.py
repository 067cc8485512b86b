"""The evidence of a case, collected for the gates. Constant number of queries for many cases."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from cases import ports
from cases.facts import CaseFacts, DecisionFacts, ExceptionFact, HearingFacts, PkuFacts
from cases.gates import STEP_OF
from cases.models import (
    Case,
    CaseInformed,
    CouncilItem,
    Document,
    Hearing,
    HearingParty,
    Proposal,
    RequirementException,
    SupportDecision,
)
from districts.models import CustodyHolder, Enrolment
from haderslev.core import clock, legal
from haderslev.core.identity import Reference
from plans.facts import Evidence, PlanFacts
from plans.selectors import plan_facts

# What a step leads to; when this is made, the step is decided.
_DECIDED_BY: Mapping[str, tuple[str, ...]] = {
    Document.Kind.PPV_REPORT: ("G3",),
    Document.Kind.PKU_DECISION: ("G5", "G6"),
}


def case_facts(case: Case) -> CaseFacts:
    """Return what the gates may know of one case."""
    return facts_of([case])[case.pk]


def facts_of(cases: Sequence[Case]) -> dict[int, CaseFacts]:
    """Return the facts of each case, by its id."""
    ids = [case.pk for case in cases]
    pupils = [case.pupil_id for case in cases if case.pupil_id]
    enrolled = Enrolment.objects.active().filter(pupil__in=pupils)
    class_of = dict(enrolled.values_list("pupil_id", "community_id"))
    communities = {case.community_id for case in cases if case.community_id}
    communities |= set(class_of.values())
    of_pupils, of_communities = plan_facts(pupil_ids=pupils, community_ids=communities)
    custody = CustodyHolder.objects.current().filter(pupil__in=pupils)
    holders = _sets(custody.values_list("pupil_id", "pk"))
    told = CaseInformed.objects.filter(case__in=ids)
    informed = _sets(told.values_list("case_id", "custody_holder_id"))
    proposals, hearings, decisions = _proposals(ids), _hearings(ids), _decisions(ids)
    council, pku = _council(ids), ports.pku().facts_for(ids)
    counting, ended = exceptions_of(ids)
    ppv_required = legal.is_on("ppv_required")
    found = {}
    for case in cases:
        own = of_communities.get(case.community_id or 0, PlanFacts())
        around, home = PlanFacts(), True
        if case.pupil is not None:
            own = of_pupils.get(case.pupil.pk, PlanFacts())
            around = of_communities.get(class_of.get(case.pupil.pk, 0), PlanFacts())
            home = case.pupil.home_municipality == settings.MUNICIPALITY_NAME
        document = case.entry_document
        proposal, proposal_has_words = proposals.get(case.pk, (None, False))
        found[case.pk] = CaseFacts(
            of_pupil=case.pupil_id is not None,
            level=case.level,
            entry_ground=case.entry_ground,
            entry_document=Evidence(document, case.opened_on) if document else None,
            holders=frozenset(holders[case.pupil_id or 0]),
            informed=frozenset(informed[case.pk]),
            plans=own,
            community_plans=around,
            proposal=proposal,
            proposal_has_words=proposal_has_words,
            home_is_own=home,
            hearing=hearings.get(case.pk, HearingFacts()),
            decision=decisions.get(case.pk),
            council=council.get(case.pk),
            pku=pku.get(case.pk, PkuFacts()),
            exceptions=counting[case.pk],
            ended_exceptions=ended[case.pk],
            ppv_required=ppv_required,
        )
    return found


def _sets(pairs: Iterable[tuple[int, int]]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return found


# Of each case the newest record counts: it comes last, and takes the place of those before.


def _proposals(ids: Collection[int]) -> dict[int, tuple[Evidence, bool]]:
    """Return the proposal of level 2, and whether it tells what parents and child have said."""
    rows = Proposal.objects.filter(case__in=ids, target=Proposal.Target.ANTICIPATORY)
    rows = rows.exclude(state=Proposal.State.WITHDRAWN).order_by("proposed_at", "pk")
    return {
        row.case_id: (
            Evidence(_("Proposal"), row.proposed_at.date(), Reference.to(row)),
            bool(row.parents_words and row.child_words),
        )
        for row in rows
    }


def _hearings(ids: Collection[int]) -> dict[int, HearingFacts]:
    """Return the hearing; a closed one stands, whatever new draft has been begun since."""
    rows = Hearing.objects.filter(case__in=ids).exclude(state=Hearing.State.DROPPED)
    rows = rows.order_by(F("closed_on").asc(nulls_first=True), "pk")
    newest = {row.case_id: row for row in rows}
    heard = HearingParty.objects.filter(hearing__in=newest.values())
    parties = _sets(heard.values_list("hearing_id", "custody_holder_id"))
    return {
        case: HearingFacts(
            row.state,
            Evidence(_("Hearing"), row.closed_on or row.sent_on, Reference.to(row)),
            frozenset(parties[row.pk]),
        )
        for case, row in newest.items()
    }


def _decisions(ids: Collection[int]) -> dict[int, DecisionFacts]:
    rows = SupportDecision.objects.filter(case__in=ids).select_related("outcome")
    return {
        row.case_id: DecisionFacts(
            row.outcome.code,
            Evidence(str(row.outcome), row.signed_on, Reference.to(row)),
            bool(row.no_hearing_reason),
        )
        for row in rows.order_by("signed_at", "pk")
    }


def _council(ids: Collection[int]) -> dict[int, Evidence]:
    rows = CouncilItem.objects.filter(case__in=ids, state=CouncilItem.State.ADVISED)
    return {
        row.case_id: Evidence(_("Sparring"), row.advised_on, Reference.to(row))
        for row in rows.order_by("advised_on", "pk")
    }


def exceptions_of(
    ids: Collection[int],
) -> tuple[Mapping[int, dict[str, ExceptionFact]], Mapping[int, dict[str, str]]]:
    """Return the exceptions that count, and why the others do not, by case and code.

    They count until their step is decided; an urgent one until its reason is late. Four queries
    at most.
    """
    rows = RequirementException.objects.filter(case__in=ids, withdrawn_at=None, ended_at=None)
    rows = rows.select_related("made_by").order_by("made_at")
    decided = _decided({row.case_id for row in rows})
    counting: dict[int, dict[str, ExceptionFact]] = defaultdict(dict)
    ended: dict[int, dict[str, str]] = defaultdict(dict)
    for row in rows:
        at = decided.get((row.case_id, STEP_OF.get(row.code, "")))
        waits = row.complete_by if not row.reason else None
        if at is not None and row.made_at <= at:
            ended[row.case_id][row.code] = "step_decided"
        elif waits is not None and waits < clock.today():
            ended[row.case_id][row.code] = "not_completed"
        else:
            counting[row.case_id][row.code] = ExceptionFact(
                reason=row.reason or row.sentence,
                by=str(row.made_by),
                urgent_until=waits.isoformat() if waits is not None else "",
            )
    return counting, ended


def _decided(ids: Collection[int]) -> dict[tuple[int, str], datetime]:
    """Return when each step was decided last: by an approval, sparring, or a frozen paper."""
    approved = Proposal.objects.filter(
        case__in=ids, target=Proposal.Target.ANTICIPATORY, state=Proposal.State.APPROVED
    )
    advised = CouncilItem.objects.filter(case__in=ids, state=CouncilItem.State.ADVISED)
    made = Document.objects.filter(case__in=ids, kind__in=list(_DECIDED_BY))
    rows: list[tuple[int, datetime | None, str]] = [
        *((case, at, "G2") for case, at in approved.values_list("case_id", "decided_at")),
        *((case, at, "G4") for case, at in advised.values_list("case_id", "put_at")),
        *(
            (case, at, step)
            for case, at, kind in made.values_list("case_id", "made_at", "kind")
            for step in _DECIDED_BY[kind]
        ),
    ]
    found: dict[tuple[int, str], datetime] = {}
    for case, at, step in rows:
        # What is approved has its time, by a constraint of the table.
        if at is not None:
            found[case, step] = max(at, found.get((case, step), at))
    return found
