"""The path, clicked: PPV, hearing, decision, council, referral."""

import pytest

from cases.models import CouncilItem, Hearing, SupportDecision
from districts.models import CouncilMeeting
from haderslev.core import clock
from pku.models import PPVRequest, Referral
from tests.browser.conftest import SitDown
from tests.browser.past import outcome_words, told
from tests.browser.person import Person
from tests.people import Cast

pytestmark = pytest.mark.browser


def test_the_ppv(sit_down: SitDown, people: Cast) -> None:
    story = told(people, "network_met")
    teacher = sit_down("teacher")
    teacher.open("cases:case", story.case.public_id)
    teacher.follow("Ask for a PPV")
    teacher.fill({"It is ready for the school leader's signature": True})
    teacher.rest()
    teacher.send("Save")

    leader = sit_down("leader")
    leader.open("cases:case", story.case.public_id)
    leader.follow("Sign the PPV request")
    leader.send("Sign and send")

    psychologist = sit_down("psychologist")
    row = PPVRequest.objects.get()
    psychologist.choose_menu("PPV")
    psychologist.reads(story.case.number)
    psychologist.open("pku:receive_ppv", row.public_id)
    psychologist.send("Receive it")
    psychologist.follow("Write the PPV")
    psychologist.pick("Does the child need special", "Support over the threshold")
    psychologist.rest()
    psychologist.send("Save the draft")
    psychologist.follow("Send the PPV to school leader and parents")
    psychologist.send("Send the PPV")
    row.refresh_from_db()
    assert row.state == PPVRequest.State.REPORTED
    leader.open("pku:ppv", row.public_id)
    leader.reads("Conclusion")


def test_hearing_and_decision(sit_down: SitDown, people: Cast) -> None:
    story = told(people, "ppv_sent")
    leader = sit_down("leader")
    leader.open("cases:case", story.case.public_id)
    leader.follow("Hear the parties")
    leader.rest()
    leader.send("Save the draft")
    leader.send("Send to the parties")
    hearing = Hearing.objects.get()
    for party in hearing.parties.all():
        leader.open("cases:hearing_answer", hearing.public_id, party.pk)
        leader.fill({"The answer": "Vi er enige.", "The school's reply": "Tak for svaret."})
        leader.send("Save the answer")
    leader.follow("Close the hearing")
    leader.rest("Begge er enige i det påtænkte.")
    leader.send("Close the hearing")
    leader.follow("Make the decision")
    leader.pick("Outcome", outcome_words("refer_to_pku", "leader"))
    leader.rest()
    leader.send("Sign the decision")
    decision = SupportDecision.objects.select_related("outcome").get()
    assert decision.outcome.code == "refer_to_pku"


def test_the_council(sit_down: SitDown, people: Cast) -> None:
    story = told(people, "leader_referred")
    meeting = CouncilMeeting.objects.create(
        district=people.north, held_on=clock.today(), place="Nordskolen"
    )
    leader = sit_down("leader")
    leader.open("cases:case", story.case.public_id)
    leader.follow("Ask the district council")
    leader.page.get_by_role("radio").first.check()
    leader.rest()
    leader.send("Put on the agenda")
    item = CouncilItem.objects.get()

    coordinator = sit_down("coordinator")
    coordinator.open("cases:council_meeting", meeting.public_id)
    coordinator.send("Publish the agenda")
    coordinator.follow("A child in grade 4")
    assert story.pupil.last_name not in coordinator.page.content()
    coordinator.follow("Write down the sparring")
    coordinator.fill({"First idea": "Morgengruppe sammen med naboskolen"})
    coordinator.rest()
    coordinator.send("Save the sparring")

    leader.open("cases:council_item", item.public_id)
    leader.follow("Answer the idea")
    leader.pick("What does the school do?", "Not possible")
    leader.fill({"Not possible, because": "Der er for langt at gå."})
    leader.send("Save")


def test_the_referral(sit_down: SitDown, people: Cast) -> None:
    story = told(people, "council_advised")
    teacher = sit_down("teacher")
    teacher.open("cases:case", story.case.public_id)
    teacher.follow("Write the referral to PKU")
    teacher.send("Begin the referral")
    referral = Referral.objects.get()
    _write_parts(teacher, referral)
    teacher.follow("Let the school leader see it")
    teacher.send("Send to the school leader")

    leader = sit_down("leader")
    leader.open("pku:referral_part", referral.public_id, "leader")
    leader.fill({"The school leader's recommendation": "Skolen anbefaler et mindre fællesskab."})
    leader.send("Save")
    leader.follow("Approve and submit")
    leader.send("Approve and submit")
    referral.refresh_from_db()
    assert referral.state == Referral.State.SUBMITTED


def _write_parts(teacher: Person, referral: Referral) -> None:
    for part in ("answers", "views", "psychologist", "offer"):
        teacher.open("pku:referral_part", referral.public_id, part)
        if part == "offer":
            teacher.fill({"Wished offer": "Specialskole"})
        else:
            for area in teacher.page.locator("main textarea").all():
                name = area.get_attribute("name") or ""
                if not name.startswith("reason:"):
                    area.fill("Vi er enige om et mindre fællesskab.")
        teacher.send("Save")
