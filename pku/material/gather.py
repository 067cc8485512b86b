"""What a case's material is made from: read once, in a fixed order, never more than belongs there.

Only plan versions in use count. Other children are never named: of the community come its plans,
not its observations.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from cases.models import Case, DocumentRecord
from districts.models import CustodyHolder, LearningCommunity, Pupil, TimelineEntry, TimelineKind
from haderslev.core import together
from haderslev.core.errors import DomainError
from plans.models import Evaluation, Guidance, Meeting, PlanVersion
from plans.models.evaluations import GoalResult, InterventionEffect
from plans.models.meetings import MeetingAnswer, MeetingParticipant
from plans.models.plans import Goal, ParentPerspective, PlanAction, Sign, Voice

# What the receiver may read of a timeline: the permissions that come with the material.
_TIMELINE_PERMS = ("view_pupil", "view_plan", "view_case", "view_meeting")
_TIMELINE_WITHOUT = (
    TimelineKind.ACCESS_OPENED,
    TimelineKind.ACCESS_PROLONGED,
    TimelineKind.ACCESS_CLOSED,
    TimelineKind.LETTER,
    TimelineKind.LETTER_SENT,
    TimelineKind.LETTER_DROPPED,
    TimelineKind.PUPIL_ADDED,
)


@dataclass(frozen=True)
class PlanStory:
    """One plan: its versions in use, oldest first."""

    versions: tuple[PlanVersion, ...]

    @property
    def newest(self) -> PlanVersion:
        """Return the version that counts now."""
        return self.versions[-1]

    @property
    def of_pupil(self) -> bool:
        """Tell whether it is about the child, not the community."""
        return self.newest.plan.pupil_id is not None

    @property
    def evaluations(self) -> list[Evaluation]:
        """Return the evaluations of all versions, oldest first."""
        found = [item for version in self.versions for item in version.evaluations.all()]
        return sorted(found, key=lambda item: (item.evaluated_on, item.pk))


@dataclass(frozen=True)
class CaseMaterial:
    """Everything that a case's material may show."""

    case: Case
    pupil: Pupil
    community: LearningCommunity | None
    holders: tuple[CustodyHolder, ...]
    stories: tuple[PlanStory, ...]
    meetings: tuple[Meeting, ...]
    guidance: tuple[Guidance, ...]
    timeline: tuple[TimelineEntry, ...]
    records: tuple[DocumentRecord, ...]

    @property
    def pupil_stories(self) -> list[PlanStory]:
        """Return the child's plans."""
        return [story for story in self.stories if story.of_pupil]

    @property
    def community_stories(self) -> list[PlanStory]:
        """Return the community's plans."""
        return [story for story in self.stories if not story.of_pupil]

    @property
    def school(self) -> str:
        """Return the name of today's school."""
        return str(self.community.school) if self.community else ""


def gather(case: Case) -> CaseMaterial:
    """Read a pupil's case. One query beside the child's class.

    Raises:
        DomainError: It is a community's case; it has no such material.
    """
    pupil = case.pupil
    if pupil is None:
        message = "A community's case has no material of this kind."
        raise DomainError(message, code="community-case")
    community = pupil.community
    about = Q(pupil=pupil)
    if community is not None:
        about |= Q(community=community, kind=Guidance.Kind.COMMUNITY)
    versions = _versions(case, pupil, community)
    meetings = Meeting.objects.standing().filter(pupil=pupil).order_by("-held_on", "-pk")
    holders = CustodyHolder.objects.current().filter(pupil=pupil).order_by("pk")
    guidance = Guidance.objects.filter(about, state=Guidance.State.ANSWERED)
    guidance = guidance.select_related("answered_by").order_by("answered_at", "pk")
    timeline = TimelineEntry.objects.filter(pupil=pupil, needed_permission__in=_TIMELINE_PERMS)
    timeline = timeline.exclude(kind__in=_TIMELINE_WITHOUT)
    timeline = timeline.order_by("happened_on", "recorded_at", "pk")
    records = DocumentRecord.objects.filter(case=case).order_by("dated", "pk")
    parts = _parts_of_plans(versions)
    minutes = _parts_of_meetings(meetings)
    together.fetch(
        versions, meetings, holders, guidance, timeline, records, *parts.values(), *minutes.values()
    )
    for relation, rows in minutes.items():
        together.attach(list(meetings), relation, rows)
    return CaseMaterial(
        case=case,
        pupil=pupil,
        community=community,
        holders=tuple(holders),
        stories=_stories(list(versions), parts),
        meetings=tuple(meetings),
        guidance=tuple(guidance),
        timeline=tuple(timeline),
        records=tuple(records),
    )


def _versions(
    case: Case, pupil: Pupil, community: LearningCommunity | None
) -> QuerySet[PlanVersion]:
    about = Q(plan__pupil=pupil) | Q(plan__pupil_plans__pupil=pupil) | Q(plan__cases=case)
    if community is not None:
        about |= Q(plan__community=community)
    # The condition joins several tables; by number so that each version comes once.
    numbers = PlanVersion.objects.filter(about, state=PlanVersion.State.APPROVED).values("pk")
    rows = PlanVersion.objects.filter(pk__in=numbers.order_by())
    return rows.select_related("plan", "approved_by").order_by("plan__made_at", "plan_id", "number")


def _parts_of_plans(versions: QuerySet[PlanVersion]) -> dict[str, QuerySet[Any]]:
    """Return what belongs to the versions, by the name of the relation."""
    of = {"version__in": versions.order_by().values("pk")}
    evaluated = {f"evaluation__{name}": value for name, value in of.items()}
    return {
        "goals": Goal.objects.filter(**of),
        "signs": Sign.objects.filter(**of),
        "voices": Voice.objects.filter(**of),
        "actions": PlanAction.objects.filter(**of).select_related("intervention"),
        "perspectives": ParentPerspective.objects.filter(**of).select_related("custody_holder"),
        "evaluations": Evaluation.objects.filter(**of).order_by("evaluated_on", "pk"),
        "goal_results": GoalResult.objects.filter(**evaluated).select_related("goal"),
        "effects": InterventionEffect.objects.filter(**evaluated).select_related(
            "action__intervention"
        ),
    }


def _parts_of_meetings(meetings: QuerySet[Meeting]) -> dict[str, QuerySet[Any]]:
    of = {"meeting__in": meetings.order_by().values("pk")}
    return {
        "participants": MeetingParticipant.objects.filter(**of),
        "answers": MeetingAnswer.objects.filter(**of).select_related("custody_holder"),
    }


def _stories(versions: list[PlanVersion], parts: dict[str, QuerySet[Any]]) -> tuple[PlanStory, ...]:
    evaluations = list(parts["evaluations"])
    for relation, rows in parts.items():
        parents: list[Any] = evaluations if relation in {"goal_results", "effects"} else versions
        together.attach(parents, relation, rows)
    plans: dict[int, list[PlanVersion]] = {}
    for row in versions:
        plans.setdefault(row.plan_id, []).append(row)
    return tuple(PlanStory(tuple(mine)) for mine in plans.values())
