"""The path, clicked: evaluations, guidance, the next level, a network meeting."""

import pytest

from cases.models import Case
from haderslev.core import clock
from plans.models import Guidance, Plan
from tests.browser import acts
from tests.browser.conftest import SitDown
from tests.browser.past import told
from tests.people import Cast

pytestmark = pytest.mark.browser


def test_guidance_and_the_next_level(sit_down: SitDown, people: Cast) -> None:
    story = told(people, "case_opened")
    teacher = sit_down("teacher")
    acts.evaluate_plan(teacher, story.class_plan.public_id, "Adjust")
    acts.evaluate_plan(teacher, story.plan.public_id, "Ask for guidance")

    # The conclusion has opened its next page, filled.
    teacher.pick("Whom do you ask?", "PLC")
    teacher.fill({"Your question": "Hvordan gør vi overgangene lettere?"})
    for box in teacher.page.locator("fieldset.section").all():
        teacher.fill({"The parent agreed on": clock.today()}, within=box)
    teacher.send("Send the request")

    plc = sit_down("plc")
    plc.reads("Answer")
    guidance = Guidance.objects.get()
    plc.open("plans:guidance", guidance.public_id)
    plc.follow("Answer")
    plc.pick("Is the next level needed?", "Yes")
    plc.rest()
    plc.send("Send the answer")

    teacher.open("cases:case", story.case.public_id)
    teacher.follow("Propose the next level")
    teacher.control("The adviser's sentence").select_option(index=1)
    teacher.rest()
    teacher.send("Send to the school leader")

    leader = sit_down("leader")
    leader.reads("Decide on the next level")
    leader.open("cases:case", story.case.public_id)
    leader.follow("Read the proposal and answer")
    leader.follow("Approve")
    leader.fill({"Time and people given": "To timer om ugen i seks uger."})
    leader.send("Approve")
    assert Case.objects.get(pk=story.case.pk).level == "anticipatory"
    teacher.open("cases:case", story.case.public_id)
    teacher.reads("level 2")


def test_an_anticipatory_plan_and_a_network_meeting(sit_down: SitDown, people: Cast) -> None:
    story = told(people, "level_approved")
    teacher = sit_down("teacher")
    acts.plan_for_child(
        teacher,
        story.pupil,
        "Hun bliver i garderoben",
        title="Trygge overgange",
        level="Anticipatory",
    )
    plan = Plan.objects.get(title="Trygge overgange")
    assert plan.level == "anticipatory"
    acts.evaluate_plan(teacher, plan.public_id, "Next level")

    teacher.open("plans:new_meeting_for_pupil", story.pupil.public_id, query="?slags=netvaerk")
    teacher.fill({"Name": "Trine Prøve", "Role": "Lærer"}, within=teacher.box("Person 1"))
    answers = teacher.page.locator("fieldset.section").filter(has_text="Two attempts").all()
    assert len(answers) == 2 * 4
    for box in answers:
        teacher.fill({"Answer": "Agrees"}, within=box)
    teacher.rest()
    teacher.send("Save the meeting")
    teacher.reads("Agrees")
