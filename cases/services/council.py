"""The district council's sparring: a case without names, ideas, and what the school does.

Sources: H-DIS-1 … H-DIS-4. The council gives sparring; it decides nothing.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.models import Case, CouncilIdea, CouncilItem
from cases.models.council import access_days
from cases.selectors.pages import running_plans
from cases.selectors.people import community_of
from cases.services import gatekeeping, openings
from cases.services.gatekeeping import require_open
from districts.acts import act
from districts.models import CouncilMeeting, CustodyHolder, Enrolment, Pupil, Unit
from districts.permissions import LEADERS, Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from haderslev.core.rows import change, lock
from plans.models import MeetingAnswer, Plan
from plans.services import plans as plan_service

# One sentence for every name: whoever guesses does not learn whose it is.
_NAMED = _(
    'A name stands in the text. Write "the child", "a parent", "a sibling" or "a classmate" '
    "instead."
)


@transaction.atomic
def put_on_council(
    case: Case,
    *,
    meeting: CouncilMeeting,
    no_particulars: bool = False,
    not_a_name: bool = False,
    by: User,
    **texts: str,
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
    case = lock(case)
    require(by, "put_on_council", case)
    require_open(case)
    gatekeeping.check(case, "G4")
    if case.council_items.filter(state=CouncilItem.State.ON_AGENDA).exists():
        raise DomainError(_("The case is on an agenda already."))
    if meeting.held_on < clock.today():
        raise DomainError(_("The meeting has been held."), field="meeting")
    if meeting.district != district_of(case):
        raise DomainError(_("Choose a meeting of the school's own district."), field="meeting")
    disagreed = somebody_disagrees(case)
    if disagreed and not no_particulars:
        raise DomainError(
            _("A parent has said no. Confirm that the text has no particulars of the child."),
            field="no_particulars",
        )
    if not not_a_name:
        check_no_names(case, texts)
    community = community_of(case)
    item = CouncilItem.objects.create(
        case=case,
        meeting=meeting,
        with_particulars=not disagreed,
        grade=community.grade if community else 0,
        put_by=by,
        **texts,
    )
    data = {"particulars": item.with_particulars, "not_a_name": not_a_name}
    journalling.act("cases.councilitem.put_on_agenda", item, by=by, data=data)
    timeline.note(features.COUNCIL_ASKED, item, by=by)
    todos.done(features.PREPARE_COUNCIL, about=case, by=by)
    coordinator, district = Role.COUNCIL_COORDINATOR, meeting.district
    todos.give(
        features.ADVISE_CASE, item, coordinator, unit=district, due_on=meeting.held_on, at=meeting
    )
    if meeting.published_at is not None:
        _open_to_council(item, by)
    return item


def _shut_to_council(row: CouncilItem, by: User) -> None:
    openings.close_case_openings(row.case, cause=features.ON_AGENDA, by=by)
    _end_agenda(row.meeting, by)


@act(
    "cases.councilitem.withdrawn",
    right="put_on_council",
    ends=(features.ADVISE_CASE,),
    notes=features.COUNCIL_WITHDRAWN,
    then=_shut_to_council,
)
def withdraw_item(row: CouncilItem, *, by: User) -> CouncilItem:
    """Take a case off the agenda; the council's access ends at once."""
    row.move(CouncilItem.State.WITHDRAWN)
    return row


def _open_sheets(row: CouncilMeeting, by: User) -> None:
    for item in row.items.filter(state=CouncilItem.State.ON_AGENDA):
        _open_to_council(item, by)


@act("districts.councilmeeting.published", right="manage_council", then=_open_sheets)
def publish_agenda(row: CouncilMeeting, *, by: User) -> CouncilMeeting:
    """Publish the agenda: now the council may read its sheets."""
    if row.published_at is not None:
        raise DomainError(_("The agenda is published already."))
    change(row, published_at=clock.now())
    return row


@act(
    "cases.councilitem.advised",
    right="advise_case",
    ends=(features.ADVISE_CASE,),
    notes=features.COUNCIL_ADVISED,
)
def record_sparring(
    row: CouncilItem, *, present: str, sparring: str, ideas: Sequence[str], by: User
) -> CouncilItem:
    """Write down the council's sparring and its ideas.

    Raises:
        DomainError: The meeting has not been held.
    """
    if row.meeting.held_on > clock.today():
        raise DomainError(_("The meeting has not been held yet."))
    numbered = {f"idea_{number}": idea for number, idea in enumerate(ideas, 1)}
    check_no_names(row.case, {"sparring": sparring, **numbered})
    row.move(
        CouncilItem.State.ADVISED,
        present=present,
        sparring=sparring,
        advised_on=clock.today(),
        advised_by=by,
    )
    CouncilIdea.objects.bulk_create(CouncilIdea(item=row, idea=idea) for idea in ideas)
    todos.give(features.TRY_IDEA if ideas else features.READ_SPARRING, row, *LEADERS)
    _end_agenda(row.meeting, by)
    return row


@transaction.atomic
def mark_read(item: CouncilItem, *, by: User) -> CouncilItem:
    """Record once that the leader has read sparring without ideas, and end the to-do.

    Raises:
        NotAllowedError: ``by`` does not lead the child's school.
    """
    row = lock(item)
    require(by, "put_on_council", row)
    if todos.done(features.READ_SPARRING, about=row, by=by):
        journalling.act("cases.councilitem.read", row, by=by)
    return row


