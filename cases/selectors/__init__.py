"""What pages, services and the floors above read of a case."""

from cases.selectors.facts import case_facts, facts_of
from cases.selectors.people import close_reason, leaders_who_may, school_of
from cases.selectors.requirements import RequirementRow, next_gate, requirements

__all__ = [
    "RequirementRow",
    "case_facts",
    "close_reason",
    "facts_of",
    "leaders_who_may",
    "next_gate",
    "requirements",
    "school_of",
]
