"""Rules of what a decision says, as pure functions over facts.

A form, the service behind it and the gate ask the same function. What it returns names the rule
that is broken and the field it belongs to; the words are in ``cases.selectors.decision_rules``.
Dated numbers are handed in: whoever asks reads them on the day that the rule is about.

Sources: folkeskoleloven § 3 stk. 2; forvaltningsloven §§ 19, 24, 25; H-PKU-5, H-PLC-1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from cases.facts import PkuDecisionFacts, SupportDecisionFacts

REASONS = ("legal_basis", "considerations", "facts")
DIALOGUE = ("dialogue_council", "dialogue_psychologist", "dialogue_school")
VIEWS = ("parents_views", "child_views")
# Every text of PKU's decision that a rule asks for, by its name as a field.
TEXTS = ("present", *REASONS, *DIALOGUE, *VIEWS, "home_contact")
UNDER, OVER = "under", "over"


@dataclass(frozen=True)
class Broken:
    """A rule that is broken.

    Attributes:
        code: Which rule.
        field: Field of the form that it belongs to; empty for none.
        requirement: Requirement of the gate that is not met for it; empty for none.
        may_be_set_aside: The municipality's own: whoever signs may set it aside with a reason.
        hours: The limit in hours a week, where the words name it.
    """

    code: str
    field: str = ""
    requirement: str = ""
    may_be_set_aside: bool = False
    hours: Decimal | None = None


def period(starts_on: date | None, ends_on: date | None, longest_days: int | None) -> Broken | None:
    """A period has two days, the last after the first, and a year at most between them.

    The last day is that of the next decision, which can not fall on the day this one begins.
    ``longest_days`` is in force on the first day; None if no rule counts on it.
    """
    if starts_on is None:
        return Broken("no-first-day", "starts_on", "period")
    if ends_on is None:
        return Broken("no-last-day", "ends_on", "period")
    if ends_on <= starts_on:
        return Broken("ends-before-it-begins", "ends_on", "period")
    if longest_days is None:
        return Broken("no-rule-then", "starts_on", "period")
    if (ends_on - starts_on).days > longest_days:
        return Broken("too-long", "ends_on", "period")
    return None


def next_decision(
    revisit_on: date | None, starts_on: date, longest_days: int | None, today: date
) -> Broken | None:
    """The next decision lies ahead, and a year after the first day at most."""
    if revisit_on is None:
        return Broken("no-next-decision", "revisit_on")
    if revisit_on <= today:
        return Broken("next-decision-is-past", "revisit_on")
    if longest_days is None:
        return Broken("no-rule-then", "starts_on")
    if (revisit_on - starts_on).days > longest_days:
        return Broken("next-decision-too-late", "revisit_on")
    return None


def weekly_hours(threshold: str, hours: Decimal | None, least: Decimal) -> Broken | None:
    """From the threshold on, support is special education, with its rules and its complaint.

    Source: folkeskoleloven § 3 stk. 2; the number of hours is a dated value.
    """
    under = hours is None or hours < least
    if threshold == OVER and under:
        return Broken("too-few-hours", "weekly_hours", hours=least)
    if threshold == UNDER and not under:
        return Broken("too-many-hours", "weekly_hours", hours=least)
    return None


def hearing(said: SupportDecisionFacts) -> Broken | None:
    """The parties are heard; a reason takes its place only where nothing weighs against them.

    Source: forvaltningsloven § 19.
    """
    if said.heard:
        return None
    if not said.no_hearing_reason:
        return Broken("not-heard", "no_hearing_reason")
    return Broken("against-the-parties") if said.needs_hearing else None


def support_decision(said: SupportDecisionFacts) -> tuple[Broken, ...]:
    """Return the rules that the school leader's decision breaks."""
    found: list[Broken | None] = []
    if not said.competent:
        found.append(Broken("pku-decides", "outcome"))
    of_period = None
    if said.needs_period:
        of_period = period(said.starts_on, said.ends_on, said.longest_days)
        found.append(of_period)
    if said.needs_revisitation and of_period is None:
        first = said.starts_on if said.needs_period and said.starts_on else said.today
        found.append(next_decision(said.revisit_on, first, said.longest_days, said.today))
    found.append(weekly_hours(said.threshold, said.weekly_hours, said.least_hours))
    found.append(hearing(said))
    return tuple(each for each in found if each is not None)


def pku_decision(said: PkuDecisionFacts) -> tuple[Broken, ...]:
    """Return the rules that PKU's decision breaks: the law's, then the municipality's own (G6)."""
    found: list[Broken] = []
    if not said.competent:
        found.append(Broken("competence", "outcome", "competence"))
    if not said.complaint_guidance:
        found.append(Broken("no-complaint-guidance", "outcome", "complaint_guidance"))
    found += _unwritten(said, REASONS, "reasons", "reasons_three_parts")
    found += _unwritten(said, ("present",), "unwritten")
    of_period = _pku_period(said)
    if of_period is not None:
        found.append(of_period)
    if said.needs_offer and not said.has_offer:
        found.append(Broken("no-offer", "offer"))
    found += _unwritten(said, DIALOGUE, "unwritten", "dialogue", own=True)
    found += _unwritten(said, VIEWS, "unwritten", "views_answered", own=True)
    if said.needs_period and not said.goals:
        found.append(Broken("no-goals", "", "goals", may_be_set_aside=True))
    if said.needs_offer:
        found += _unwritten(said, ("home_contact",), "no-contact", "home_contact", own=True)
    return tuple(found)


def by_requirement(broken: Iterable[Broken]) -> Mapping[str, Broken]:
    """Return the first broken rule of each requirement."""
    found: dict[str, Broken] = {}
    for each in broken:
        if each.requirement:
            found.setdefault(each.requirement, each)
    return found


def _pku_period(said: PkuDecisionFacts) -> Broken | None:
    """An offer can not be without its last day; without an offer the day may be set aside."""
    if not said.needs_period:
        lacks = said.needs_first_day and said.starts_on is None
        return Broken("no-first-day", "starts_on") if lacks else None
    found = period(said.starts_on, said.ends_on, said.longest_days)
    if found is not None and found.code == "no-last-day" and not said.needs_offer:
        return replace(found, may_be_set_aside=True)
    return found


def _unwritten(
    said: PkuDecisionFacts,
    names: Iterable[str],
    code: str,
    requirement: str = "",
    *,
    own: bool = False,
) -> list[Broken]:
    return [
        Broken(code, name, requirement, may_be_set_aside=own)
        for name in names
        if name not in said.written
    ]
