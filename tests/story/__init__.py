"""A child's whole course, step by step, in words of the domain, through the services.

Each step happens on its own school day; the clock is moved, nothing is back-dated by hand.
Tests take the story as far as they need: ``Story(cast).until("ppv_sent")``.
"""

from tests.story.steps import STEPS, Story

__all__ = ["STEPS", "Story"]
