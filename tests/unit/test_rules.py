"""Rules of a decision: pure functions that form, service and gate ask alike."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import rules
from cases.facts import CaseFacts, PkuDecisionFacts, PkuFacts, SupportDecisionFacts
from cases.gates import GATES, Kind
from cases.rules import Broken
from cases.selectors.decision_rules import WORDS

FIRST = date(2026, 9, 1)
YEAR = 365
days = st.dates(date(2024, 1, 1), date(2029, 12, 31))
maybe_day = st.one_of(st.none(), days)
limits = st.one_of(st.none(), st.integers(1, 400))
support = st.builds(
    SupportDecisionFacts,
    today=days,
    least_hours=st.just(Decimal(9)),
    competent=st.booleans(),
    needs_period=st.booleans(),
    needs_revisitation=st.booleans(),
    needs_hearing=st.booleans(),
    threshold=st.sampled_from(["", rules.UNDER, rules.OVER]),
    starts_on=maybe_day,
    ends_on=maybe_day,
    revisit_on=maybe_day,
    longest_days=limits,
    weekly_hours=st.one_of(st.none(), st.decimals(0, 40, places=1)),
    heard=st.booleans(),
    no_hearing_reason=st.booleans(),
)
pku = st.builds(
    PkuDecisionFacts,
    state=st.just("prepared"),
    complaint_guidance=st.booleans(),
    competent=st.booleans(),
    written=st.frozensets(st.sampled_from(rules.TEXTS)),
    needs_period=st.booleans(),
    needs_offer=st.booleans(),
    starts_on=maybe_day,
    ends_on=maybe_day,
    longest_days=limits,
    goals=st.booleans(),
    has_offer=st.booleans(),
)


def code(broken: Broken | None) -> str:
    return broken.code if broken else ""


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (-1, "ends-before-it-begins"),
        (0, "ends-before-it-begins"),
        (1, ""),
        (365, ""),
        (366, "too-long"),
    ],
)
def test_a_period_lasts_a_day_at_least_and_a_year_at_most(after: int, expected: str) -> None:
    assert code(rules.period(FIRST, FIRST + timedelta(after), YEAR)) == expected


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "longest", "expected"),
    [
        (None, FIRST, YEAR, Broken("no-first-day", "starts_on", "period")),
        (FIRST, None, YEAR, Broken("no-last-day", "ends_on", "period")),
        (FIRST, FIRST + timedelta(9), None, Broken("no-rule-then", "starts_on", "period")),
    ],
)
def test_what_a_period_lacks(
    starts_on: date | None, ends_on: date | None, longest: int | None, expected: Broken
) -> None:
    assert rules.period(starts_on, ends_on, longest) == expected


@given(maybe_day, maybe_day, limits)
def test_leader_and_pku_treat_a_period_alike(starts_on, ends_on, longest_days) -> None:
    of_leader = SupportDecisionFacts(
        today=FIRST,
        least_hours=Decimal(9),
        needs_period=True,
        heard=True,
        starts_on=starts_on,
        ends_on=ends_on,
        longest_days=longest_days,
    )
    of_pku = PkuDecisionFacts(
        competent=True,
        complaint_guidance=True,
        written=frozenset(rules.TEXTS),
        goals=True,
        has_offer=True,
        starts_on=starts_on,
        ends_on=ends_on,
        longest_days=longest_days,
    )
    assert rules.support_decision(of_leader) == rules.pku_decision(of_pku)


def test_a_year_to_the_next_decision_is_counted_from_the_first_day() -> None:
    said = SupportDecisionFacts(
        today=FIRST,
        least_hours=Decimal(9),
        needs_period=True,
        needs_revisitation=True,
        heard=True,
        starts_on=FIRST + timedelta(30),
        ends_on=FIRST + timedelta(390),
        revisit_on=FIRST + timedelta(390),
        longest_days=YEAR,
    )
    assert rules.support_decision(said) == ()
    late = replace(said, revisit_on=FIRST + timedelta(396))
    assert [each.code for each in rules.support_decision(late)] == ["next-decision-too-late"]
    past = replace(said, revisit_on=FIRST)
    assert [each.code for each in rules.support_decision(past)] == ["next-decision-is-past"]


@given(support)
def test_every_rule_of_the_leader_has_words(said) -> None:
    assert all(each.code in WORDS for each in rules.support_decision(said))


@given(pku)
def test_the_gate_asks_the_rules_of_pku(said) -> None:
    """What is broken is not met in the gate, and only the municipality's own is set aside."""
    broken = rules.pku_decision(said)
    assert all(each.code in WORDS for each in broken)
    found = {item.code: item for item in GATES["G6"](facts(said))}
    asked = rules.by_requirement(broken)
    for each in broken:
        if each.may_be_set_aside:
            assert found[each.requirement].kind is Kind.OWN
    for name, item in found.items():
        if name not in {"quality_assurance", "four_eyes"}:
            assert item.blocks == (name in asked)
            assert item.field == (asked[name].field if name in asked else "")


def facts(said: PkuDecisionFacts) -> CaseFacts:
    return CaseFacts(of_pupil=True, level="anticipatory", pku=PkuFacts(decision=said))


@pytest.mark.parametrize(
    ("threshold", "hours", "expected"),
    [
        (rules.UNDER, None, ""),
        (rules.UNDER, Decimal("8.9"), ""),
        (rules.UNDER, Decimal(9), "too-many-hours"),
        (rules.OVER, None, "too-few-hours"),
        (rules.OVER, Decimal("8.9"), "too-few-hours"),
        (rules.OVER, Decimal(9), ""),
        ("", Decimal(9), ""),
    ],
)
def test_the_threshold_of_hours(threshold: str, hours: Decimal | None, expected: str) -> None:
    assert code(rules.weekly_hours(threshold, hours, Decimal(9))) == expected
