"""What the roles do at the pages, in words of the domain; each begins on a page that shows it."""

from datetime import timedelta

from districts.models import LearningCommunity, Pupil
from haderslev.core import clock
from tests.browser.person import Person


def observe_class(teacher: Person, community: LearningCommunity, seen: str) -> None:
    teacher.open("districts:community", community.public_id)
    teacher.follow("Write an observation")
    teacher.pick("What is it about?", "The learning community")
    teacher.fill({"What did you see and hear?": seen})
    teacher.send("Save the observation")
    teacher.reads(seen)


def observe_child(teacher: Person, pupil: Pupil, seen: str) -> None:
    teacher.open("districts:pupil", pupil.public_id)
    teacher.follow("Write an observation")
    teacher.fill({"What did you see and hear?": seen, "The child's own words": "Der er larm."})
    teacher.send("Save the observation")
    teacher.reads(seen)


def hold_team_meeting(teacher: Person, page: str, public_id: str) -> None:
    teacher.open(page, public_id)
    teacher.fill({"Agreements: what, who, when": "Vi skriver en plan sammen."})
    teacher.fill({"Name": "Trine Prøve", "Role": "Lærer"}, within=teacher.box("Person 1"))
    teacher.send("Save the meeting")


def write_plan(teacher: Person, seen: str) -> None:
    """Write the parts of the draft that a class's and a child's plan share."""
    teacher.follow("Write the context")
    teacher.fill({"Context": "Timerne begynder med uro."})
    teacher.pick("Observations it starts from", seen)
    teacher.fill({"Team meeting that agreed the plan": ""})
    teacher.control("Team meeting that agreed the plan").select_option(index=1)
    teacher.send("Save the draft")
    teacher.follow("Write goals and signs")
    teacher.fill({"Goal": "Begynder sammen med de andre"})
    teacher.fill(
        {
            "Sign 1: what will we see, hear or notice?": "Sidder klar efter fem minutter",
            "Sign 1: how is it noticed?": "Vi tæller",
            "Sign 1: today, 0–4": "1",
        }
    )
    teacher.send("Save the draft")
    teacher.follow("Write the actions")
    teacher.control("From the catalogue").select_option(index=1)
    teacher.fill(
        {
            "What is done?": "En voksen tager imod ved døren",
            "Who does it?": "Kontaktlæreren",
            "From": clock.today(),
            "For how many weeks?": "6",
        }
    )
    teacher.send("Save the draft")
    teacher.follow("Choose when and how")
    evaluate_on = clock.today() + timedelta(days=42)
    teacher.fill({"Evaluated on": evaluate_on, "How is it evaluated, and by whom?": "Teammøde"})
    teacher.send("Save the draft")


def plan_for_class(teacher: Person, community: LearningCommunity, seen: str) -> None:
    hold_team_meeting(teacher, "plans:new_meeting_for_community", community.public_id)
    teacher.open("plans:new_plan_for_community", community.public_id)
    teacher.fill({"Title": "Ro til at begynde"})
    teacher.send("Make the plan")
    write_plan(teacher, seen)
    teacher.follow("Write the common voice")
    teacher.fill({"The children's common voice": "Vi vil gerne vide, hvad der skal ske."})
    teacher.send("Save the draft")
    teacher.follow("Write how the parents were told")
    teacher.fill({"Parents told on": clock.today(), "How were they told?": "Aula"})
    teacher.send("Save the draft")
    put_into_use(teacher)


def plan_for_child(
    teacher: Person, pupil: Pupil, seen: str, *, title: str, level: str = "Preventive"
) -> None:
    hold_team_meeting(teacher, "plans:new_meeting_for_pupil", pupil.public_id)
    teacher.open("plans:new_plan_for_pupil", pupil.public_id)
    teacher.fill({"Title": title})
    teacher.pick("Level of the effort", level)
    teacher.send("Make the plan")
    write_plan(teacher, seen)
    teacher.follow("Write the child's voice")
    for number, may_see in ((0, "Yes"), (1, "No")):
        box = teacher.page.locator("fieldset.section").nth(number)
        said = {
            "The child's own words": f"Ord nummer {number}.",
            "How was the child asked?": "Samtale",
            "Asked on": clock.today(),
        }
        teacher.fill(said, within=box)
        teacher.pick("May your parents see it?", may_see, within=box)
    teacher.send("Save the draft")
    teacher.follow("Write the parents' perspective")
    for box in teacher.page.locator("fieldset.section").all():
        teacher.fill({"What does the parent say?": "Det hjælper derhjemme."}, within=box)
    teacher.send("Save the draft")
    put_into_use(teacher)


def put_into_use(teacher: Person) -> None:
    teacher.follow("Put into use")
    teacher.send("Put into use")
    teacher.reads("In use, version 1")


def evaluate_plan(teacher: Person, plan_id: str, conclusion: str) -> None:
    teacher.open("plans:plan", plan_id)
    teacher.follow("Evaluate")
    page = teacher.page
    for box in page.locator("fieldset.section").filter(has_text="What shows it?").all():
        teacher.pick("Result", "Partly reached", within=box)
        teacher.pick("The signs today", "2", within=box)
        box.get_by_role("checkbox").first.check()
    teacher.pick("Conclusion", conclusion)
    teacher.rest()
    teacher.send("Save the evaluation")
