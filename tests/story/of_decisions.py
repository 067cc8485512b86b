"""Steps of a course: hearing, the leader's decision and the district council."""

from datetime import timedelta
from typing import Any

from cases.models import OutcomeType
from cases.services import council, decisions, hearings
from districts.models import CouncilMeeting
from haderslev.core import clock
from tests.story.of_case import StepsOfCase


class StepsOfDecisions(StepsOfCase):
    """What the leader hears, decides and asks the other schools."""

    def _hearing_sent(self) -> None:
        row = hearings.start_hearing(
            self.case,
            facts="PPV viser et stort behov.",
            weighty="PPV og de evaluerede planer.",
            intended="At henvise til PKU.",
            rules="Folkeskoleloven § 12.",
            by=self.cast.leader,
        )
        until = clock.today() + timedelta(days=14)
        self.hearing = hearings.send_hearing(row, answer_by=until, by=self.cast.leader)

    def _hearing_closed(self) -> None:
        for party in self.hearing.parties.all():
            hearings.record_answer(
                party,
                revision=party.revision,
                answer="Vi er enige.",
                no_remarks=False,
                answered_on=clock.today(),
                reply="Tak for svaret.",
                by=self.cast.leader,
            )
        hearings.close_hearing(
            self.hearing, assessment="Begge er enige i det påtænkte.", by=self.cast.leader
        )

    def decide(self, outcome: str, **values: Any) -> Any:
        """Let the leader decide."""
        texts: dict[str, Any] = {
            name: f"Om {name}: se PPV."
            for name in ("what legal_basis considerations facts parents_views child_views".split())
        }
        return decisions.decide_support(
            self.case,
            outcome=OutcomeType.objects.get(code=outcome, competence="leader"),
            by=self.cast.leader,
            **texts,
            **values,
        )

    def _leader_referred(self) -> None:
        self.decide("refer_to_pku")

    def _council_asked(self) -> None:
        self.council_meeting = CouncilMeeting.objects.create(
            district=self.cast.north, held_on=self.day + timedelta(days=3), place="Nordskolen"
        )
        self.council_item = council.put_on_council(
            self.case,
            meeting=self.council_meeting,
            situation="Barnet mister overblikket i overgange.",
            tried="En voksen ved døren og billeder af dagen.",
            question="Hvad kan skolerne gøre sammen?",
            by=self.cast.leader,
        )
        council.publish_agenda(self.council_meeting, by=self.cast.coordinator)

    def _council_advised(self) -> None:
        item = council.record_sparring(
            self.council_item,
            present="Skolelederne i distriktet",
            sparring="Prøv en mindre gruppe om morgenen.",
            ideas=["Morgengruppe sammen med naboskolen"],
            by=self.cast.coordinator,
        )
        council.answer_idea(
            item.ideas.get(),
            answer="not_possible",
            because="Der er for langt at gå.",
            by=self.cast.leader,
        )
