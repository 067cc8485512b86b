"""The evidence of a case, collected for the gates. Constant number of queries for many cases."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from cases import ports
from cases.facts import CaseFacts, DecisionFacts, HearingFacts, PkuFacts
from cases.models import (
    Case,
    CaseInformed,
    CouncilItem,
    Hearing,
    HearingParty,
    Proposal,
    SupportDecision,
)
from cases.selectors.exceptions import Exceptions, exceptions_of
from districts.models import CustodyHolder, Enrolment
from haderslev.core import legal
from haderslev.core.identity import Reference
from plans.facts import Evidence, PlanFacts
from plans.selectors import plan_facts


def case_facts(case: Case) -> CaseFacts:
    """Return what the gates may know of one case."""
    return facts_of([case])[case.pk]


def facts_of(cases: Sequence[Case]) -> dict[int, CaseFacts]:
    """Return the facts of each case, by its id."""
    found = _collect(cases)
    return {case.pk: _assemble(case, found) for case in cases}


@dataclass
class _Collected:
    """Everything read, by the id of its case or pupil."""

    holders: dict[int, set[int]]
    informed: dict[int, set[int]]
    community_of: dict[int, int]
    of_pupils: dict[int, PlanFacts]
    of_communities: dict[int, PlanFacts]
    proposals: dict[int, Proposal]
    hearings: dict[int, Hearing]
    parties: dict[int, set[int]]
    decisions: dict[int, SupportDecision]
    council: dict[int, CouncilItem]
    pku: dict[int, PkuFacts]
    ppv_required: bool
    exceptions: dict[int, Exceptions] = field(default_factory=dict)


def _collect(cases: Sequence[Case]) -> _Collected:
    """Read everything of some cases; where the newest row counts, it comes last."""
    ids = [case.pk for case in cases]
    pupils = [case.pupil_id for case in cases if case.pupil_id]
    enrolled = Enrolment.objects.active().filter(pupil__in=pupils)
    community_of = dict(enrolled.values_list("pupil_id", "community_id"))
    communities = {case.community_id for case in cases if case.community_id}
    communities |= set(community_of.values())
    of_pupils, of_communities = plan_facts(pupil_ids=pupils, community_ids=communities)
    custody = CustodyHolder.objects.current().filter(pupil__in=pupils)
    informed = CaseInformed.objects.filter(case__in=ids)
    proposals = Proposal.objects.filter(case__in=ids, target=Proposal.Target.ANTICIPATORY)
    proposals = proposals.exclude(state=Proposal.State.WITHDRAWN)
    hearings = Hearing.objects.filter(case__in=ids).exclude(state=Hearing.State.DROPPED)
    # A closed hearing stands, whatever new draft has been begun since.
    heard = _newest(hearings.order_by(F("closed_on").asc(nulls_first=True), "pk"))
    parties = HearingParty.objects.filter(hearing__in=heard.values())
    decisions = SupportDecision.objects.filter(case__in=ids).select_related("outcome")
    council = CouncilItem.objects.filter(case__in=ids, state=CouncilItem.State.ADVISED)
    return _Collected(
        holders=_sets(custody.values_list("pupil_id", "pk")),
        informed=_sets(informed.values_list("case_id", "custody_holder_id")),
        community_of=community_of,
        of_pupils=of_pupils,
        of_communities=of_communities,
        proposals=_newest(proposals.order_by("proposed_at", "pk")),
        hearings=heard,
        parties=_sets(parties.values_list("hearing_id", "custody_holder_id")),
        decisions=_newest(decisions.order_by("signed_at", "pk")),
        council=_newest(council.order_by("advised_on", "pk")),
        pku=ports.pku().facts_for(ids),
        ppv_required=legal.is_on("ppv_required"),
        exceptions=exceptions_of(ids),
    )


class _OfCase(Protocol):
    @property
    def case_id(self) -> int: ...


def _sets(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return found


def _newest[Row: _OfCase](rows: Iterable[Row]) -> dict[int, Row]:
    return {row.case_id: row for row in rows}


def _assemble(case: Case, found: _Collected) -> CaseFacts:
    if case.pupil_id:
        plans = found.of_pupils.get(case.pupil_id, PlanFacts())
        around = found.of_communities.get(found.community_of.get(case.pupil_id, 0), PlanFacts())
        home = case.pupil is not None and case.pupil.home_municipality == settings.MUNICIPALITY_NAME
    else:
        plans = found.of_communities.get(case.community_id or 0, PlanFacts())
        around, home = PlanFacts(), True
    proposal = found.proposals.get(case.pk)
    exceptions = found.exceptions.get(case.pk, Exceptions({}, {}))
    return CaseFacts(
        of_pupil=case.pupil_id is not None,
        level=case.level,
        entry_ground=case.entry_ground,
        entry_document=Evidence(case.entry_document, case.opened_on)
        if case.entry_document
        else None,
        holders=frozenset(found.holders.get(case.pupil_id or 0, ())),
        informed=frozenset(found.informed.get(case.pk, ())),
        plans=plans,
        community_plans=around,
        proposal=_proposal(proposal),
        proposal_told=bool(proposal and proposal.parents_words and proposal.child_words),
        home_is_own=home,
        hearing=_hearing(found.hearings.get(case.pk), found.parties),
        decision=_decision(found.decisions.get(case.pk)),
        council=_council(found.council.get(case.pk)),
        pku=found.pku.get(case.pk, PkuFacts()),
        exceptions=exceptions.counting,
        ended_exceptions=exceptions.ended,
        ppv_required=found.ppv_required,
    )


def _proposal(row: Proposal | None) -> Evidence | None:
    if row is None:
        return None
    return Evidence(_("Proposal"), row.proposed_at.date(), Reference.to(row))


def _hearing(row: Hearing | None, parties: dict[int, set[int]]) -> HearingFacts:
    if row is None:
        return HearingFacts()
    evidence = Evidence(_("Hearing"), row.closed_on or row.sent_on, Reference.to(row))
    return HearingFacts(row.state, evidence, frozenset(parties.get(row.pk, ())))


def _decision(row: SupportDecision | None) -> DecisionFacts | None:
    if row is None:
        return None
    evidence = Evidence(str(row.outcome), row.signed_on, Reference.to(row))
    return DecisionFacts(row.outcome.code, evidence, bool(row.no_hearing_reason))


def _council(row: CouncilItem | None) -> Evidence | None:
    if row is None:
        return None
    return Evidence(_("Sparring"), row.advised_on, Reference.to(row))
