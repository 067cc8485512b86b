"""What the gates ask of the cycle, for many pupils and communities at once."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from haderslev.core.identity import Reference
from plans.facts import (
    EvaluationFact,
    Evidence,
    GuidanceFact,
    MeetingFact,
    PlanFacts,
    TriedFact,
)
from plans.models import (
    Evaluation,
    Guidance,
    InterventionEffect,
    Meeting,
    Observation,
    Plan,
    PlanVersion,
)
from plans.models.observations import ObservationPupil

# The word "pupil" or "community", and its id.
type Key = tuple[str, int | None]


@dataclass
class _Found:
    """The facts of one pupil or community while they are gathered, newest first."""

    observations: list[Evidence] = field(default_factory=list)
    meetings: list[MeetingFact] = field(default_factory=list)
    plans_in_use: list[Evidence] = field(default_factory=list)
    community_voice: list[Evidence] = field(default_factory=list)
    evaluations: list[EvaluationFact] = field(default_factory=list)
    tried: list[TriedFact] = field(default_factory=list)
    guidance: list[GuidanceFact] = field(default_factory=list)

    def frozen(self) -> PlanFacts:
        return PlanFacts(**{name: tuple(rows) for name, rows in vars(self).items()})


def plan_facts(
    *, pupil_ids: Collection[int] = (), community_ids: Collection[int] = ()
) -> tuple[dict[int, PlanFacts], dict[int, PlanFacts]]:
    """Return the facts of each pupil and of each community. Eight queries, however many.

    What is withdrawn and drafts show nothing.
    """
    pupils, communities = list(pupil_ids), list(community_ids)
    found: dict[Key, _Found] = defaultdict(_Found)

    def about(prefix: str = "") -> Q:
        of_pupils = Q(**{f"{prefix}pupil__in": pupils})
        return of_pupils | Q(**{f"{prefix}community__in": communities})

    _observations(found, pupils, communities)
    _meetings(found, about())
    _versions(found, about("plan__"))
    _evaluations(found, about("version__plan__"))
    _tried(found, about("evaluation__version__plan__"))
    _guidance(found, Q(pupil__in=pupils) | Q(pupil=None, community__in=communities))
    return (
        {pk: found["pupil", pk].frozen() for pk in pupils},
        {pk: found["community", pk].frozen() for pk in communities},
    )


def _key(row: Meeting | Plan | Guidance) -> Key:
    return ("pupil", row.pupil_id) if row.pupil_id else ("community", row.community_id)


def _observations(
    found: dict[Key, _Found], pupils: Collection[int], communities: Collection[int]
) -> None:
    rows = ObservationPupil.objects.filter(pupil__in=pupils, observation__withdrawn_at=None)
    rows = rows.select_related("observation").order_by("-observation__observed_at", "-pk")
    for row in rows:
        found["pupil", row.pupil_id].observations.append(_observed(row.observation))
    for item in Observation.objects.standing().filter(community__in=communities):
        assert item.community_id is not None  # noqa: S101 - filtered by it
        found["community", item.community_id].observations.append(_observed(item))


def _observed(item: Observation) -> Evidence:
    day = timezone.localtime(item.observed_at).date()
    return Evidence(item.get_kind_display(), day, Reference.to(item))


def _meetings(found: dict[Key, _Found], about: Q) -> None:
    for meeting in Meeting.objects.standing().filter(about).prefetch_related("answers"):
        answers: dict[str, dict[int, str]] = defaultdict(dict)
        for answer in meeting.answers.all():
            answers[answer.topic][answer.custody_holder_id] = answer.answer
        fact = MeetingFact(
            kind=meeting.kind,
            evidence=Evidence(meeting.get_kind_display(), meeting.held_on, Reference.to(meeting)),
            has_parents_words=bool(meeting.parents_words),
            has_child_words=bool(meeting.child_words),
            answers=dict(answers),
        )
        found[_key(meeting)].meetings.append(fact)


def _versions(found: dict[Key, _Found], about: Q) -> None:
    newest: set[int] = set()
    rows = PlanVersion.objects.in_use().filter(about, plan__ended_on=None).select_related("plan")
    for version in rows.order_by("-approved_on", "-pk"):
        if version.plan_id in newest:
            continue
        newest.add(version.plan_id)
        label = _("%(title)s, version %(number)s") % {
            "title": version.plan.title,
            "number": version.number,
        }
        evidence = Evidence(label, version.approved_on, Reference.to(version))
        mine = found[_key(version.plan)]
        mine.plans_in_use.append(evidence)
        if version.common_voice and version.parents_informed_on:
            mine.community_voice.append(evidence)


def _evaluations(found: dict[Key, _Found], about: Q) -> None:
    for item in Evaluation.objects.filter(about).select_related("version__plan"):
        plan = item.version.plan
        label = _("Evaluation of %(title)s") % {"title": plan.title}
        fact = EvaluationFact(
            level=plan.level,
            of_pupil=plan.pupil_id is not None,
            conclusion=item.conclusion,
            evidence=Evidence(label, item.evaluated_on, Reference.to(item)),
        )
        found[_key(plan)].evaluations.append(fact)


def _tried(found: dict[Key, _Found], about: Q) -> None:
    rows = InterventionEffect.objects.filter(about, carried_out=True)
    rows = rows.select_related("action__intervention", "evaluation__version__plan")
    for row in rows.order_by("-evaluation__evaluated_on", "action__starts_on", "pk"):
        plan, intervention = row.evaluation.version.plan, row.action.intervention
        name = intervention.name_in_words
        words = ngettext("%(what)s, for %(weeks)s week", "%(what)s, for %(weeks)s weeks", row.weeks)
        fact = TriedFact(
            name=name,
            level=intervention.level,
            of_pupil=plan.pupil_id is not None,
            weeks=row.weeks,
            effect=row.effect,
            words=words % {"what": name, "weeks": row.weeks},
        )
        found[_key(plan)].tried.append(fact)


def _guidance(found: dict[Key, _Found], about: Q) -> None:
    rows = Guidance.objects.filter(about, state=Guidance.State.ANSWERED)
    for item in rows.order_by("-answered_at", "-pk"):
        assert item.answered_at is not None  # noqa: S101 - a constraint of the table
        label = _("Guidance from %(adviser)s") % {"adviser": item.get_role_display()}
        day = timezone.localtime(item.answered_at).date()
        fact = GuidanceFact(
            next_level=item.next_level,
            sentence=item.next_level_sentence,
            evidence=Evidence(label, day, Reference.to(item)),
        )
        found[_key(item)].guidance.append(fact)
