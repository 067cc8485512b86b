"""Steps of a course: observations, plans and their evaluations."""

from datetime import timedelta
from typing import Any

from haderslev.core import clock
from plans.models import (
    Goal,
    Intervention,
    InterventionEffect,
    MeetingParticipant,
    Observation,
    ParentPerspective,
    Plan,
    PlanAction,
    Sign,
    Voice,
)
from plans.services import drafts, evaluations, meetings, observations, plans
from plans.services.meetings import Minutes
from tests.story.course import Course


class StepsWithPlans(Course):
    """What the team sees, plans and evaluates."""

    def _class_observed(self) -> None:
        for words in ("Klassen venter længe på at komme i gang.", "Gruppearbejdet glider i dag."):
            observations.add_observation(
                about="community",
                kind="watching",
                seen=words,
                place="lesson",
                observed_at=clock.now(),
                community=self.community,
                by=self.cast.teacher,
            )

    def _class_plan_in_use(self) -> None:
        meeting = self._team_meeting(community=self.community)
        plan = plans.make_plan(
            self.community,
            title="Ro til at begynde",
            level="preventive",
            team=self.cast.team,
            by=self.cast.teacher,
        )
        self._write_draft(plan, meeting, "Klassen vil gerne vide, hvad der skal ske.")
        plans.put_into_use(plan, revision=self._draft(plan).revision, by=self.cast.teacher_b)
        self.class_plan = plan

    def _child_observed(self) -> None:
        for words in ("Hun bliver i garderoben.", "Hun begynder, når en voksen sætter sig."):
            observations.add_observation(
                about="pupil",
                kind="watching",
                seen=words,
                child_words="Der er for mange lyde.",
                place="transition",
                observed_at=clock.now(),
                pupils=[self.pupil],
                by=self.cast.teacher,
            )

    def _child_plan_in_use(self) -> None:
        self.plan = self._plan_of_child("En god begyndelse på timen", "preventive")

    def _plan_of_child(self, title: str, level: str) -> Plan:
        meeting = self._team_meeting(pupil=self.pupil)
        plan = plans.make_plan(
            self.pupil,
            title=title,
            level=level,
            team=self.cast.team,
            community_plan=self.class_plan,
            by=self.cast.teacher,
        )
        self._write_draft(plan, meeting, "Overgangene er svære.")
        plans.put_into_use(plan, revision=self._draft(plan).revision, by=self.cast.teacher_b)
        return plan

    def _draft(self, plan: Plan) -> Any:
        return plan.versions.get(state="draft")

    def _write_draft(self, plan: Plan, meeting: Any, context: str) -> None:
        by = self.cast.teacher
        seen = Observation.objects.filter(pupils=self.pupil) if plan.pupil else None
        if seen is None:
            seen = Observation.objects.filter(community=self.community)
        common: dict[str, Any] = {"by": by}

        def now() -> int:
            return int(self._draft(plan).revision)

        drafts.save_context(
            plan,
            revision=now(),
            context=context,
            observations=list(seen),
            team_meeting=meeting,
            **common,
        )
        sign = Sign(
            text="Hun finder sin plads inden for fem minutter",
            measured_how="Vi tæller",
            baseline=1,
        )
        goal = Goal(text="Begynder sammen med de andre")
        drafts.save_goals(plan, revision=now(), goals=[(goal, [sign])], **common)
        action = PlanAction(
            intervention=Intervention.objects.filter(level=plan.level).order_by("code")[0],
            what="En voksen tager imod ved døren",
            who="Kontaktlæreren",
            starts_on=clock.today(),
            weeks=6,
        )
        drafts.save_actions(plan, revision=now(), actions=[action], **common)
        evaluate_on = clock.today() + timedelta(days=42)
        drafts.save_evaluation(
            plan, revision=now(), evaluate_on=evaluate_on, evaluate_how="Teammøde", **common
        )
        if plan.pupil is None:
            drafts.save_common_voice(plan, revision=now(), common_voice="Vi vil have ro.", **common)
            drafts.save_parents_informed(
                plan,
                revision=now(),
                parents_informed_on=clock.today(),
                parents_informed_how="Aula",
                **common,
            )
            return
        asked: dict[str, Any] = {"gathered_how": "Samtale", "gathered_on": clock.today()}
        voices = [
            Voice(
                statement="seen", words="Jeg kan godt lide døren.", parents_may_see="yes", **asked
            ),
            Voice(
                statement="belong", words="Far bliver vred hjemme.", parents_may_see="no", **asked
            ),
        ]
        drafts.save_voices(plan, revision=now(), voices=voices, no_voice_reason="", **common)
        said = [
            ParentPerspective(custody_holder=holder, words="Det hjælper derhjemme.")
            for holder in self.holders
        ]
        drafts.save_perspectives(plan, revision=now(), perspectives=said, **common)

    def _team_meeting(self, **about: Any) -> Any:
        return meetings.record(
            kind="team",
            minutes=Minutes(held_on=clock.today(), agreements="Vi skriver en plan sammen."),
            participants=[MeetingParticipant(name=self.cast.teacher.name, role="Lærer")],
            by=self.cast.teacher,
            **about,
        )

    def _evaluate(self, plan: Plan, conclusion: str) -> None:
        version = plan.versions.filter(state="approved").latest("number")
        evidence = list(version.observations.all())
        evaluations.evaluate(
            version,
            evaluated_on=clock.today(),
            participants="Teamet",
            goals=[
                evaluations.GoalAnswer(goal, "partly", 2, "Det går bedre om morgenen.", evidence)
                for goal in version.goals.all()
            ],
            actions=[
                InterventionEffect(action=action, weeks=6, effect="Gav en roligere start.")
                for action in version.actions.all()
            ],
            changed_by_child="Vi flyttede bordet hen til vinduet.",
            conclusion=conclusion,
            reason="Indsatsen rækker ikke alene.",
            next_evaluation_on=None,
            by=self.cast.teacher,
        )
