"""What has happened before a test begins: told by the story, some months before today."""

from datetime import timedelta

from cases.models import OutcomeType
from haderslev.core import clock
from tests.people import Cast
from tests.story import Story

LONG_ENOUGH = timedelta(days=190)


def told(cast: Cast, step: str) -> Story:
    """Return the story at the end of a step. All of it lies before today."""
    story = Story(cast)
    story.day = clock.today() - LONG_ENOUGH
    story.advance(0)
    story.until(step)
    assert story.day <= clock.today()
    return story


def outcome_words(code: str, competence: str) -> str:
    """Return what an outcome is called on the page."""
    return str(OutcomeType.objects.get(code=code, competence=competence))
