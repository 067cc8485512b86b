"""The steps of the course in their order, and the story that takes them."""

from collections.abc import Callable

from haderslev.core import request_cache
from tests.story.at_pku import StepsAtPku

STEPS = (
    "class_observed",
    "class_plan_in_use",
    "child_observed",
    "child_plan_in_use",
    "case_opened",
    "plans_evaluated",
    "plc_asked",
    "plc_answered",
    "level_proposed",
    "level_approved",
    "anticipatory_plan_evaluated",
    "network_met",
    "ppv_requested",
    "ppv_received",
    "ppv_sent",
    "hearing_sent",
    "hearing_closed",
    "leader_referred",
    "council_asked",
    "council_advised",
    "referral_submitted",
    "referral_accepted",
    "decision_signed",
    "decision_delivered",
    "status_given",
    "home_again",
)


class Story(StepsAtPku):
    """One child's course with the people of the cast."""

    def until(self, step: str) -> "Story":
        """Go on to the end of a step."""
        last = STEPS.index(step)
        for name in STEPS[len(self.done) : last + 1]:
            self.take(name)
        return self

    def take(self, name: str) -> None:
        """Take one step, then let three days pass (never a weekend)."""
        step: Callable[[], None] = getattr(self, f"_{name}")
        # Like one request: what is looked up is remembered until the step is taken.
        with self.clock(), request_cache.running():
            step()
        self.done.append(name)
        self.advance(3)
