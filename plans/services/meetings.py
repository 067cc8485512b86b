"""Recording meetings, and what each parent answered to each topic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from districts.acts import act
from districts.models import LearningCommunity, Pupil
from districts.services import timeline
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.dates import not_ahead
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from haderslev.core.rows import change, check_revision, lock
from plans import features
from plans.models import Meeting, MeetingAnswer, MeetingParticipant


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """What is written down of a meeting."""

    held_on: date
    place: str = ""
    parents_words: str = ""
    child_words: str = ""
    discussion: str = ""
    agreements: str


def record(
    *,
    kind: str,
    minutes: Minutes,
    participants: Sequence[MeetingParticipant],
    answers: Sequence[MeetingAnswer] = (),
    pupil: Pupil | None = None,
    community: LearningCommunity | None = None,
    by: User,
) -> Meeting:
    """Record a meeting of the team, or of the network around a pupil.

    ``participants`` and ``answers`` are rows that are not saved yet.

    Raises:
        DomainError: Nobody was there, a wrong date, silence without two attempts.
        NotAllowedError: ``by`` may not record meetings here.

    Source: H-MEET-1, H-MEET-4, H-MEET-5.
    """
    with transaction.atomic():
        target = pupil or community
        if target is None:
            raise DomainError(_("Choose whom the meeting is about."))
        require(by, "hold_meeting", target)
        _check(kind, minutes, participants, answers, pupil)
        meeting = Meeting.objects.create(
            kind=kind, pupil=pupil, community=community, recorded_by=by, **vars(minutes)
        )
        _add_rows(meeting, participants, answers)
        day = minutes.held_on
        timeline.note(features.MEETING, meeting, by=by, on=day, detail=Meeting.Kind(kind))
        data = {"kind": kind, "answers": _codes(answers)}
        journalling.act("plans.meeting.recorded", meeting, by=by, data=data)
    return meeting


def correct(
    meeting: Meeting,
    *,
    revision: int,
    minutes: Minutes,
    participants: Sequence[MeetingParticipant],
    answers: Sequence[MeetingAnswer] = (),
    by: User,
) -> Meeting:
    """Correct what was recorded.

    Raises:
        ConflictError: Somebody else has corrected it meanwhile; both texts are in the error.
        DomainError: As for recording.
        NotAllowedError: ``by`` may not record meetings here.
    """
    with transaction.atomic():
        row = lock(meeting)
        require(by, "hold_meeting", row)
        _check_standing(row)
        _check(row.kind, minutes, participants, answers, row.pupil)
        check_revision(
            row,
            revision,
            {name: value for name, value in vars(minutes).items() if name != "held_on"},
            sentence=_("Somebody has corrected this meeting since you opened it."),
        )
        change(row, **vars(minutes), revision=row.revision + 1)
        row.participants.all().delete()
        row.answers.all().delete()
        _add_rows(row, participants, answers)
        data = {"kind": row.kind, "answers": _codes(answers), "revision": row.revision}
        journalling.act("plans.meeting.corrected", row, by=by, data=data)
    return row


@act("plans.meeting.withdrawn", right="hold_meeting")
def withdraw(meeting: Meeting, *, reason: str, by: User) -> Meeting:
    """Withdraw a meeting that was written on the wrong child or is wrong.

    It shows nothing to a requirement any more, and stays in the history.

    Raises:
        DomainError: It is withdrawn already.
    """
    _check_standing(meeting)
    change(meeting, withdrawn_at=clock.now(), withdrawn_reason=reason)
    return meeting


def _check_standing(row: Meeting) -> None:
    if row.withdrawn_at is not None:
        raise DomainError(_("This meeting is withdrawn."), code="withdrawn")


def _check(
    kind: str,
    minutes: Minutes,
    participants: Sequence[MeetingParticipant],
    answers: Sequence[MeetingAnswer],
    pupil: Pupil | None,
) -> None:
    """Refuse what can not have been so; only at a network meeting parents are asked."""
    not_ahead(minutes.held_on, "held_on")
    if not participants:
        raise DomainError(_("Write who was there."), code="participants")
    if kind != Meeting.Kind.NETWORK:
        if answers:
            raise DomainError(_("Parents' answers belong to a network meeting."), code="answers")
        return
    if pupil is None:
        raise DomainError(_("A network meeting is about a pupil."), code="kind")
    if not minutes.parents_words or not minutes.child_words:
        raise DomainError(
            _("Write it, or why it is missing: the network meeting is where they are heard."),
            field="child_words" if minutes.parents_words else "parents_words",
        )
    for item in answers:
        if item.custody_holder.pupil_id != pupil.pk:
            raise DomainError(_("This is a parent of another child."), code="answers")
        first, second = item.first_attempt_on, item.second_attempt_on
        tried_twice = first and second and first < second <= clock.today()
        if item.answer == MeetingAnswer.Answer.SILENT and not tried_twice:
            raise DomainError(
                _("No answer counts after two attempts on two different days. Give both dates."),
                code="attempts",
            )


def _add_rows(
    meeting: Meeting, participants: Iterable[MeetingParticipant], answers: Iterable[MeetingAnswer]
) -> None:
    for person in participants:
        person.meeting = meeting
    for answer in answers:
        answer.meeting = meeting
    MeetingParticipant.objects.bulk_create(participants)
    MeetingAnswer.objects.bulk_create(answers)


def _codes(answers: Iterable[MeetingAnswer]) -> list[str]:
    return sorted({f"{item.topic}:{item.answer}" for item in answers})
