"""Recording meetings, and what each parent answered to each topic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder, LearningCommunity, Pupil
from districts.services import timeline
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.dates import short_date
from haderslev.core.errors import ConflictError, Difference, DomainError
from haderslev.core.policy import require
from plans import features
from plans.models import Meeting, MeetingAnswer, MeetingParticipant
from plans.services import TEAM_CAN

_TEXTS = ("place", "parents_words", "child_words", "discussion", "agreements")


@dataclass(frozen=True)
class Participant:
    """Somebody who was there, with role."""

    name: str
    role: str


@dataclass(frozen=True)
class TopicAnswer:
    """What one parent answered to one topic."""

    custody_holder: CustodyHolder
    topic: str
    answer: str
    first_attempt_on: date | None = None
    second_attempt_on: date | None = None
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """What is written down of a meeting."""

    held_on: date
    agreements: str
    place: str = ""
    parents_words: str = ""
    child_words: str = ""
    discussion: str = ""


def record(
    *,
    kind: str,
    minutes: Minutes,
    participants: Sequence[Participant],
    answers: Sequence[TopicAnswer] = (),
    pupil: Pupil | None = None,
    community: LearningCommunity | None = None,
    by: User,
) -> Meeting:
    """Record a meeting of the team, or of the network around a pupil.

    Raises:
        DomainError: Nobody was there, a wrong date, silence without two attempts.
        NotAllowedError: ``by`` may not record meetings here.

    Source: H-MEET-1, H-MEET-4, H-MEET-5.
    """
    with transaction.atomic():
        target = pupil or community
        if target is None:
            raise DomainError(_("Choose whom the meeting is about."))
        require(by, "hold_meeting", target, TEAM_CAN)
        _check(kind, minutes, participants, answers, pupil)
        meeting = Meeting.objects.create(
            kind=kind, pupil=pupil, community=community, recorded_by=by, **vars(minutes)
        )
        _write_rows(meeting, participants, answers)
        timeline.note(
            features.MEETING, meeting, by=by, on=minutes.held_on, detail=Meeting.Kind(kind)
        )
        journalling.act("plans.meeting.recorded", meeting, by=by, data=_data(kind, answers))
    return meeting


def correct(
    meeting: Meeting,
    *,
    revision: int,
    minutes: Minutes,
    participants: Sequence[Participant],
    answers: Sequence[TopicAnswer] = (),
    by: User,
) -> Meeting:
    """Correct what was recorded.

    Raises:
        ConflictError: Somebody else has corrected it meanwhile; both texts are in the error.
        DomainError: As for recording.
        NotAllowedError: ``by`` may not record meetings here.
    """
    with transaction.atomic():
        row: Meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
        require(by, "hold_meeting", row.target, TEAM_CAN)
        _check_standing(row)
        _check(row.kind, minutes, participants, answers, row.pupil)
        if row.revision != revision:
            raise ConflictError(
                _("Somebody has corrected this meeting since you opened it."),
                mine={name: getattr(minutes, name) for name in _TEXTS},
                theirs={name: getattr(row, name) for name in _TEXTS},
                more=_differences(row, minutes.held_on, participants, answers),
                revision=row.revision,
            )
        for name, value in vars(minutes).items():
            setattr(row, name, value)
        row.revision += 1
        row.save(update_fields=[*vars(minutes), "revision"])
        row.participants.all().delete()
        row.answers.all().delete()
        _write_rows(row, participants, answers)
        data = _data(row.kind, answers) | {"revision": row.revision}
        journalling.act("plans.meeting.corrected", row, by=by, data=data)
    return row


def withdraw(meeting: Meeting, *, reason: str, by: User) -> Meeting:
    """Withdraw a meeting that was written on the wrong child or is wrong.

    It shows nothing to a requirement any more, and stays in the history.

    Raises:
        DomainError: It is withdrawn already.
        NotAllowedError: ``by`` may not record meetings here.
    """
    with transaction.atomic():
        row: Meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
        require(by, "hold_meeting", row.target, TEAM_CAN)
        _check_standing(row)
        row.withdrawn_at, row.withdrawn_reason = clock.now(), reason
        row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        journalling.act("plans.meeting.withdrawn", row, by=by)
    return row


def _check_standing(row: Meeting) -> None:
    if row.withdrawn_at is not None:
        raise DomainError(_("This meeting is withdrawn."), code="withdrawn")


def _differences(
    row: Meeting,
    held_on: date,
    participants: Sequence[Participant],
    answers: Sequence[TopicAnswer],
) -> list[Difference]:
    """Return the day, those present and each parent's answers, as they are in both versions."""
    saved = list(row.answers.select_related("custody_holder"))
    mine = {(item.topic, item.custody_holder): _answered(item) for item in answers}
    theirs = {(item.topic, item.custody_holder): _answered(item) for item in saved}
    return [
        Difference(_("Held on"), short_date(held_on), short_date(row.held_on)),
        Difference(_("Those present"), _present(participants), _present(row.participants.all())),
        *(
            Difference(
                f"{MeetingAnswer.Topic(key[0]).label} · {key[1]}",
                mine.get(key, gettext("Not asked")),
                theirs.get(key, gettext("Not asked")),
            )
            for key in {**mine, **theirs}
        ),
    ]


def _present(people: Iterable[Participant | MeetingParticipant]) -> str:
    return "\n".join(f"{each.name}, {each.role}" for each in people)


def _answered(item: TopicAnswer | MeetingAnswer) -> str:
    """Return answer, the two attempts and the remark, one a line."""
    attempts = (item.first_attempt_on, item.second_attempt_on)
    days = ", ".join(short_date(day) for day in attempts if day)
    label = str(MeetingAnswer.Answer(item.answer).label)
    return "\n".join(filter(None, [label, days, item.remark]))


def _check(
    kind: str,
    minutes: Minutes,
    participants: Sequence[Participant],
    answers: Sequence[TopicAnswer],
    pupil: Pupil | None,
) -> None:
    if minutes.held_on > clock.today():
        raise DomainError(_("It can not lie in the future."), field="held_on")
    if not participants:
        raise DomainError(_("Write who was there."), code="participants")
    if kind == Meeting.Kind.NETWORK:
        _check_network(minutes, answers, pupil)
    elif answers:
        raise DomainError(_("Parents' answers belong to a network meeting."), code="answers")


def _check_network(minutes: Minutes, answers: Sequence[TopicAnswer], pupil: Pupil | None) -> None:
    if pupil is None:
        raise DomainError(_("A network meeting is about a pupil."), code="kind")
    if not minutes.parents_words or not minutes.child_words:
        field = "child_words" if minutes.parents_words else "parents_words"
        raise DomainError(
            _("Write it, or why it is missing: the network meeting is where they are heard."),
            field=field,
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


def _write_rows(
    meeting: Meeting, participants: Sequence[Participant], answers: Sequence[TopicAnswer]
) -> None:
    MeetingParticipant.objects.bulk_create(
        MeetingParticipant(meeting=meeting, **vars(item)) for item in participants
    )
    MeetingAnswer.objects.bulk_create(
        MeetingAnswer(meeting=meeting, **vars(item)) for item in answers
    )


def _data(kind: str, answers: Sequence[TopicAnswer]) -> dict[str, object]:
    given = sorted({f"{item.topic}:{item.answer}" for item in answers})
    return {"kind": kind, "answers": given}
