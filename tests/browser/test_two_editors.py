"""Two people at the same text, a session that ends, and the back button of a shared computer."""

import pytest
from playwright.sync_api import expect

from plans.models import Observation
from tests.browser.conftest import SitDown
from tests.browser.past import told
from tests.browser.person import Person
from tests.people import Cast

pytestmark = pytest.mark.browser
MINE = "Han blev i garderoben i ti minutter."
THEIRS = "Han blev i garderoben, til klokken ringede."


def _both_correct(sit_down: SitDown, people: Cast, **options: bool) -> tuple[Person, Observation]:
    told(people, "class_observed")
    row = Observation.objects.order_by("pk").first()
    assert row is not None
    late = sit_down("teacher", **options)
    late.open("plans:correct_observation", row.public_id)
    # The same person at another computer: only the one who wrote it corrects it.
    early = sit_down("teacher", **options)
    early.open("plans:correct_observation", row.public_id)
    early.fill({"What did you see and hear?": THEIRS})
    early.send("Save the correction")
    late.fill({"What did you see and hear?": MINE})
    assert late.press("Save the correction").status == 409
    late.reads(MINE)
    late.reads(THEIRS)
    return late, row


@pytest.mark.parametrize("script", [True, False])
def test_both_texts_are_shown_and_mine_can_be_used(
    sit_down: SitDown, people: Cast, script: bool
) -> None:
    late, row = _both_correct(sit_down, people, java_script_enabled=script)
    late.send("Use mine")
    late.reads(MINE)
    row.refresh_from_db()
    assert row.seen == MINE


def test_the_texts_can_be_joined_and_the_other_kept(sit_down: SitDown, people: Cast) -> None:
    late, row = _both_correct(sit_down, people)
    late.page.get_by_text("Correct together").click()
    text = late.page.locator("details textarea[name=seen]")
    assert text.input_value() == MINE
    text.fill(f"{MINE} {THEIRS}")
    late.send("Save the corrected text")
    row.refresh_from_db()
    assert row.seen == f"{MINE} {THEIRS}"


def test_a_text_survives_the_end_of_the_session(sit_down: SitDown, people: Cast) -> None:
    teacher = sit_down("teacher")
    teacher.open("plans:new_observation", people.klass.public_id)
    teacher.fill({"What did you see and hear?": MINE})
    teacher.context.clear_cookies(name="sessionid")
    assert teacher.press("Save the observation").status == 401
    # Nothing was saved; the person is told, and the text is there to be copied.
    assert not Observation.objects.exists()
    teacher.reads("You were signed out")
    expect(teacher.control("Your text 1")).to_have_value(MINE)
    with teacher.context.expect_page() as opened:
        teacher.page.get_by_role("link", name="Sign in in a new window").click()
    teacher.page = opened.value
    teacher.sign_in("teacher")
    teacher.reads("New observation")


def test_after_signing_out_back_shows_nothing(sit_down: SitDown, people: Cast) -> None:
    teacher = sit_down("teacher")
    answer = teacher.open("districts:pupil", people.child.public_id)
    assert answer.headers["cache-control"] == "no-store"
    teacher.reads("Alma")
    teacher.page.locator(".account-btn").click()
    teacher.press("Sign out")
    assert "/log-ind/" in teacher.page.url
    teacher.page.go_back()
    teacher.page.wait_for_load_state()
    expect(teacher.page.get_by_label("User name or e-mail")).to_be_visible()
    assert "Alma" not in teacher.page.content()
