"""Evidence for the tests of cases: the least that the gates ask for."""

from datetime import timedelta
from typing import Any

from cases.gates import Requirement
from cases.models import Case, Proposal
from cases.services import proposals
from cases.services.cases import Informed, open_case
from districts.models import LearningCommunity, Pupil
from haderslev.core import clock
from haderslev.core.errors import GateError
from haderslev.core.request_cache import running
from plans.models import (
    Evaluation,
    Guidance,
    Intervention,
    InterventionEffect,
    Meeting,
    Plan,
    PlanAction,
    PlanVersion,
)
from plans.services.observations import add_observation
from tests.beginnings import told_once
from tests.people import Cast

type Target = Pupil | LearningCommunity


def codes(error: GateError) -> set[str]:
    """What a gate still lacks."""
    return {item.code for item in error.unmet if isinstance(item, Requirement)}


def about(target: Target) -> dict[str, Any]:
    return {"pupil": target} if isinstance(target, Pupil) else {"community": target}


def observation(cast: Cast, target: Target) -> Any:
    pupil = target if isinstance(target, Pupil) else None
    return add_observation(
        about="pupil" if pupil else "community",
        kind="watching",
        seen="Går til og fra bordet.",
        place="lesson",
        observed_at=clock.now() - timedelta(hours=1),
        community=target if isinstance(target, LearningCommunity) else None,
        pupils=[pupil] if pupil else [],
        by=cast.teacher,
    )


def meeting(cast: Cast, target: Target, kind: str = "team") -> Meeting:
    return Meeting.objects.create(
        **about(target),
        kind=kind,
        held_on=clock.today(),
        parents_words="Ord",
        child_words="Ord",
        agreements="Aftaler",
        recorded_by=cast.teacher,
    )


def plan(cast: Cast, target: Target, level: str = "preventive") -> PlanVersion:
    """A plan in use with one action."""
    row = Plan.objects.create(
        **about(target), title="Ro i overgange", level=level, team=cast.team, made_by=cast.teacher
    )
    version = PlanVersion.objects.create(
        plan=row,
        number=1,
        common_voice="Vi vil gerne have ro.",
        parents_informed_on=clock.today(),
        parents_informed_how="Brev",
        made_by=cast.teacher,
    )
    PlanAction.objects.create(
        version=version,
        intervention=Intervention.objects.earliest("pk"),
        what="Fast plads",
        who="Teamet",
        starts_on=clock.today(),
        weeks=6,
    )
    version.move("approved", approved_by=cast.teacher, approved_on=clock.today())
    return version


def evaluation(cast: Cast, version: PlanVersion, conclusion: str = "next_level") -> Evaluation:
    row = Evaluation.objects.create(
        version=version,
        evaluated_on=clock.today(),
        participants="Teamet",
        changed_by_child="Pladsen ved vinduet",
        conclusion=conclusion,
        reason="Det rækker ikke",
        made_by=cast.teacher,
    )
    InterventionEffect.objects.create(
        evaluation=row, action=version.actions.get(), weeks=6, effect="Mere ro om morgenen"
    )
    return row


def guidance(cast: Cast, target: Target, next_level: str = "yes") -> Guidance:
    pupil = target if isinstance(target, Pupil) else None
    community: Any = target.community if isinstance(target, Pupil) else target
    row = Guidance.objects.create(
        kind="pupil" if pupil else "community",
        role="plc_adviser",
        unit=cast.school,
        community=community,
        pupil=pupil,
        question="Hvad ser I?",
        closes_on=clock.days_from_now(30),
        asked_by=cast.teacher,
    )
    row.move(
        "answered",
        contribution="Bidrag",
        next_level=next_level,
        next_level_sentence="Ja, nu.",
        answered_by=cast.plc,
        answered_at=clock.now(),
    )
    return row


def begun(cast: Cast, target: Target) -> PlanVersion:
    """What opening a case asks for."""
    observation(cast, target)
    meeting(cast, target)
    return plan(cast, target)


def informed(pupil: Pupil) -> list[Informed]:
    return [
        Informed(custody_holder=holder, informed_on=clock.today(), informed_how="Samtale")
        for holder in pupil.custody_holders.current()
    ]


@told_once
def case(cast: Cast, target: Target | None = None) -> Case:
    """An open case on level 1."""
    target = target or cast.child
    begun(cast, target)
    told = informed(target) if isinstance(target, Pupil) else []
    return open_case(**about(target), reason="Uro i overgange", informed=told, by=cast.teacher)


@running()
def proposal(cast: Cast, row: Case, *, ready: bool = True) -> Proposal:
    """A proposal; with ``ready`` everything that level 2 asks for is there."""
    answered = None
    if ready:
        version = PlanVersion.objects.get(plan__in=row.plans.all(), number=1)
        evaluation(cast, version)
        answered = guidance(cast, row.target)
    return proposals.propose(
        row,
        reason="Der er brug for flere øjne",
        guidance=answered,
        parents_informed_on=clock.today(),
        parents_informed_how="Samtale",
        parents_words="Mor: det er godt.",
        child_words="Jeg vil gerne have hjælp.",
        by=cast.teacher,
    )