@transaction.atomic
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
    row = lock(idea)
    item, case = row.item, row.item.case
    require(by, "put_on_council", case)
    if row.answer != CouncilIdea.Answer.OPEN:
        raise DomainError(_("This idea is answered already."))
    if not not_a_name:
        check_no_names(case, {"because": because, "who": who})
    if answer == CouncilIdea.Answer.TRY:
        if plan is None or not running_plans(case).filter(pk=plan.pk).exists():
            raise DomainError(_("Choose the plan where it is tried."), field="plan")
        if not who:
            raise DomainError(_("Write who does it."), field="who")
        if starts_on is None:
            raise DomainError(_("Write from when."), field="starts_on")
        row.plan, row.plan_version = plan, plan_service.revise(plan, by=by)
        row.who, row.starts_on = who, starts_on
    elif answer != CouncilIdea.Answer.NOT_POSSIBLE:
        raise DomainError(_("Choose what the school does."), field="answer")
    elif not because:
        raise DomainError(_("Write why it is not possible."), field="because")
    row.answer, row.because = answer, because
    row.save()
    data = {"idea": row.public_id, "answer": answer, "not_a_name": not_a_name}
    journalling.act("cases.councilitem.idea_answered", item, by=by, data=data)
    if not item.ideas.filter(answer=CouncilIdea.Answer.OPEN).exists():
        todos.done(features.TRY_IDEA, about=item, by=by)
    return row


def somebody_disagrees(case: Case) -> bool:
    """Tell whether a parent's newest answer about the council is no."""
    if case.pupil is None:
        return False
    answers = MeetingAnswer.objects.filter(
        meeting__pupil=case.pupil,
        meeting__withdrawn_at=None,
        topic=features.COUNCIL_TOPIC,
    ).order_by("meeting__held_on", "meeting_id")
    newest = dict(answers.values_list("custody_holder", "answer"))
    return MeetingAnswer.Answer.DISAGREES in newest.values()


def district_of(case: Case) -> Unit:
    """Return the district of the child's school today.

    Raises:
        DomainError: The child goes to no class here.
    """
    community = community_of(case)
    if community is None or community.school.parent is None:
        raise DomainError(_("The child goes to no class in this municipality."))
    return community.school.parent


def _open_to_council(item: CouncilItem, by: User) -> None:
    meeting, district = item.meeting, item.meeting.district
    # How long the council may read is the rule of the day of its meeting.
    closes_on = meeting.held_on + timedelta(days=access_days(meeting.held_on))
    readers = [role for role in features.COUNCIL if role != Role.CHIEF]
    wanted: list[tuple[Unit, Sequence[Role], Role]] = [(district, readers, Role.COUNCIL_MEMBER)]
    if district.parent is not None:
        wanted.append((district.parent, [Role.CHIEF], Role.CHIEF))
    for unit, roles, told in wanted:
        openings.open_case_to(
            item.case,
            unit=unit,
            roles=roles,
            cause=features.ON_AGENDA,
            basis=openings.Basis.AGENDA,
            closes_on=closes_on,
            by=by,
        )
        todos.give(features.NEXT_AGENDA, meeting, told, unit=unit, due_on=meeting.held_on)


def _end_agenda(meeting: CouncilMeeting, by: User) -> None:
    """End the to-do of reading the agenda when no case is left on it."""
    if not meeting.items.filter(state=CouncilItem.State.ON_AGENDA).exists():
        todos.done(features.NEXT_AGENDA, about=meeting, by=by)


def check_no_names(case: Case, texts: Mapping[str, str]) -> None:
    """Refuse texts, by field of the form, that name the child, its family or a child of the class.

    Names are found as whole words with their capital letter, also in the genitive: a word in
    small letters is not a name. The first name alone counts for the children of a class whose case
    it is; for a child's classmates only the full name does. The number of queries does not grow
    with the texts.

    Raises:
        DomainError: A name stands in a text; ``field`` is the field of the form.
    """
    pupil, community = case.pupil, community_of(case)
    enrolled = Enrolment.objects.active().filter(community=community)
    mates = Pupil.objects.filter(pk__in=enrolled.values("pupil")).exclude(pk=case.pupil_id or 0)
    found = list(mates.values_list("first_name", "last_name"))
    if pupil is None:
        names = [part for first, _last in found for part in _parts(first)]
    else:
        names = [name for first, last in found for name in _full_names(first, last)]
        parents = list(CustodyHolder.objects.filter(pupil=pupil).values_list("name", flat=True))
        for whole in [pupil.full_name, *parents, *_siblings(pupil, parents)]:
            names += _parts(whole)
    for field, text in texts.items():
        if any(_stands_in(name, text) for name in names):
            raise DomainError(_NAMED, field=field, code="named")


def _parts(name: str) -> list[str]:
    """Return the words of a name without its particles (van, der, de): those in small letters."""
    return [part for part in name.split() if not part.islower()] or name.title().split()


def _full_names(first: str, last: str) -> set[str]:
    """Return the name in full, and with the first of the first names and the last of the last."""
    short = [*first.split()[:1], *last.split()[-1:]]
    return {f"{first} {last}", f"{first} {short[-1]}", " ".join(short)}


def _siblings(pupil: Pupil, parents: list[str]) -> list[str]:
    """Return the first names of children at the school who have a parent of the same name."""
    community = pupil.community
    if community is None:
        return []
    at_school = Enrolment.objects.active().filter(community__school=community.school)
    same = CustodyHolder.objects.filter(name__in=parents).values("pupil")
    rows = Pupil.objects.filter(pk__in=same).filter(pk__in=at_school.values("pupil"))
    return list(rows.exclude(pk=pupil.pk).values_list("first_name", flat=True))


def _stands_in(name: str, text: str) -> bool:
    """Look for the name as it is written, or in capitals."""
    written = f"{re.escape(name)}|{re.escape(name.upper())}"
    pattern = rf"\b(?:{written})(?:['’]?[sS]|['’])?\b"
    return re.search(pattern, " ".join(text.split())) is not None
