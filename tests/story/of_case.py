"""Steps of a course: the case and its levels, guidance and PPV."""

from datetime import timedelta
from typing import Any

from cases.models import Case
from cases.services import cases, proposals
from cases.services.cases import Informed
from districts.permissions import Role
from haderslev.core import clock
from pku.services import ppv, ppv_reports
from plans.models import GuidanceAgreement, MeetingAnswer, MeetingParticipant
from plans.services import guidance, meetings
from plans.services.meetings import Minutes
from tests.story.with_plans import StepsWithPlans


class StepsOfCase(StepsWithPlans):
    """From the case's opening until PPV is sent."""

    def _case_opened(self) -> None:
        self.case = cases.open_case(
            pupil=self.pupil,
            reason="Overgangene er svære trods indsatser.",
            informed=[
                Informed(custody_holder=holder, informed_on=clock.today(), informed_how="Samtale")
                for holder in self.holders
            ],
            by=self.cast.teacher,
        )

    def _plans_evaluated(self) -> None:
        self.advance(42)
        with self.clock():
            self._evaluate(self.class_plan, "ask_guidance")
            self._evaluate(self.plan, "ask_guidance")

    def _plc_asked(self) -> None:
        self.guidance = guidance.ask(
            kind="pupil",
            role=Role.PLC_ADVISER,
            question="Hvordan gør vi overgangene lettere?",
            closes_on=clock.today() + timedelta(days=90),
            pupil=self.pupil,
            plan=self.plan,
            agreements=[
                GuidanceAgreement(custody_holder=holder, agreed_on=clock.today())
                for holder in self.holders
            ],
            by=self.cast.teacher,
        )

    def _plc_answered(self) -> None:
        guidance.answer(
            self.guidance,
            observed="Jeg så to overgange.",
            verb="develops",
            contribution="Vis dagens skema som billeder.",
            children_involved="Klassen valgte billederne.",
            parents_involved="Talte med begge.",
            next_level="yes",
            next_level_sentence="Der er brug for flere øjne på overgangene.",
            by=self.cast.plc,
        )

    def _level_proposed(self) -> None:
        self.proposal = proposals.propose(
            self.case,
            reason="Vi har brug for vejledning udefra.",
            parents_informed_on=clock.today(),
            parents_informed_how="Møde på skolen",
            parents_words="Vi er trygge ved det.",
            child_words="Det er fint, hvis det er dig.",
            guidance=self.guidance,
            by=self.cast.teacher,
        )

    def _level_approved(self) -> None:
        proposals.approve(self.proposal, note="To timer om ugen i seks uger.", by=self.cast.leader)
        self.case = Case.objects.get(pk=self.case.pk)

    def _anticipatory_plan_evaluated(self) -> None:
        self.plan = self._plan_of_child("Trygge overgange", "anticipatory")
        cases.link_plans(self.case)
        self.advance(42)
        with self.clock():
            self._evaluate(self.plan, "next_level")

    def _network_met(self) -> None:
        meetings.record(
            kind="network",
            minutes=Minutes(
                held_on=clock.today(),
                agreements="Vi beder om PPV.",
                parents_words="Vi vil gerne have hjælp.",
                child_words="Jeg vil gerne blive hos mine venner.",
            ),
            participants=[MeetingParticipant(name=self.cast.teacher.name, role="Lærer")],
            answers=[
                MeetingAnswer(custody_holder=holder, topic=topic, answer="agrees")
                for holder in self.holders
                for topic in ("ppv", "council", "pku")
            ],
            pupil=self.pupil,
            by=self.cast.teacher,
        )

    def _ppv_requested(self) -> None:
        names = (
            "consulted_how problem questions resources difficulties academic social absence"
            " done_so_far school_statement pupil_view parents_view"
        ).split()
        texts: dict[str, Any] = {name: f"Om {name}: det går fremad." for name in names}
        texts |= {"consulted_on": clock.today(), "school_statement_on": clock.today()}
        row = ppv.start_request(
            self.case, requester="leader", texts=texts, ready=True, by=self.cast.teacher
        )
        self.ppv = ppv.sign_request(row, revision=row.revision, by=self.cast.leader)

    def _ppv_received(self) -> None:
        self.ppv = ppv_reports.receive_request(self.ppv, by=self.cast.psychologist)

    def _ppv_sent(self) -> None:
        names = (
            "basis competences difficulties environment child_perspective parents_perspective"
            " conclusion arrangement recommendations author_profession"
        ).split()
        texts: dict[str, Any] = {name: f"Om {name}: hun lærer bedst i ro." for name in names}
        texts |= {"need": "over", "weekly_hours": 12}
        report = ppv_reports.save_report(
            self.ppv, revision=0, texts=texts, by=self.cast.psychologist
        )
        sent = [
            ppv_reports.Dispatch(channel="digital_post", sent_on=clock.today(), custody_holder=who)
            for who in (None, *self.holders)
        ]
        self.ppv = ppv_reports.send_report(
            self.ppv, revision=report.revision, dispatches=sent, by=self.cast.psychologist
        )
