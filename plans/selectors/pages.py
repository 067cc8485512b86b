"""What the pages of the cycle show."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any  # rows with annotations

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, prefetch_related_objects

from districts.models import LearningCommunity, Pupil
from haderslev.accounts.models import User
from plans.models import (
    Evaluation,
    Guidance,
    Observation,
    ParentPerspective,
    Plan,
    PlanAction,
    PlanVersion,
    Voice,
)
from plans.selectors import lists
from plans.selectors.completeness import Missing, missing_parts

_WHOLE = (
    "goals__signs",
    Prefetch("actions", PlanAction.objects.select_related("intervention")),
    "voices",
    Prefetch("perspectives", ParentPerspective.objects.select_related("custody_holder")),
    Prefetch("observations", Observation.objects.select_related("author")),
)


@dataclass
class PlanPage:
    """One plan with all that belongs to it."""

    plan: Plan
    versions: list[PlanVersion]
    in_use: PlanVersion | None
    draft: PlanVersion | None
    evaluations: list[Evaluation]
    guidance: list[Guidance]
    missing: list[Missing] = field(default_factory=list)

    @property
    def shown(self) -> PlanVersion | None:
        """Return the version the page shows: the draft while there is one."""
        return self.draft or self.in_use

    @property
    def next_evaluation_on(self) -> date | None:
        """Return when the version in use is evaluated next."""
        if self.in_use is None or self.plan.ended_on is not None:
            return None
        own = [item for item in self.evaluations if item.version_id == self.in_use.pk]
        return own[0].next_evaluation_on if own else self.in_use.evaluate_on


def plan_page(plan: Plan, user: User) -> PlanPage:
    """Return what the plan's page shows."""
    versions = list(plan.versions.select_related("team_meeting", "made_by", "approved_by"))
    newest = {row.state: row for row in reversed(versions)}
    draft = newest.get(PlanVersion.State.DRAFT) if plan.ended_on is None else None
    evaluations = Evaluation.objects.filter(version__plan=plan)
    page = PlanPage(
        plan=plan,
        versions=versions,
        in_use=newest.get(PlanVersion.State.APPROVED),
        draft=draft,
        evaluations=list(evaluations.select_related("version", "made_by")),
        guidance=list(Guidance.objects.visible_to(user).filter(plan=plan)),
    )
    if page.shown is not None:
        fill(page.shown)
    if draft is not None:
        draft.plan = plan
        page.missing = missing_parts(draft)
    return page


def voices_for_parents(version: PlanVersion) -> QuerySet[Voice]:
    """Return the child's words that may stand in something addressed to a custody holder.

    What the child does not want the parents to see is left out.
    """
    return version.voices.exclude(parents_may_see=Voice.ParentsMaySee.NO)


def some_kept_from_parents(pupil_id: int) -> bool:
    """Tell whether a plan of the pupil has words that the child does not want the parents to see.

    Only for those who may read the plan: that there are such words is kept from parents too.
    """
    words = Voice.objects.filter(version__plan__pupil=pupil_id)
    return words.filter(parents_may_see=Voice.ParentsMaySee.NO).exists()


def reason_to_go_on(target: Pupil | LearningCommunity, user: User) -> str:
    """Return why the newest evaluation says that the next level is needed; else nothing."""
    newest = (
        Evaluation.objects.visible_to(user)
        .filter(version__plan__in=lists.running_plans_of(target))
        .first()
    )
    if newest is None or newest.conclusion != Evaluation.Conclusion.NEXT_LEVEL:
        return ""
    return newest.reason


def fill(version: PlanVersion) -> PlanVersion:
    """Read the parts of a version in a few queries."""
    prefetch_related_objects([version], *_WHOLE)
    return version


def plan_list(user: User) -> QuerySet[Plan]:
    """Return the plans one may see, those that run first, with their next evaluation."""
    used = PlanVersion.objects.in_use().filter(plan=OuterRef("pk")).order_by("-number")
    newest = Evaluation.objects.filter(version__plan=OuterRef("pk"))
    plans: QuerySet[Plan] = Plan.objects.visible_to(user).standing()
    return (
        plans.select_related("pupil", "community__school", "team")
        .annotate(
            number_in_use=Subquery(used.values("number")[:1]),
            evaluate_on=Subquery(used.values("evaluate_on")[:1]),
            evaluated_number=Subquery(newest.values("version__number")[:1]),
            evaluated_next=Subquery(newest.values("next_evaluation_on")[:1]),
        )
        .order_by("ended_on", "-made_at")
    )


def with_next_evaluation(plans: Iterable[Any]) -> None:
    """Set ``next_evaluation_on`` of each plan of ``plan_list``, from what it annotates."""
    for plan in plans:
        evaluated = plan.number_in_use is not None and plan.evaluated_number == plan.number_in_use
        due = plan.evaluated_next if evaluated else plan.evaluate_on
        plan.next_evaluation_on = None if plan.ended_on else due


def own_observations(user: User, guidance: Guidance) -> QuerySet[Observation]:
    """Return the adviser's own observations of whom the request is about."""
    mine = Observation.objects.standing().filter(author=user)
    if guidance.pupil is not None:
        return mine.filter(pupils=guidance.pupil)
    return mine.filter(community=guidance.community)
