"""What is read of the cycle: for pages, for gates, for material."""

from plans.selectors.gate_facts import plan_facts
from plans.selectors.pages import some_kept_from_parents, voices_for_parents
