"""The path, clicked: a new child, observations, plans, a case."""

import pytest

from districts.models import Pupil, TimelineEntry
from haderslev.core import clock
from plans.models import PlanVersion
from tests.browser import acts
from tests.browser.conftest import SitDown
from tests.people import Cast

pytestmark = pytest.mark.browser


def test_a_new_child_until_the_case(sit_down: SitDown, people: Cast) -> None:
    secretary = sit_down("secretary")
    secretary.choose_menu("Pupils")
    secretary.follow("Add a pupil")
    secretary.fill({"First name": "Ellen", "Last name": "Nygård", "CPR number": "610516-4901"})
    secretary.fill({"Class": people.klass.name})
    for number, relation in ((1, "Mother"), (2, "Father")):
        box = secretary.box(f"{number}.")
        parent = {"Name": f"{relation} til Ellen", "Relation": relation, "Address": "Strandvej 4"}
        secretary.fill(parent, within=box)
    secretary.send("Add the pupil")
    pupil = Pupil.objects.get(first_name="Ellen")

    teacher = sit_down("teacher")
    acts.observe_class(teacher, people.klass, "Klassen venter længe på at komme i gang.")
    acts.plan_for_class(teacher, people.klass, "Klassen venter længe")
    acts.observe_child(teacher, pupil, "Hun bliver i garderoben.")
    acts.plan_for_child(teacher, pupil, "Hun bliver i garderoben", title="En god begyndelse")
    assert PlanVersion.objects.filter(state="approved").count() == 2

    teacher.open("districts:pupil", pupil.public_id)
    teacher.follow("Open a case")
    teacher.fill({"Why is the case opened?": "Overgangene er svære trods indsatser."})
    for box in teacher.page.locator("fieldset.section").all():
        told = {"Told on": clock.today(), "Told how": "Samtale på skolen"}
        teacher.fill(told, within=box)
    teacher.send("Open the case")
    teacher.reads("Case 20")
    assert TimelineEntry.objects.filter(pupil=pupil).count() >= 5
    secretary.open("home")
    secretary.reads("Send a letter")
