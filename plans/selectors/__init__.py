"""What is read of the cycle: for pages, for gates, for material."""

from plans.selectors.gate_facts import plan_facts
from plans.selectors.voices import voices_for_parents

__all__ = ["plan_facts", "voices_for_parents"]
