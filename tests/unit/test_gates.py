"""Gates: a truth table per step, and properties that hold for any facts."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

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


def status(gate: str, facts: CaseFacts) -> dict[str, str]:
    return {item.code: item.status.value for item in GATES[gate](facts)}


def with_plans(facts: CaseFacts, **values: Any) -> CaseFacts:
    return replace(facts, plans=replace(facts.plans, **values))


def meeting(kind: str = "network", **answers: dict[int, str]) -> MeetingFact:
    return MeetingFact(kind, E, has_parents_words=True, has_child_words=True, answers=answers)


def evaluation(level: str, conclusion: str = "next_level", *, of_pupil: bool = True):
    return EvaluationFact(level, of_pupil, conclusion, E)


BEGUN = with_plans(
    replace(PUPIL, informed=HOLDERS),
    observations=(E,),
    meetings=(meeting("team"),),
    plans_in_use=(E,),
)


@pytest.mark.parametrize(
    ("change", "code", "expected"),
    [
        ({}, "observation", "met"),
        ({"plans": PlanFacts()}, "observation", "not_assessed"),
        ({"plans": PlanFacts(meetings=(meeting("network"),))}, "team_meeting", "not_assessed"),
        ({"plans": PlanFacts()}, "plan_in_use", "not_assessed"),
        ({"informed": frozenset({MOTHER})}, "parents_informed", "started"),
        ({"informed": frozenset()}, "parents_informed", "not_assessed"),
        ({"exceptions": {"plan_in_use": ExceptionFact("why", "who")}}, "plan_in_use", "met"),
    ],
)
def test_opening(change: dict[str, Any], code: str, expected: str) -> None:
    assert status("G1", replace(BEGUN, **change))[code] == expected


def test_opening_is_open_when_everything_is_there() -> None:
    assert unmet(GATES["G1"](BEGUN)) == ()


def test_a_higher_start_asks_for_its_document_and_nothing_of_the_cycle() -> None:
    facts = replace(PUPIL, entry_ground="moved_in", informed=HOLDERS)
    assert status("G1", facts) == {"entry_document": "not_assessed", "parents_informed": "met"}
    assert status("G1", replace(facts, entry_document=E))["entry_document"] == "met"


def test_a_parents_own_request_needs_no_document() -> None:
    facts = replace(PUPIL, entry_ground="parents_request", informed=HOLDERS)
    assert status("G1", facts)["entry_document"] == "not_relevant"


def test_a_missing_document_can_not_be_set_aside() -> None:
    facts = replace(
        PUPIL, entry_ground="urgent", exceptions={"entry_document": ExceptionFact("why", "who")}
    )
    assert status("G1", facts)["entry_document"] == "not_assessed"


@pytest.mark.parametrize(
    ("plans", "code", "expected"),
    [
        ({}, "preventive_plan_evaluated", "not_assessed"),
        (
            {"evaluations": (evaluation("preventive", "continue"),)},
            "preventive_plan_evaluated",
            "started",
        ),
        ({"evaluations": (evaluation("preventive"),)}, "preventive_plan_evaluated", "met"),
        (
            {"evaluations": (evaluation("preventive", "ask_guidance"),)},
            "preventive_plan_evaluated",
            "met",
        ),
        (
            {"evaluations": (evaluation("anticipatory"),)},
            "preventive_plan_evaluated",
            "not_assessed",
        ),
        (
            {"tried": (TriedFact("Makkerpar", "preventive", True, 6, ""),)},
            "interventions_shown",
            "not_assessed",
        ),
        (
            {"tried": (TriedFact("Makkerpar", "preventive", True, 6, "mere ro"),)},
            "interventions_shown",
            "met",
        ),
        ({"guidance": (GuidanceFact("no", "nej", E),)}, "adviser_sentence", "started"),
        ({"guidance": (GuidanceFact("yes", "ja", E),)}, "adviser_sentence", "met"),
    ],
)
def test_next_level(plans: dict[str, Any], code: str, expected: str) -> None:
    assert status("G2", with_plans(PUPIL, **plans))[code] == expected


def test_next_level_asks_what_parents_and_child_said() -> None:
    assert status("G2", PUPIL)["parents_and_child_said"] == "not_assessed"
    told = replace(PUPIL, proposal=E, proposal_has_words=True)
    assert status("G2", told)["parents_and_child_said"] == "met"


def test_a_communitys_next_level_asks_for_the_common_voice() -> None:
    assert status("G2", COMMUNITY)["community_voice_and_parents"] == "not_assessed"
    heard = with_plans(COMMUNITY, community_voice=(E,))
    assert status("G2", heard)["community_voice_and_parents"] == "met"


@pytest.mark.parametrize("gate", ["G3", "G4", "G5", "G6", "G7"])
def test_the_childs_steps_do_not_exist_for_a_community(gate: str) -> None:
    assert set(status(gate, COMMUNITY).values()) == {"not_relevant"}


def ppv(**values: Any) -> CaseFacts:
    return replace(PUPIL, level="anticipatory", pku=PkuFacts(ppv=PpvFacts(**values)))


def test_nothing_stops_the_parents_own_request_for_a_ppv() -> None:
    assert set(status("G3", ppv(requester="parents")).values()) == {"not_relevant"}


def test_the_pupils_request_takes_no_right_from_the_parents() -> None:
    found = status("G3", ppv(requester="pupil"))
    assert found["consultation"] == "not_assessed"
    assert found["pupil_view"] == "not_assessed"


@pytest.mark.parametrize(
    ("values", "code", "expected"),
    [
        ({}, "consultation", "not_assessed"),
        ({"consulted": E}, "consultation", "met"),
        ({}, "pupil_view", "not_assessed"),
        ({"state": "draft"}, "pupil_view", "started"),
        ({"state": "draft", "pupil_view": True}, "pupil_view", "met"),
        ({"done_so_far": True}, "done_so_far", "met"),
        ({}, "against_parents", "not_relevant"),
    ],
)
def test_ppv(values: dict[str, Any], code: str, expected: str) -> None:
    assert status("G3", ppv(**values))[code] == expected


def test_a_parents_no_to_the_ppv_asks_the_leader_for_the_lawful_reason() -> None:
    said_no = with_plans(
        ppv(state="draft"), meetings=(meeting(ppv={MOTHER: "agrees", FATHER: "disagrees"}),)
    )
    assert status("G3", said_no)["against_parents"] == "started"
    assert status("G3", said_no)["network_answers_ppv"] == "met"
    reason = replace(said_no, pku=PkuFacts(ppv=PpvFacts(state="draft", against_reason=True)))
    assert status("G3", reason)["against_parents"] == "met"


@pytest.mark.parametrize("answer", ["agrees", "disagrees", "silent"])
@pytest.mark.parametrize(("gate", "topic"), [("G3", "ppv"), ("G4", "council"), ("G5", "pku")])
def test_having_asked_is_enough_whatever_the_answer(gate: str, topic: str, answer: str) -> None:
    code = f"network_answers_{topic}"
    one = with_plans(PUPIL, meetings=(meeting("network", **{topic: {MOTHER: answer}}),))
    both = with_plans(
        PUPIL, meetings=(meeting("network", **{topic: {MOTHER: answer, FATHER: answer}}),)
    )
    assert status(gate, PUPIL)[code] == "not_assessed"
    assert status(gate, one)[code] == "started"
    assert status(gate, both)[code] == "met"


def test_the_newest_answer_counts() -> None:
    newest = meeting(ppv={MOTHER: "agrees", FATHER: "agrees"})
    older = meeting(ppv={MOTHER: "disagrees"})
    facts = with_plans(PUPIL, meetings=(newest, older))
    assert status("G3", facts)["against_parents"] == "not_relevant"


REFERABLE = replace(
    with_plans(
        PUPIL,
        evaluations=(evaluation("anticipatory"),),
        meetings=(meeting(pku=dict.fromkeys(HOLDERS, "agrees")),),
    ),
    community_plans=PlanFacts(evaluations=(evaluation("preventive", of_pupil=False),)),
    hearing=HearingFacts("closed", E, HOLDERS),
    decision=DecisionFacts("refer_to_pku", E),
    council=E,
    pku=PkuFacts(
        ppv=PpvFacts(state="reported", requester="school", consulted=E, sent=E),
        referral=ReferralFacts(
            state="draft",
            psychologist_recommendation=True,
            pupil_view=True,
            parent_views=HOLDERS,
        ),
    ),
)


def referral(facts: CaseFacts, **values: Any) -> CaseFacts:
    return replace(facts, pku=replace(facts.pku, referral=replace(facts.pku.referral, **values)))


def ppv_of(facts: CaseFacts, **values: Any) -> CaseFacts:
    return replace(facts, pku=replace(facts.pku, ppv=replace(facts.pku.ppv, **values)))


def test_a_whole_referral_passes() -> None:
    assert unmet(GATES["G5"](REFERABLE)) == ()


@pytest.mark.parametrize(
    ("facts", "code", "expected"),
    [
        (ppv_of(REFERABLE, sent=None), "ppv_made", "started"),
        (ppv_of(REFERABLE, sent=None, state=""), "ppv_made", "not_assessed"),
        (
            referral(ppv_of(REFERABLE, sent=None), provisional=True, provisional_reason=True),
            "ppv_made",
            "not_relevant",
        ),
        (
            replace(ppv_of(REFERABLE, sent=None), ppv_required=False),
            "ppv_made",
            "not_relevant",
        ),
        (ppv_of(REFERABLE, consulted=None), "consultation", "met"),
        (ppv_of(REFERABLE, consulted=None, requester="parents"), "consultation", "met"),
        (
            with_plans(ppv_of(REFERABLE, consulted=None), meetings=(meeting("team"),)),
            "consultation",
            "not_assessed",
        ),
        (with_plans(REFERABLE, meetings=()), "consultation", "met"),
        (replace(REFERABLE, hearing=HearingFacts("sent")), "hearing_held", "started"),
        (
            replace(REFERABLE, hearing=HearingFacts("closed", E, frozenset({MOTHER}))),
            "hearing_held",
            "started",
        ),
        (replace(REFERABLE, hearing=HearingFacts()), "hearing_held", "not_assessed"),
        (replace(ppv_of(REFERABLE, sent=None), hearing=HearingFacts()), "hearing_held", "waits"),
        (
            replace(
                REFERABLE,
                hearing=HearingFacts(),
                decision=DecisionFacts("refer_to_pku", E, no_hearing_reason=True),
            ),
            "hearing_held",
            "not_relevant",
        ),
        (replace(REFERABLE, decision=None), "leaders_decision", "not_assessed"),
        (
            replace(REFERABLE, decision=DecisionFacts("refusal", E)),
            "leaders_decision",
            "not_assessed",
        ),
        (
            replace(REFERABLE, hearing=HearingFacts(), decision=None),
            "leaders_decision",
            "waits",
        ),
        (replace(REFERABLE, home_is_own=False), "home_municipality", "started"),
        (referral(REFERABLE, private_provider=True), "private_consent", "started"),
        (
            referral(REFERABLE, private_provider=True, private_consent=True),
            "private_consent",
            "met",
        ),
        (REFERABLE, "private_consent", "not_relevant"),
        (referral(REFERABLE, pupil_view=False), "pupil_view_referral", "started"),
        (replace(REFERABLE, community_plans=PlanFacts()), "plans_evaluated_both", "started"),
        (replace(REFERABLE, council=None), "council_sparring", "not_assessed"),
        (referral(REFERABLE, answers_missing=2), "seven_answers", "started"),
        (referral(REFERABLE, parent_views=frozenset({1})), "parents_view_referral", "started"),
    ],
)
def test_referral(facts: CaseFacts, code: str, expected: str) -> None:
    assert status("G5", facts)[code] == expected


def test_a_provisional_referral_without_a_ppv_is_consulted_on_in_a_network_meeting() -> None:
    provisional = referral(
        replace(REFERABLE, pku=replace(REFERABLE.pku, ppv=PpvFacts())),
        provisional=True,
        provisional_reason=True,
    )
    found = {item.code: item for item in GATES["G5"](provisional)}
    assert found["consultation"].evidence == (REFERABLE.plans.meetings[0].evidence,)
    assert unmet(GATES["G5"](provisional)) == ()


def test_an_own_requirement_can_be_set_aside_and_keeps_its_kind() -> None:
    excepted = {
        code: ExceptionFact("fordi", "Lone") for code in ("council_sparring", "network_answers_pku")
    }
    facts = replace(REFERABLE, council=None, plans=PlanFacts(), exceptions=excepted)
    found = {item.code: item for item in GATES["G5"](facts)}
    assert found["council_sparring"].status is Status.EXCEPTED
    assert found["council_sparring"].kind is Kind.OWN
    assert found["network_answers_pku"].kind is Kind.ASKED
    assert found["network_answers_pku"].because == "fordi"


DECIDED = replace(
    REFERABLE,
    pku=replace(
        REFERABLE.pku,
        referral=replace(REFERABLE.pku.referral, state="accepted", checked=E),
        decision=PkuDecisionFacts(
            state="prepared",
            evidence=E,
            complaint_guidance=True,
            competent=True,
            written=frozenset(TEXTS),
            starts_on=date(2026, 9, 1),
            ends_on=date(2027, 9, 1),
            longest_days=365,
            goals=True,
            has_offer=True,
        ),
    ),
)


def decided(**values: Any) -> CaseFacts:
    return replace(
        DECIDED, pku=replace(DECIDED.pku, decision=replace(DECIDED.pku.decision, **values))
    )


def without(*names: str) -> CaseFacts:
    return decided(written=frozenset(TEXTS) - set(names))


def test_a_whole_decision_passes_and_waits_for_another_to_sign() -> None:
    assert unmet(GATES["G6"](DECIDED)) == ()
    assert status("G6", DECIDED)["four_eyes"] == "not_assessed"
    assert status("G6", decided(state="signed", signed=E))["four_eyes"] == "met"


@pytest.mark.parametrize(
    ("facts", "code", "expected"),
    [
        (without("facts"), "reasons_three_parts", "started"),
        (decided(complaint_guidance=False), "complaint_guidance", "started"),
        (decided(competent=False), "competence", "started"),
        (without("dialogue_school"), "dialogue", "started"),
        (without("child_views"), "views_answered", "started"),
        (decided(ends_on=None), "period", "started"),
        (decided(longest_days=364), "period", "started"),
        (decided(goals=False), "goals", "started"),
        (without("home_contact"), "home_contact", "started"),
        (decided(needs_period=False, ends_on=None), "period", "not_relevant"),
        (decided(needs_period=False, goals=False), "goals", "not_relevant"),
        (
            decided(needs_offer=False, written=frozenset(TEXTS) - {"home_contact"}),
            "home_contact",
            "not_relevant",
        ),
        (decided(revisits=True), "quality_assurance", "not_relevant"),
        (referral(DECIDED, checked=None), "quality_assurance", "started"),
        (REFERABLE, "dialogue", "not_assessed"),
        (
            replace(
                without("dialogue_council"), exceptions={"dialogue": ExceptionFact("why", "who")}
            ),
            "dialogue",
            "excepted",
        ),
        (
            replace(
                without("legal_basis"),
                exceptions={"reasons_three_parts": ExceptionFact("why", "who")},
            ),
            "reasons_three_parts",
            "started",
        ),
    ],
)
def test_decision(facts: CaseFacts, code: str, expected: str) -> None:
    assert status("G6", facts)[code] == expected


def test_what_is_written_in_the_form_names_its_field() -> None:
    fields = {item.code: item.field for item in unmet(GATES["G6"](without("facts", "present")))}
    assert fields == {"reasons_three_parts": "facts"}
    disagrees = with_plans(
        ppv(state="draft"), meetings=(meeting(ppv=dict.fromkeys(HOLDERS, "disagrees")),)
    )
    found = {item.code: item.field for item in unmet(GATES["G3"](disagrees))}
    assert found["against_parents"] == "against_parents_reason"
    assert found["consultation"] == ""


def test_nothing_holds_back_the_way_home() -> None:
    there = replace(PUPIL, pku=PkuFacts(offer=OfferFacts(there=True)))
    assert set(status("G7", PUPIL).values()) == {"not_relevant"}
    assert set(status("G7", there).values()) == {"not_assessed"}
    assert unmet(GATES["G7"](there)) == ()
    assert not any(item.may_be_excepted for item in GATES["G7"](there))
    said = replace(PUPIL, pku=PkuFacts(offer=OfferFacts(there=True, status_home=E)))
    assert status("G7", said)["status_home"] == "met"
