"""The same pages without JavaScript: observe, plan, approve, sign a PPV, decide at PKU."""

import pytest

from pku.models import PPVRequest
from tests.browser import acts
from tests.browser.conftest import SitDown
from tests.browser.past import outcome_words, told
from tests.people import Cast

pytestmark = pytest.mark.browser


def test_a_teacher_observes_and_plans(sit_down: SitDown, people: Cast) -> None:
    teacher = sit_down("teacher", java_script_enabled=False)
    acts.observe_class(teacher, people.klass, "Gruppearbejdet glider i dag.")
    acts.plan_for_class(teacher, people.klass, "Gruppearbejdet glider")


def test_a_leader_approves(sit_down: SitDown, people: Cast) -> None:
    story = told(people, "level_proposed")
    leader = sit_down("leader", java_script_enabled=False)
    leader.open("cases:proposal", story.proposal.public_id)
    leader.follow("Approve")
    # Nothing written: the page says so, and keeps what was there.
    assert leader.press("Approve").status == 422
    leader.reads("Write something here.")
    leader.fill({"Time and people given": "To timer om ugen."})
    leader.send("Approve")
    story.case.refresh_from_db()
    assert story.case.level == "anticipatory"


def test_a_leader_signs_and_a_psychologist_receives(sit_down: SitDown, people: Cast) -> None:
    story = told(people, "network_met")
    teacher = sit_down("teacher", java_script_enabled=False)
    teacher.open("pku:new_ppv", story.case.public_id)
    teacher.fill({"It is ready for the school leader's signature": True})
    teacher.rest()
    teacher.send("Save")
    row = PPVRequest.objects.get()
    leader = sit_down("leader", java_script_enabled=False)
    leader.open("pku:sign_ppv", row.public_id)
    leader.send("Sign and send")
    psychologist = sit_down("psychologist", java_script_enabled=False)
    psychologist.open("pku:receive_ppv", row.public_id)
    psychologist.send("Receive it")
    row.refresh_from_db()
    assert row.state == PPVRequest.State.RECEIVED


def test_a_secretary_prepares_and_the_chair_signs(sit_down: SitDown, people: Cast) -> None:
    story = told(people, "referral_accepted")
    secretary = sit_down("pku_secretary", java_script_enabled=False)
    secretary.open("pku:prepare_decision", story.referral.public_id)
    secretary.pick("Outcome", outcome_words("pku_refusal", "pku"))
    secretary.rest()
    secretary.send("Save the decision")
    chair = sit_down("chair", java_script_enabled=False)
    chair.go(secretary.page.url)
    chair.send("Sign the decision")
    chair.reads("Signed. It counts when")
