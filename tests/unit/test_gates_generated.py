"""What holds of every step of the path, whatever the facts are."""

from dataclasses import fields, replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cases.facts import (
    CaseFacts,
    DecisionFacts,
    ExceptionFact,
    HearingFacts,
    OfferFacts,
    PkuDecisionFacts,
    PkuFacts,
    PpvFacts,
    ReferralFacts,
)
from cases.gates import GATES, Kind, Status, unmet
from cases.rules import TEXTS
from plans.facts import (
    EvaluationFact,
    Evidence,
    GuidanceFact,
    MeetingFact,
    PlanFacts,
    TriedFact,
)

E = Evidence("evidence", date(2026, 9, 1))
MOTHER, FATHER = 1, 2
HOLDERS = frozenset({MOTHER, FATHER})
PUPIL = CaseFacts(of_pupil=True, level="preventive", holders=HOLDERS)
COMMUNITY = CaseFacts(of_pupil=False, level="preventive")


# Properties

evidence = st.just(E)
some = st.lists(evidence, max_size=2).map(tuple)
levels = st.sampled_from(["preventive", "anticipatory"])
answers = st.dictionaries(
    st.sampled_from(["ppv", "council", "pku"]),
    st.dictionaries(st.sampled_from([MOTHER, FATHER]), st.sampled_from(["agrees", "silent"])),
)
meetings = st.builds(
    MeetingFact,
    st.sampled_from(["team", "network"]),
    evidence,
    st.booleans(),
    st.booleans(),
    answers,
)
evaluations = st.builds(
    EvaluationFact, levels, st.booleans(), st.sampled_from(["continue", "next_level"]), evidence
)
plan_facts = st.builds(
    PlanFacts,
    observations=some,
    meetings=st.lists(meetings, max_size=2).map(tuple),
    plans_in_use=some,
    community_voice=some,
    evaluations=st.lists(evaluations, max_size=2).map(tuple),
    tried=st.lists(
        st.builds(
            TriedFact, st.just("x"), levels, st.booleans(), st.just(4), st.sampled_from(["", "y"])
        ),
        max_size=2,
    ).map(tuple),
    guidance=st.lists(
        st.builds(GuidanceFact, st.sampled_from(["yes", "no"]), st.just("x"), evidence), max_size=2
    ).map(tuple),
)
maybe = st.one_of(st.none(), evidence)
CODES = sorted({item.code for gate in GATES.values() for item in gate(PUPIL)} | {"entry_document"})
case_facts = st.builds(
    CaseFacts,
    of_pupil=st.booleans(),
    level=levels,
    entry_ground=st.sampled_from(["", "moved_in", "parents_request"]),
    entry_document=maybe,
    holders=st.just(HOLDERS),
    informed=st.frozensets(st.sampled_from([MOTHER, FATHER])),
    plans=plan_facts,
    community_plans=plan_facts,
    proposal=maybe,
    proposal_has_words=st.booleans(),
    home_is_own=st.booleans(),
    hearing=st.builds(
        HearingFacts,
        st.sampled_from(["", "draft", "sent", "closed"]),
        maybe,
        st.sampled_from([frozenset(), HOLDERS]),
    ),
    decision=st.one_of(
        st.none(),
        st.builds(
            DecisionFacts, st.sampled_from(["refer_to_pku", "refusal"]), evidence, st.booleans()
        ),
    ),
    council=maybe,
    pku=st.builds(
        PkuFacts,
        ppv=st.builds(
            PpvFacts,
            state=st.sampled_from(["", "draft", "reported"]),
            requester=st.sampled_from(["", "school", "parents", "pupil"]),
            consulted=maybe,
            pupil_view=st.booleans(),
            done_so_far=st.booleans(),
            against_reason=st.booleans(),
            sent=maybe,
        ),
        referral=st.builds(
            ReferralFacts,
            state=st.sampled_from(["", "draft", "submitted"]),
            provisional=st.booleans(),
            provisional_reason=st.booleans(),
            private_provider=st.booleans(),
            private_consent=st.booleans(),
            psychologist_recommendation=st.booleans(),
            pupil_view=st.booleans(),
            parent_views=st.frozensets(st.sampled_from([MOTHER, FATHER])),
            answers_missing=st.integers(0, 7),
            checked=maybe,
        ),
        decision=st.builds(
            PkuDecisionFacts,
            state=st.sampled_from(["", "prepared"]),
            written=st.frozensets(st.sampled_from(TEXTS)),
            starts_on=st.sampled_from([None, date(2026, 9, 1)]),
            ends_on=st.sampled_from([None, date(2026, 9, 1), date(2027, 9, 1), date(2028, 9, 1)]),
            longest_days=st.sampled_from([None, 365]),
            needs_period=st.booleans(),
            needs_offer=st.booleans(),
            goals=st.booleans(),
        ),
        offer=st.builds(OfferFacts, there=st.booleans(), status_home=maybe),
    ),
    exceptions=st.dictionaries(st.sampled_from(CODES), st.just(ExceptionFact("why", "who"))),
    ppv_required=st.booleans(),
)
gates = st.sampled_from(sorted(GATES))


@given(case_facts, gates)
def test_nothing_blocks_exactly_when_all_is_met_set_aside_or_not_relevant(facts, gate) -> None:
    found = GATES[gate](facts)
    through = {Status.MET, Status.EXCEPTED, Status.NOT_RELEVANT}
    assert (not unmet(found)) == all(item.status in through for item in found if item.binding)


@given(case_facts, gates)
def test_what_the_law_requires_is_never_set_aside(facts, gate) -> None:
    for item in GATES[gate](facts):
        if item.kind is Kind.LEGAL:
            assert item.status is not Status.EXCEPTED
            assert not item.may_be_excepted


@given(case_facts, gates)
def test_a_step_asks_each_thing_once(facts, gate) -> None:
    codes = [item.code for item in GATES[gate](facts)]
    assert len(codes) == len(set(codes))


@given(case_facts, plan_facts, gates)
def test_adding_evidence_never_unmeets(facts, more, gate) -> None:
    """A parent's no to the PPV is no evidence but a new question, and is not generated here."""
    joined = {
        each.name: getattr(facts.plans, each.name) + getattr(more, each.name)
        for each in fields(PlanFacts)
    }
    richer = replace(
        facts,
        plans=PlanFacts(**joined),
        informed=HOLDERS,
        council=facts.council or E,
        proposal=E,
        proposal_has_words=True,
        hearing=HearingFacts("closed", E, HOLDERS),
        entry_document=E,
        pku=replace(facts.pku, ppv=replace(facts.pku.ppv, consulted=E, sent=E, pupil_view=True)),
    )
    before = {item.code for item in GATES[gate](facts) if not item.blocks}
    after = {item.code for item in unmet(GATES[gate](richer))}
    assert not before & after


@given(case_facts, gates)
def test_taking_all_evidence_away_never_meets(facts, gate) -> None:
    poorer = replace(
        facts, plans=PlanFacts(), community_plans=PlanFacts(), council=None, exceptions={}
    )
    before = {item.code for item in unmet(GATES[gate](facts)) if item.code != "against_parents"}
    met = {item.code for item in GATES[gate](poorer) if item.status is Status.MET}
    assert not before & met
