"""One child's course, from a teacher's first observation to a special offer and home again."""

import pytest

from cases.models import Delivery, Document
from districts.models import TimelineEntry, Todo
from haderslev.journal.models import Act
from tests.people import Cast
from tests.story import STEPS, Story


@pytest.mark.postgres15
def test_the_whole_path(cast: Cast) -> None:
    story = Story(cast)
    levels = []
    for step in STEPS:
        story.take(step)
        if hasattr(story, "case"):
            story.case.refresh_from_db()
            levels.append((step, story.case.level))
    seen = dict(levels)
    assert seen["case_opened"] == "preventive"
    assert seen["level_proposed"] == "preventive"
    assert seen["level_approved"] == "anticipatory"
    # Neither request, referral nor signature moves the level; the delivered decision does.
    assert seen["decision_signed"] == "anticipatory"
    assert seen["decision_delivered"] == "intervening"
    assert seen["home_again"] == "anticipatory"
    assert story.case.placements.get().ended_on is not None


def test_every_step_is_journalled_and_in_the_timeline(cast: Cast) -> None:
    story = Story(cast)
    for step in STEPS:
        acts, entries = Act.objects.count(), TimelineEntry.objects.count()
        story.take(step)
        assert Act.objects.count() > acts, step
        assert TimelineEntry.objects.count() > entries, step
    texts = str(list(Act.objects.values_list("data", flat=True)))
    assert "Hun bliver i garderoben" not in texts
    assert "Far bliver vred" not in texts


def test_letters_carry_only_the_own_address_and_no_secret_voice(cast: Cast) -> None:
    story = Story(cast).until("home_again")
    mother, father = story.holders
    assert father.address_protected
    letters = Delivery.objects.filter(document__case=story.case).select_related("document")
    assert letters.count() >= 8
    for letter in letters:
        other = father if letter.custody_holder == mother else mother
        assert other.address not in letter.document.payload
        assert "Far bliver vred hjemme" not in letter.document.payload
    for document in Document.objects.filter(case=story.case):
        assert father.address not in document.payload or document.delivery.custody_holder == father
        assert story.pupil.reveal_cpr()[-4:] not in document.payload


def test_nothing_waits_for_anybody_without_a_page(cast: Cast) -> None:
    story = Story(cast)
    for step in STEPS:
        story.take(step)
        for todo in Todo.objects.open():
            assert todo.url.startswith("/")
