"""Courses that do not go all the way: solved earlier, asked for by parents, returned, refused."""

from datetime import timedelta

import pytest

from cases.models import Case, Document
from cases.services import gatekeeping, proposals
from cases.services.cases import close_case, open_case
from districts.models import Todo
from districts.permissions import Role
from haderslev.core import clock
from haderslev.core.errors import DomainError, GateError
from pku.models import Placement, PPVRequest, Referral, ReturnReason
from pku.services import decisions, ppv, ppv_reports, referrals
from plans.models import MeetingParticipant
from plans.services import guidance, meetings
from plans.services.meetings import Minutes
from tests.people import Cast
from tests.story import Story


class ClassStory(Story):
    """A class that is helped as a class."""

    def climb(self) -> None:
        """Open the class's case and take it to level 2 with an adviser's answer."""
        with self.clock():
            self.case = open_case(
                community=self.community, reason="Uroen går ud over alle.", by=self.cast.teacher
            )
        self.advance(42)
        with self.clock():
            self._evaluate(self.class_plan, "next_level")
            asked = guidance.ask(
                kind="community",
                role=Role.PLC_ADVISER,
                question="Hvordan begynder timen roligt?",
                closes_on=clock.days_from_now(60),
                community=self.community,
                by=self.cast.teacher,
            )
            guidance.answer(
                asked,
                observed="Tre timer begyndte hver for sig.",
                verb="qualifies",
                contribution="Samme begyndelse i alle timer.",
                children_involved="Klassen valgte tegnet.",
                parents_involved="Nævnt i Aula.",
                next_level="yes",
                next_level_sentence="Praksisvejlederen bør se med.",
                by=self.cast.plc,
            )
            proposal = proposals.propose(
                self.case,
                reason="Vi har brug for øjne udefra.",
                parents_informed_on=clock.today(),
                parents_informed_how="Forældremøde",
                parents_words="De bakker op.",
                child_words="Vi vil gerne have ro.",
                guidance=asked,
                by=self.cast.teacher,
            )
            proposals.approve(proposal, note="Fire timers vejledning.", by=self.cast.leader)


def test_a_class_climbs_and_is_solved_without_any_childs_case(cast: Cast) -> None:
    story = ClassStory(cast)
    story.until("class_plan_in_use")
    story.climb()
    case = Case.objects.get()
    assert (case.community, case.pupil, case.level) == (cast.klass, None, "anticipatory")
    with story.clock():
        # Level 3 does not exist for a class: what can be proposed now is the way back.
        down = proposals.propose(
            case,
            reason="Timerne begynder roligt nu.",
            parents_informed_on=clock.today(),
            parents_informed_how="Aula",
            parents_words="De er glade.",
            child_words="Nu ved vi, hvad vi skal.",
            by=cast.teacher,
        )
        proposals.approve(down, note="", by=cast.leader)
        close_case(Case.objects.get(), conclusion="Klassen er hjulpet som klasse.", by=cast.leader)
    assert Case.objects.get().level == "closed"
    assert not Case.objects.exclude(pupil=None).exists()


def test_a_ppv_ends_with_support_at_the_own_school(cast: Cast) -> None:
    story = Story(cast).until("hearing_closed")
    with story.clock():
        decision = story.decide("support_ordinary", weekly_hours=4)
        story.deliver(decision.public_id, cast.secretary)
    case = Case.objects.get()
    # Support in the ordinary school is no special offer: the level stays, and PKU is not asked.
    assert case.level == "anticipatory"
    assert not Referral.objects.exists()
    letters = Document.objects.filter(decision_key=decision.public_id)
    assert letters.count() == len(story.holders)
    with story.clock():
        close_case(case, conclusion="Støtten virker.", by=cast.leader)
    assert Case.objects.get().level == "closed"


def test_a_parents_request_is_not_stopped_by_own_rules(cast: Cast) -> None:
    story = Story(cast)
    mother = story.holders[0]
    with story.clock():
        asked = ppv.record_parent_request(
            cast.child,
            ppv.Ask(
                custody_holder=mother, asked_on=clock.today(), words="Vi vil have ham undersøgt."
            ),
            by=cast.secretary,
        )
    case = Case.objects.get()
    assert (case.level, case.entry_ground) == ("preventive", "parents_request")
    # The school's own request would be stopped here: nothing has been tried or evaluated.
    with story.clock(), pytest.raises(GateError):
        gatekeeping.check(case, "G2")
    with story.clock(), pytest.raises(GateError):
        gatekeeping.check(case, "G5")
    with story.clock():
        sent = ppv.sign_request(asked, revision=asked.revision, by=cast.leader)
        received = ppv_reports.receive_request(sent, by=cast.psychologist)
    assert received.state == PPVRequest.State.RECEIVED
    assert Case.objects.get().level == "preventive"


def test_a_returned_referral_opens_only_what_the_reasons_name(cast: Cast) -> None:
    story = Story(cast).until("referral_submitted")
    frozen = story.referral.document
    with story.clock():
        row = referrals.return_referral(
            story.referral,
            reasons=[ReturnReason.objects.get(code="why_unclear")],
            note_text="Skriv, hvorfor det er nu.",
            by=cast.pku_secretary,
        )
        assert Todo.objects.open().filter(kind="pku.mend_referral").exists()
        with pytest.raises(DomainError, match="frozen"):
            referrals.save_part(
                row,
                part="answers",
                revision=row.revision,
                values={"answer:effect": "Noget andet."},
                by=cast.teacher,
            )
        row = referrals.save_part(
            row,
            part="answers",
            revision=row.revision,
            values={"answer:why": "Fordi klassen deles til sommer."},
            by=cast.teacher,
        )
        row = referrals.ask_to_submit(row, by=cast.teacher)
        story.referral = referrals.submit(row, revision=row.revision, by=cast.leader)
    assert story.referral.state == Referral.State.SUBMITTED
    assert story.referral.document
    assert story.referral.document != frozen
    assert "klassen deles til sommer" in story.referral.document.payload
    story.done.append("referral_submitted")
    story.take("referral_accepted")
    assert story.referral.state == Referral.State.ACCEPTED


def test_a_refusal_and_the_way_on(cast: Cast) -> None:
    story = Story(cast).until("referral_accepted")
    with story.clock():
        row = decisions.prepare_for_referral(
            story.referral, text=story.decision_text("pku_refusal", "pku"), by=cast.pku_secretary
        )
        row = decisions.sign(row, revision=row.revision, by=cast.chair)
        story.deliver(row.public_id, cast.pku_secretary)
    case = Case.objects.get()
    assert case.level == "anticipatory"
    assert not Placement.objects.exists()
    turn = Todo.objects.open().filter(kind="pku.after_decision")
    assert set(turn.values_list("role", flat=True)) >= {Role.TEACHER, Role.LEADER}
    story.advance(7)
    with story.clock():
        meetings.record(
            kind="network",
            minutes=Minutes(
                held_on=clock.today(),
                agreements="En ny plan med to voksne om morgenen.",
                parents_words="Vi er skuffede, men med på det.",
                child_words="Jeg vil gerne blive i 4.A.",
            ),
            participants=[MeetingParticipant(name=cast.teacher.name, role="Lærer")],
            pupil=cast.child,
            by=cast.teacher,
        )
        down = proposals.propose(
            case,
            reason="Vi begynder forfra i klassen.",
            parents_informed_on=clock.today() - timedelta(days=1),
            parents_informed_how="Møde",
            parents_words="Ja.",
            child_words="Ja.",
            by=cast.teacher,
        )
        proposals.approve(down, note="", by=cast.leader)
    assert Case.objects.get().level == "preventive"
