"""What the tests of the cycle share: reference data, a whole plan, posting a form."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.utils import timezone

from districts.models import LearningCommunity, Pupil
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.models import LegalValue
from plans.models import (
    Evaluation,
    Goal,
    Intervention,
    InterventionEffect,
    Meeting,
    MeetingParticipant,
    Observation,
    ParentPerspective,
    Plan,
    PlanAction,
    PlanVersion,
    Sign,
    Voice,
)
from plans.services import drafts, evaluations, meetings, observations, plans
from tests.people import Cast

START = datetime.date(2020, 1, 1)


def a_date(days: int) -> datetime.date:
    return clock.days_from_now(days)


def posted(**values: object) -> dict[str, object]:
    return {"form_key": str(uuid.uuid4()), **values}


def formset(
    prefix: str, rows: Sequence[Mapping[str, object]], initial: int = 0
) -> dict[str, object]:
    data: dict[str, object] = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": initial,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


@pytest.fixture(autouse=True)
def reference(db: None) -> None:
    """The numbers that guidance asks for, where the reference data does not have them yet."""
    for code, value in (("guidance_default_days", 90), ("guidance_longest_days", 180)):
        if not LegalValue.objects.filter(code=code).exists():
            LegalValue.objects.create(
                code=code,
                value=value,
                unit="days",
                valid_from=START,
                source="test",
                is_legal=False,
                name_da=code,
                name_en=code,
            )


@pytest.fixture
def intervention(db: None) -> Intervention:
    return Intervention.objects.create(
        code="test",
        level="preventive",
        group_da="Prøvegruppe",
        name_da="Co-teaching (prøve)",
        name_en="Co-teaching",
        actors="Teamet",
        valid_from=START,
        source="test",
    )


@pytest.fixture
def build(cast: Cast, intervention: Intervention) -> "Builder":
    return Builder(cast, intervention)


class Builder:
    """Builds the cycle through the services."""

    def __init__(self, cast: Cast, intervention: Intervention) -> None:
        self.cast = cast
        self.intervention = intervention

    def about(self, target: Pupil | LearningCommunity) -> dict[str, Any]:
        return {"pupil": target} if isinstance(target, Pupil) else {"community": target}

    def observation(
        self,
        target: Pupil | LearningCommunity,
        by: User | None = None,
        seen: str = "Uro i overgangen",
    ) -> Observation:
        pupil, community = (target, None) if isinstance(target, Pupil) else (None, target)
        return observations.add_observation(
            about="pupil" if pupil else "community",
            kind="watching",
            seen=seen,
            place="lesson",
            observed_at=timezone.now() - datetime.timedelta(days=2),
            community=community,
            pupils=[pupil] if pupil else (),
            by=by or self.cast.teacher,
        )

    def team_meeting(self, target: Pupil | LearningCommunity) -> Meeting:
        return meetings.record(
            kind="team",
            minutes=meetings.Minutes(held_on=a_date(-1), agreements="Vi laver en plan."),
            participants=[MeetingParticipant(name="Teamet", role="lærere")],
            by=self.cast.teacher,
            **self.about(target),
        )

    def plan(self, target: Pupil | LearningCommunity, level: str = "preventive") -> Plan:
        return plans.make_plan(
            target,
            title="Ro i overgange",
            level=level,
            team=self.cast.team,
            by=self.cast.teacher,
        )

    def fill(self, plan: Plan, *, secret: bool = False) -> PlanVersion:
        by, target = self.cast.teacher, plan.target
        revision = plan.versions.get(state="draft").revision
        drafts.save_context(
            plan,
            revision=revision,
            context="Overgange er svære.",
            observations=[self.observation(target)],
            team_meeting=self.team_meeting(target),
            by=by,
        )
        goals = [
            (
                Goal(text="Rolige overgange"),
                [Sign(text="Alle er klar", measured_how="ur", baseline=1)],
            ),
            (Goal(text="Flere leger med"), [Sign(text="To lege om dagen")]),
        ]
        drafts.save_goals(plan, revision=revision + 1, goals=goals, by=by)
        action = PlanAction(
            intervention=self.intervention,
            what="To voksne",
            who="Mette",
            starts_on=a_date(0),
            weeks=8,
        )
        drafts.save_actions(plan, revision=revision + 2, actions=[action], by=by)
        self._voices(plan, revision + 3, secret=secret)
        return drafts.save_evaluation(
            plan, revision=revision + 5, evaluate_on=a_date(56), evaluate_how="Teammøde", by=by
        )

    def _voices(self, plan: Plan, revision: int, *, secret: bool) -> None:
        by = self.cast.teacher
        if plan.pupil is None:
            drafts.save_common_voice(plan, revision=revision, common_voice="Vi vil have ro", by=by)
            drafts.save_parents_informed(
                plan,
                revision=revision + 1,
                parents_informed_on=a_date(-1),
                parents_informed_how="Forældremøde",
                by=by,
            )
            return
        asked: dict[str, Any] = {"gathered_how": "samtale", "gathered_on": a_date(-1)}
        voices = [
            Voice(statement="seen", words="Jeg er med", parents_may_see="yes", **asked),
        ]
        if secret:
            voices.append(
                Voice(statement="supported", words="Far råber", parents_may_see="no", **asked)
            )
        drafts.save_voices(plan, revision=revision, voices=voices, no_voice_reason="", by=by)
        perspectives = [
            ParentPerspective(custody_holder=holder, words=f"Ord fra {holder.name}")
            for holder in plan.pupil.custody_holders.current()
        ]
        drafts.save_perspectives(plan, revision=revision + 1, perspectives=perspectives, by=by)

    def in_use(
        self, target: Pupil | LearningCommunity, level: str = "preventive", *, secret: bool = False
    ) -> PlanVersion:
        plan = self.plan(target, level)
        draft = self.fill(plan, secret=secret)
        return plans.put_into_use(plan, revision=draft.revision, by=self.cast.teacher)

    def evaluate(
        self,
        version: PlanVersion,
        conclusion: str = "next_level",
        by: User | None = None,
        **more: Any,
    ) -> Evaluation:
        evidence = list(version.observations.all())
        return evaluations.evaluate(
            version,
            evaluated_on=a_date(0),
            participants="Teamet",
            goals=[
                evaluations.GoalAnswer(goal, "partly", 2, "Det går bedre", evidence)
                for goal in version.goals.all()
            ],
            actions=[
                InterventionEffect(action=row, weeks=8, effect="Mere ro")
                for row in version.actions.all()
            ],
            changed_by_child="Vi flyttede pladserne.",
            conclusion=conclusion,
            reason="Det rækker ikke.",
            by=by or self.cast.teacher,
            **more,
        )
