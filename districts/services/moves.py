"""Classes of a pupil: moved, and a move undone while it is new."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from districts import features
from districts.kinds import TimelineKind
from districts.models import Enrolment, LearningCommunity, Pupil
from districts.services import timeline
from districts.services.pupils import NOT_YOURS, check_not_too_far, locked
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, request_cache
from haderslev.core.errors import DomainError, NotAllowedError

# The Danish school year begins on 1 August (folkeskoleloven § 14 a).
_AUGUST = 8


def move_class(
    pupil: Pupil,
    *,
    community: LearningCommunity,
    starts_on: date,
    to_other_school: bool = False,
    by: User,
) -> Enrolment:
    """Move a child to another class from a day on; rights follow the class of the day.

    A move that has not counted for a day yet, or that ``by`` wrote today, gives way to this one;
    the timeline keeps both.

    Raises:
        DomainError: The child is there already, the day is not possible, or the school changes
            and nobody has confirmed that it shall.
        NotAllowedError: ``by`` may not.

    Access follows today's enrolment.
    """
    with transaction.atomic():
        row = locked(pupil, by)
        _check_day(starts_on)
        # An enrolment is never two at once; the later of two movers waits for the pupil's lock.
        known = list(row.enrolments.select_related("community__school"))
        newer = [each for each in known if each.starts_on >= starts_on]
        before = known[len(newer)] if len(known) > len(newer) else None
        _check(newer, before, community=community, by=by)
        if not to_other_school and _is_elsewhere(known, before, community):
            raise DomainError(
                _("The class is at another school. Confirm that the child changes school."),
                code="other-school",
                field="to_other_school",
            )
        for each in newer:
            _withdraw(each, by)
        if before is not None:
            _end(before, starts_on)
        left = before or next(iter(newer), None)
        return _enrol(row, community, starts_on, left.community if left else None, by)


def undo_move(enrolment: Enrolment, *, by: User) -> Pupil:
    """Take back the newest move; the child is in the class before again.

    Raises:
        DomainError: It has counted for a day, it is not the newest, or it is the first class.
        NotAllowedError: ``by`` may not.

    Whoever chose the wrong class can correct it at once.
    """
    with transaction.atomic():
        row = Pupil.objects.select_for_update().get(pk=enrolment.pupil_id)
        mine = Enrolment.objects.permitted(by, "edit_pupil").filter(pk=enrolment.pk)
        if not mine.exists():
            raise NotAllowedError(NOT_YOURS)
        newest, *before = row.enrolments.select_related("community__school")
        old = newest.came_from
        if newest.pk != enrolment.pk or not newest.may_be_withdrawn(by) or old is None:
            raise DomainError(TOO_LATE, code="move-stands")
        _withdraw(newest, by)
        if before:
            _reopen(before[0], newest.starts_on)
        else:
            # The move had taken the place of the child's first class of the same day.
            row.enrolments.create(community=old, starts_on=newest.starts_on, recorded_by=by)
        request_cache.forget()
    return row


TOO_LATE = _(
    "This move can no longer be undone. Move the child to the right class from a later day."
)


def newest_to_undo(pupil: Pupil, by: User) -> Enrolment | None:
    """Return the move of the child that ``by`` can take back, if there is one. One query."""
    newest = pupil.enrolments.select_related("community__school").first()
    if newest is None or newest.came_from_id is None or not newest.may_be_withdrawn(by):
        return None
    return newest


def _check_day(starts_on: date) -> None:
    check_not_too_far(starts_on)
    today = clock.today()
    school_year = date(today.year - (today.month < _AUGUST), _AUGUST, 1)
    if starts_on < school_year:
        raise DomainError(
            _("The first day lies before this school year. Choose a day after 1 August."),
            field="starts_on",
        )


def _check(
    newer: list[Enrolment], before: Enrolment | None, *, community: LearningCommunity, by: User
) -> None:
    """Refuse what has counted for a day, and what is there already."""
    if any(not each.may_be_withdrawn(by) for each in newer):
        raise DomainError(
            _("The pupil came to the present class on this day or later. Choose a later day."),
            field="starts_on",
        )
    if before is not None and before.community_id == community.pk:
        there = _("The pupil is in this class already.")
        instead = _("The pupil is in this class already. Undo the move instead.")
        raise DomainError(instead if newer else there, field="community")


def _is_elsewhere(
    known: list[Enrolment], before: Enrolment | None, community: LearningCommunity
) -> bool:
    """Tell whether the class is at another school than the one it is moved from."""
    present = before or next(iter(known), None)
    return present is not None and present.community.school_id != community.school_id


def _enrol(
    pupil: Pupil,
    community: LearningCommunity,
    starts_on: date,
    came_from: LearningCommunity | None,
    by: User,
) -> Enrolment:
    made = Enrolment.objects.create(
        pupil=pupil,
        community=community,
        starts_on=starts_on,
        came_from=came_from,
        recorded_by=by,
    )
    _tell(features.CLASS_CHANGED, "districts.pupil.moved", made, by)
    request_cache.forget()
    return made


def _withdraw(enrolment: Enrolment, by: User) -> None:
    """Take the row away; timeline and journal keep that it was there."""
    _tell(features.CLASS_CHANGE_UNDONE, "districts.pupil.move_undone", enrolment, by)
    enrolment.delete()


def _tell(kind: TimelineKind, action: str, enrolment: Enrolment, by: User) -> None:
    community, pupil = enrolment.community, enrolment.pupil
    is_move = kind == features.CLASS_CHANGED
    timeline.note(
        kind,
        pupil,
        by=by,
        on=enrolment.starts_on if is_move else None,
        detail=f"{community.name}, {community.school}",
    )
    data = {"community": community.public_id, "starts_on": str(enrolment.starts_on)}
    journalling.act(action, pupil, by=by, data=data)


def _end(before: Enrolment, starts_on: date) -> None:
    """End the class before, the day before."""
    before.ends_on = starts_on - timedelta(days=1)
    before.save(update_fields=["ends_on"])


def _reopen(before: Enrolment, starts_on: date) -> None:
    """Let the class before go on, if it was the move that ended it."""
    if before.ends_on == starts_on - timedelta(days=1):
        before.ends_on = None
        before.save(update_fields=["ends_on"])
