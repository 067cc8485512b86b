"""The district council's sparring: a case without names, ideas, and what the school does.

Sources: H-DIS-1 … H-DIS-4. The council gives sparring; it decides nothing.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.models import Case, CouncilIdea, CouncilItem
from cases.models.council import council_access_days
from cases.selectors.council import plans_of
from cases.services import gatekeeping, openings
from cases.services.names import check_no_names
from cases.services.standing_in import LEADERS
from districts.models import CouncilMeeting, Unit
from districts.permissions import Cause, Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from plans.models import MeetingAnswer, Plan
from plans.services import plans as plan_service

COUNCIL_ROLES = (
    Role.COUNCIL_MEMBER,
    Role.COUNCIL_COORDINATOR,
    Role.CONSULTANT,
    Role.PRACTICE_ADVISER,
)


def put_on_council(
    case: Case,
    *,
    meeting: CouncilMeeting,
    situation: str,
    tried: str,
    question: str,
    no_particulars: bool = False,
    not_a_name: bool = False,
    by: User,
) -> CouncilItem:
    """Put a case on the agenda of a council meeting.

    Where a parent disagrees the sheet carries no particulars of the child, and ``by`` confirms
    with ``no_particulars`` that the text has none. With ``not_a_name`` ``by`` says that a word
    which is also somebody's name is none here.

    Raises:
        NotAllowedError: ``by`` does not lead the child's school.
        GateError: The parents have not been asked (G4).
        DomainError: The text has names, the meeting is in the past, or a parent has said no and
            it is not confirmed that the text has no particulars.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        require(
            by,
            "put_on_council",
            locked,
            _("The school leader brings cases to the district council."),
        )
        if not locked.is_open:
            raise DomainError(_("This case is closed."), code="closed")
        gatekeeping.check(locked, "G4")
        _check_meeting(locked, meeting)
        disagreed = somebody_disagrees(locked)
        if disagreed and not no_particulars:
            raise DomainError(
                _("A parent has said no. Confirm that the text has no particulars of the child."),
                field="no_particulars",
            )
        if not not_a_name:
            check_no_names(locked, {"situation": situation, "tried": tried, "question": question})
        item = CouncilItem.objects.create(
            case=locked,
            meeting=meeting,
            with_particulars=not disagreed,
            grade=_grade(locked),
            situation=situation,
            tried=tried,
            question=question,
            put_by=by,
        )
        _after_putting(item, by, not_a_name=not_a_name)
    return item


def _check_meeting(case: Case, meeting: CouncilMeeting) -> None:
    if case.council_items.filter(state=CouncilItem.State.ON_AGENDA).exists():
        raise DomainError(_("The case is on an agenda already."))
    if meeting.held_on < clock.today():
        raise DomainError(_("The meeting has been held."), field="meeting")
    if meeting.district != district_of(case):
        raise DomainError(_("Choose a meeting of the school's own district."), field="meeting")


def withdraw_item(item: CouncilItem, *, by: User) -> CouncilItem:
    """Take a case off the agenda; the council's access ends at once."""
    with transaction.atomic():
        row = CouncilItem.objects.select_for_update().get(pk=item.pk)
        require(by, "put_on_council", row, _("The school leader takes the case off the agenda."))
        row.to_withdrawn()
        row.save(update_fields=["state"])
        openings.close_case_openings(row.case, cause=Cause.COUNCIL, by=by)
        todos.done(features.ADVISE_CASE, about=row, by=by)
        _end_agenda(row.meeting, by)
        timeline.note(features.COUNCIL_WITHDRAWN, row, by=by)
        journalling.act("cases.councilitem.withdrawn", row, by=by)
    return row


def publish_agenda(meeting: CouncilMeeting, *, by: User) -> CouncilMeeting:
    """Publish the agenda: now the council may read its sheets."""
    with transaction.atomic():
        row = CouncilMeeting.objects.select_for_update().get(pk=meeting.pk)
        require(by, "manage_council", row, _("The council's coordinator publishes the agenda."))
        if row.published_at is not None:
            raise DomainError(_("The agenda is published already."))
        row.published_at = clock.now()
        row.save(update_fields=["published_at"])
        journalling.act("districts.councilmeeting.published", row, by=by)
        for item in row.items.filter(state=CouncilItem.State.ON_AGENDA):
            _open_to_council(item, by)
    return row


def record_sparring(
    item: CouncilItem, *, present: str, sparring: str, ideas: Sequence[str], by: User
) -> CouncilItem:
    """Write down the council's sparring and its ideas.

    Raises:
        NotAllowedError: ``by`` does not keep the council's records.
        DomainError: The meeting has not been held.
    """
    with transaction.atomic():
        row = CouncilItem.objects.select_for_update().get(pk=item.pk)
        require(by, "advise_case", row, _("The council's coordinator writes down the sparring."))
        if row.meeting.held_on > clock.today():
            raise DomainError(_("The meeting has not been held yet."))
        numbered = {f"idea_{number}": idea for number, idea in enumerate(ideas, 1)}
        check_no_names(row.case, {"sparring": sparring, **numbered})
        row.to_advised()
        row.present, row.sparring = present, sparring
        row.advised_on, row.advised_by = clock.today(), by
        row.save(update_fields=["state", "present", "sparring", "advised_on", "advised_by"])
        CouncilIdea.objects.bulk_create(CouncilIdea(item=row, idea=idea) for idea in ideas)
        _after_sparring(row, by)
    return row


def mark_read(item: CouncilItem, *, by: User) -> None:
    """Record that the leader has read sparring without ideas, and end the to-do.

    Raises:
        NotAllowedError: ``by`` does not lead the child's school.
    """
    with transaction.atomic():
        require(by, "put_on_council", item, _("The school leader reads the council's sparring."))
        todos.done(features.READ_SPARRING, about=item, by=by)
        journalling.act("cases.councilitem.read", item, by=by)


