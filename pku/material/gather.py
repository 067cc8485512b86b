"""The records that a case's material is built from, read once and in a fixed order.

Only plan versions in use count. Other children are never named: the community contributes its
plans, not its observations.
"""

from dataclasses import dataclass

from django.db.models import Prefetch, Q

from cases import features as case_features
from cases.models import Case, DocumentRecord
from districts import features as district_features
from districts.models import CustodyHolder, LearningCommunity, Pupil, TimelineEntry
from plans.models import Evaluation, Guidance, Meeting, MeetingAnswer, PlanVersion
from plans.models.evaluations import GoalResult, InterventionEffect
from plans.models.plans import ParentPerspective, PlanAction

# The recipient reads the timeline with the permissions that come with the material.
_TIMELINE_PERMS = ("view_pupil", "view_plan", "view_case", "view_meeting")
_TIMELINE_WITHOUT = (
    case_features.ACCESS_OPENED,
    case_features.ACCESS_PROLONGED,
    case_features.ACCESS_CLOSED,
    case_features.LETTER,
    case_features.LETTER_SENT,
    case_features.LETTER_DROPPED,
    district_features.ACCESS_OPENED,
    district_features.ACCESS_CLOSED,
    district_features.PUPIL_ADDED,
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
    """All records that a case's material may show."""

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
    """Read a pupil's case. A constant number of queries."""
    pupil = case.pupil
    assert pupil is not None  # noqa: S101 - a class has no PPV and no referral
    community = pupil.community
    about = Q(pupil=pupil)
    if community is not None:
        about |= Q(community=community, kind=Guidance.Kind.COMMUNITY)
    holders = CustodyHolder.objects.current().filter(pupil=pupil).order_by("pk")
    meetings = Meeting.objects.standing().filter(pupil=pupil).order_by("-held_on", "-pk")
    answers = Prefetch("answers", MeetingAnswer.objects.select_related("custody_holder"))
    guidance = Guidance.objects.filter(about, state=Guidance.State.ANSWERED)
    guidance = guidance.select_related("answered_by").order_by("answered_at", "pk")
    timeline = TimelineEntry.objects.filter(pupil=pupil, needed_permission__in=_TIMELINE_PERMS)
    timeline = timeline.exclude(kind__in=_TIMELINE_WITHOUT)
    return CaseMaterial(
        case=case,
        pupil=pupil,
        community=community,
        holders=tuple(holders),
        stories=_stories(case, pupil, community),
        meetings=tuple(meetings.prefetch_related("participants", answers)),
        guidance=tuple(guidance),
        timeline=tuple(timeline.order_by("happened_on", "recorded_at", "pk")),
        records=tuple(DocumentRecord.objects.filter(case=case).order_by("dated", "pk")),
    )


def _stories(
    case: Case, pupil: Pupil, community: LearningCommunity | None
) -> tuple[PlanStory, ...]:
    about = Q(plan__pupil=pupil) | Q(plan__pupil_plans__pupil=pupil) | Q(plan__cases=case)
    if community is not None:
        about |= Q(plan__community=community)
    # The condition joins several tables; by number so that each version comes once.
    numbers = PlanVersion.objects.filter(about, state=PlanVersion.State.APPROVED).values("pk")
    rows = PlanVersion.objects.filter(pk__in=numbers.order_by()).select_related(
        "plan", "approved_by"
    )
    rows = rows.prefetch_related(
        "goals",
        "signs",
        "voices",
        Prefetch("actions", PlanAction.objects.select_related("intervention")),
        Prefetch("perspectives", ParentPerspective.objects.select_related("custody_holder")),
        Prefetch("evaluations", Evaluation.objects.order_by("evaluated_on", "pk")),
        Prefetch("evaluations__goal_results", GoalResult.objects.select_related("goal")),
        Prefetch(
            "evaluations__effects",
            InterventionEffect.objects.select_related("action__intervention"),
        ),
    )
    plans: dict[int, list[PlanVersion]] = {}
    for row in rows.order_by("plan__made_at", "plan_id", "number"):
        plans.setdefault(row.plan_id, []).append(row)
    return tuple(PlanStory(tuple(mine)) for mine in plans.values())
