"""Steps of a course: referral to PKU, its decision, the special offer and the way home."""

from datetime import timedelta
from typing import Any

from cases.models import Case, Delivery, OutcomeType
from cases.services import deliveries
from districts.models import Institution
from haderslev.core import clock
from pku.models import GoalStatus, PkuMeeting
from pku.services import decisions as pku_decisions
from pku.services import referrals
from tests.story.of_decisions import StepsOfDecisions


class StepsAtPku(StepsOfDecisions):
    """From the referral until the child is home again."""

    def _referral_submitted(self) -> None:
        row = referrals.start_referral(self.case, by=self.cast.teacher)
        holders = {f"view:{holder.public_id}": "Vi er enige." for holder in self.holders}
        values: dict[str, dict[str, Any]] = {
            "answers": {
                f"answer:{question.code}": f"Svar på {question.code}."
                for question in referrals.questions()
            },
            "views": {"pupil_view": "Jeg vil gerne prøve.", **holders},
            "psychologist": {"psychologist_recommendation": "Et lille fællesskab."},
            "offer": {
                "wished_offer": "Specialskole",
                "wished_provider": "municipal",
                "private_consent_on": None,
                "provisional": False,
                "provisional_reason": "",
            },
        }
        for part, fields in values.items():
            row = referrals.save_part(
                row, part=part, revision=row.revision, values=fields, by=self.cast.teacher
            )
        row = referrals.ask_to_submit(row, by=self.cast.teacher)
        row = referrals.save_part(
            row,
            part="leader",
            revision=row.revision,
            values={"leader_recommendation": "Skolen anbefaler et mindre fællesskab."},
            by=self.cast.leader,
        )
        self.referral = referrals.submit(row, revision=row.revision, by=self.cast.leader)

    def _referral_accepted(self) -> None:
        self.pku_meeting = PkuMeeting.objects.create(
            unit=self.cast.committee,
            held_on=self.day + timedelta(days=3),
            place="Rådhuset",
            papers_by=self.day,
        )
        self.referral = referrals.accept(
            self.referral, meeting=self.pku_meeting, by=self.cast.pku_secretary
        )

    def decision_text(self, outcome: str, competence: str) -> pku_decisions.DecisionText:
        """Return a whole decision with some outcome."""
        names = (
            "present dialogue_council dialogue_psychologist dialogue_school legal_basis"
            " considerations facts parents_views child_views"
        ).split()
        texts: dict[str, Any] = {name: f"Om {name}: som oplyst." for name in names}
        kind = OutcomeType.objects.get(code=outcome, competence=competence)
        return pku_decisions.DecisionText(
            outcome=kind,
            meeting=self.pku_meeting,
            offer=Institution.objects.get() if kind.needs_offer else None,
            starts_on=self.day + timedelta(days=14),
            ends_on=self.day + timedelta(days=14 + 360),
            home_contact="Kontaktlæreren",
            goals=("Har en ven i gruppen", "Begynder timen selv"),
            **texts,
        )

    def _decision_signed(self) -> None:
        row = pku_decisions.prepare_for_referral(
            self.referral,
            text=self.decision_text("special_school", "pku"),
            by=self.cast.pku_secretary,
        )
        self.decision = pku_decisions.sign(row, revision=row.revision, by=self.cast.chair)

    def deliver(self, decision_key: str, by: Any) -> None:
        """Deliver the letters of a decision to every parent."""
        for row in Delivery.objects.filter(document__decision_key=decision_key):
            deliveries.record_delivery(
                row,
                channel="digital_post",
                sent_on=clock.today(),
                delivered_on=clock.today(),
                by=by,
            )

    def _decision_delivered(self) -> None:
        self.deliver(self.decision.public_id, self.cast.pku_secretary)
        self.case = Case.objects.get(pk=self.case.pk)
        self.placement = self.case.placements.get()

    def _status_given(self) -> None:
        self.advance(200)
        with self.clock():
            for by in (self.cast.offer_head, self.cast.leader):
                pku_decisions.give_status(
                    self.placement,
                    development="Hun læser mere.",
                    child_perspective="Jeg savner 4.A.",
                    parents_perspective="Det går godt.",
                    way_home="Besøg hver torsdag.",
                    goals=[
                        GoalStatus(goal=goal, result="reached", remark="Ses hver dag.")
                        for goal in self.placement.decision.goals.all()
                    ],
                    by=by,
                )

    def _home_again(self) -> None:
        row = pku_decisions.prepare_for_placement(
            self.placement,
            text=self.decision_text("home", "revisit"),
            by=self.cast.pku_secretary,
        )
        row = pku_decisions.sign(row, revision=row.revision, by=self.cast.chair)
        self.deliver(row.public_id, self.cast.pku_secretary)
        self.case = Case.objects.get(pk=self.case.pk)