def answer_idea(
    idea: CouncilIdea,
    *,
    answer: str,
    because: str = "",
    plan: Plan | None = None,
    who: str = "",
    starts_on: date | None = None,
    not_a_name: bool = False,
    by: User,
) -> CouncilIdea:
    """Say what the school does with an idea: it is tried in a new version of a plan, or not.

    Raises:
        DomainError: Something is missing, or it is answered already.
    """
    with transaction.atomic():
        row = CouncilIdea.objects.select_for_update().get(pk=idea.pk)
        case = row.item.case
        require(by, "put_on_council", case, _("The school leader answers the council's ideas."))
        if row.answer != CouncilIdea.Answer.OPEN:
            raise DomainError(_("This idea is answered already."))
        if not not_a_name:
            check_no_names(case, {"because": because, "who": who})
        if answer == CouncilIdea.Answer.TRY:
            _try_idea(row, plan, who, starts_on, by)
        elif answer != CouncilIdea.Answer.NOT_POSSIBLE:
            raise DomainError(_("Choose what the school does."), field="answer")
        elif not because:
            raise DomainError(_("Write why it is not possible."), field="because")
        row.answer, row.because = answer, because
        row.save()
        data = {"idea": row.public_id, "answer": answer, "not_a_name": not_a_name}
        journalling.act("cases.councilitem.idea_answered", row.item, by=by, data=data)
        if not row.item.ideas.filter(answer=CouncilIdea.Answer.OPEN).exists():
            todos.done(features.TRY_IDEA, about=row.item, by=by)
    return row


def somebody_disagrees(case: Case) -> bool:
    """Tell whether a parent's newest answer about the council is no."""
    if case.pupil is None:
        return False
    answers = MeetingAnswer.objects.filter(
        meeting__pupil=case.pupil,
        meeting__withdrawn_at=None,
        topic=MeetingAnswer.Topic.COUNCIL,
    ).order_by("meeting__held_on", "meeting_id")
    newest = dict(answers.values_list("custody_holder", "answer"))
    return MeetingAnswer.Answer.DISAGREES in newest.values()


def district_of(case: Case) -> Unit:
    """Return the district of the child's school today.

    Raises:
        DomainError: The child goes to no class here.
    """
    community = case.pupil.community if case.pupil else case.community
    if community is None or community.school.parent is None:
        raise DomainError(_("The child goes to no class in this municipality."))
    return community.school.parent


def _try_idea(
    row: CouncilIdea, plan: Plan | None, who: str, starts_on: date | None, by: User
) -> None:
    if plan is None or not plans_of(row.item.case).filter(pk=plan.pk).exists():
        raise DomainError(_("Choose the plan where it is tried."), field="plan")
    if not who:
        raise DomainError(_("Write who does it."), field="who")
    if starts_on is None:
        raise DomainError(_("Write from when."), field="starts_on")
    version = plan_service.revise(plan, by=by)
    row.plan, row.plan_version, row.who, row.starts_on = plan, version, who, starts_on


def _after_putting(item: CouncilItem, by: User, *, not_a_name: bool) -> None:
    case = item.case
    data = {"particulars": item.with_particulars, "not_a_name": not_a_name}
    journalling.act("cases.councilitem.put_on_agenda", item, by=by, data=data)
    timeline.note(features.COUNCIL_ASKED, item, by=by)
    todos.done(features.PREPARE_COUNCIL, about=case, by=by)
    todos.give(
        features.ADVISE_CASE,
        item,
        Role.COUNCIL_COORDINATOR,
        unit=item.meeting.district,
        due_on=item.meeting.held_on,
        at=item.meeting,
    )
    if item.meeting.published_at is not None:
        _open_to_council(item, by)


def _open_to_council(item: CouncilItem, by: User) -> None:
    held_on = item.meeting.held_on
    closes_on = held_on + timedelta(days=council_access_days(held_on))
    district = item.meeting.district
    wanted: list[tuple[Unit, Sequence[Role]]] = [(district, COUNCIL_ROLES)]
    if district.parent is not None:
        wanted.append((district.parent, [Role.CHIEF]))
    for unit, roles in wanted:
        openings.open_case_to(
            item.case,
            unit=unit,
            roles=roles,
            cause=Cause.COUNCIL,
            basis=openings.Basis.AGENDA,
            closes_on=closes_on,
            by=by,
        )
    for place, role in ((district, Role.COUNCIL_MEMBER), (district.parent, Role.CHIEF)):
        if place is not None:
            todos.give(
                features.NEXT_AGENDA, item.meeting, role, unit=place, due_on=item.meeting.held_on
            )


def _after_sparring(row: CouncilItem, by: User) -> None:
    journalling.act("cases.councilitem.advised", row, by=by)
    timeline.note(features.COUNCIL_ADVISED, row, by=by)
    todos.done(features.ADVISE_CASE, about=row, by=by)
    kind = features.TRY_IDEA if row.ideas.exists() else features.READ_SPARRING
    todos.give(kind, row, *LEADERS)
    _end_agenda(row.meeting, by)


def _end_agenda(meeting: CouncilMeeting, by: User) -> None:
    """End the to-do of reading the agenda when no case is left on it."""
    if not meeting.items.filter(state=CouncilItem.State.ON_AGENDA).exists():
        todos.done(features.NEXT_AGENDA, about=meeting, by=by)


def _grade(case: Case) -> int:
    community = case.pupil.community if case.pupil else case.community
    return community.grade if community else 0
