"""A child's course up to the PPV: plans, an evaluation, a network meeting. For these tests only."""

from datetime import date
from typing import Any

from cases.models import Case
from cases.services.cases import next_number
from haderslev.core import clock
from plans.models import Evaluation, Intervention, Meeting, Plan, PlanVersion, Voice
from plans.models.evaluations import GoalResult, InterventionEffect
from plans.models.meetings import MeetingAnswer, MeetingParticipant
from plans.models.plans import Goal, ParentPerspective, PlanAction, Sign
from tests.people import Cast

SECRET = "Jeg tør ikke sige det derhjemme."
TEXTS: dict[str, Any] = {
    "consulted_on": date(2026, 10, 20),
    "consulted_how": "Netværksmøde på skolen",
    "problem": "Alma trækker sig i overgange.",
    "questions": "Hvad skal der til i overgangene?",
    "resources": "Alma tegner og fortæller.",
    "difficulties": "Overgange uden en voksen.",
    "academic": "Dansk og matematik efter planen.",
    "social": "Har to gode venner.",
    "absence": "Fire dage siden august.",
    "done_so_far": "To voksne i overgange i ti uger.",
    "school_statement": "Skolen støtter en vurdering.",
    "school_statement_on": date(2026, 10, 21),
    "pupil_view": "Jeg vil gerne tale med psykologen.",
    "parents_view": "Mor er enig, far er enig.",
}
REPORT: dict[str, Any] = {
    "basis": "Samtaler og observation.",
    "competences": "Fortæller levende.",
    "difficulties": "Skift uden varsel.",
    "environment": "Klassen har faste rammer.",
    "child_perspective": "Alma vil gerne vide, hvad der sker.",
    "parents_perspective": "Begge ser det samme hjemme.",
    "conclusion": "Behovet kan mødes med støtte i klassen.",
    "need": "under",
    "weekly_hours": None,
    "arrangement": "Fast voksen i overgange.",
    "recommendations": "Vis dagens program med billeder.",
    "author_profession": "Psykolog",
}


def open_case(cast: Cast, level: str = "anticipatory") -> Case:
    """A case of the child on a level."""
    case = Case(
        number=next_number(clock.today().year),
        pupil=cast.child,
        level=level,
        reason="Forløb",
        entry_ground="moved_in" if level != "preventive" else "",
        entry_document="Handleplan" if level != "preventive" else "",
        entered_by_name="Leder" if level != "preventive" else "",
        opened_by=cast.leader,
    )
    case.save(force_insert=True)
    return case


def hold_network_meeting(cast: Cast, **answers: str) -> Meeting:
    """A network meeting where each parent answers about PPV: mother=…, father=…."""
    meeting = Meeting.objects.create(
        pupil=cast.child,
        kind="network",
        held_on=date(2026, 10, 20),
        parents_words="Vi vil gerne vide mere.",
        child_words="Det er svært, når det ringer.",
        agreements="PPV drøftes igen.",
        recorded_by=cast.teacher,
    )
    MeetingParticipant.objects.create(meeting=meeting, name="Lise", role="lærer")
    for holder in cast.child.custody_holders.all():
        MeetingAnswer.objects.create(
            meeting=meeting,
            custody_holder=holder,
            topic="ppv",
            answer=answers.get(holder.relation, "agrees"),
        )
    return meeting


def make_plan(cast: Cast, *, of_pupil: bool, level: str = "anticipatory") -> PlanVersion:
    """A plan in use with goal, sign, intervention, voice; evaluated once."""
    plan = Plan.objects.create(
        pupil=cast.child if of_pupil else None,
        community=None if of_pupil else cast.klass,
        title="Trygge overgange" if of_pupil else "Ro i 4.A",
        level=level,
        team=cast.team,
        made_by=cast.teacher,
    )
    version = PlanVersion.objects.create(
        plan=plan, number=1, context="Overgange er svære.", made_by=cast.teacher
    )
    goal = Goal.objects.create(version=version, order=1, text="Kommer roligt ind")
    Sign.objects.create(version=version, goal=goal, text="Sætter sig selv", baseline=1)
    action = PlanAction.objects.create(
        version=version,
        intervention=Intervention.objects.order_by("code")[0],
        what="To voksne ved døren",
        who="Teamet",
        starts_on=date(2026, 8, 17),
        weeks=10,
    )
    if of_pupil:
        for words, may in (("Jeg kan lide at tegne.", "yes"), (SECRET, "no")):
            Voice.objects.create(
                version=version,
                statement="seen",
                words=words,
                gathered_how="Samtale",
                gathered_on=date(2026, 9, 1),
                parents_may_see=may,
            )
        for holder in cast.child.custody_holders.all():
            ParentPerspective.objects.create(
                version=version, custody_holder=holder, words=f"{holder.relation} ser fremgang"
            )
    _approve(version, cast)
    evaluation = Evaluation.objects.create(
        version=version,
        evaluated_on=date(2026, 10, 26),
        participants="Teamet",
        changed_by_child="Vi varsler skift.",
        conclusion="next_level",
        reason="Hjælper lidt",
        made_by=cast.teacher,
    )
    GoalResult.objects.create(
        evaluation=evaluation, goal=goal, result="partly", score=2, remark="Ser det om morgenen"
    )
    InterventionEffect.objects.create(
        evaluation=evaluation, action=action, weeks=9, effect="Færre konflikter"
    )
    return version


def _approve(version: PlanVersion, cast: Cast) -> None:
    version.move("approved", approved_by=cast.teacher, approved_on=date(2026, 8, 14))


def ready_course(cast: Cast, **answers: str) -> Case:
    """Everything that the school's own request needs beside its texts."""
    case = open_case(cast)
    make_plan(cast, of_pupil=False, level="preventive")
    make_plan(cast, of_pupil=True)
    hold_network_meeting(cast, **answers)
    return case
