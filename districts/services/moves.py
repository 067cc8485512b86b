"""A pupil's moves between classes, and undoing a new one."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from districts import features
from districts.models import Enrolment, LearningCommunity, Pupil
from districts.services import timeline
from districts.services.pupils import check_not_too_far
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, request_cache
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from haderslev.core.rows import change, lock

# The Danish school year begins on 1 August (folkeskoleloven § 14 a).
_AUGUST = 8
TOO_LATE = _(
    "This move can no longer be undone. Move the child to the right class from a later day."
)


def move_class(
    pupil: Pupil,
    *,
    community: LearningCommunity,
    starts_on: date,
    to_other_school: bool = False,
    by: User,
) -> Enrolment:
    """Move a child to another class from a day on; rights follow the class on that day.

    A move that has not taken effect yet, or that ``by`` wrote today, is replaced by this one; the
    timeline keeps both.

    Raises:
        DomainError: The child is in that class already, the day is not possible, or the class is
            at another school and the change of school is not confirmed.
        NotAllowedError: ``by`` may not.
    """
    with transaction.atomic():
        # A child has one enrolment at a time; the second of two movers waits for the row's lock.
        row = lock(pupil)
        require(by, "edit_pupil", row)
        newer, before = _around(row, starts_on, community, by=by)
        present = before or next(iter(newer), None)
        elsewhere = present is not None and present.community.school_id != community.school_id
        if elsewhere and not to_other_school:
            raise DomainError(
                _("The class is at another school. Confirm that the child changes school."),
                code="other-school",
                field="to_other_school",
            )
        for each in newer:
            _withdraw(each, by)
        if before is not None:
            change(before, ends_on=starts_on - timedelta(days=1))
        made = row.enrolments.create(
            community=community,
            starts_on=starts_on,
            came_from=present.community if present else None,
            recorded_by=by,
        )
        name = f"{community.name}, {community.school}"
        timeline.note(features.CLASS_CHANGED, row, by=by, on=starts_on, detail=name)
        journalling.act("districts.pupil.moved", row, by=by, data=_kept(made))
        request_cache.forget()
    return made


def _around(
    pupil: Pupil, starts_on: date, community: LearningCommunity, *, by: User
) -> tuple[list[Enrolment], Enrolment | None]:
    """Return the enrolments that a move on a day replaces, the newest first, and the one before.

    Raises:
        DomainError: The day is not possible, or the child is in that class already.
    """
    check_not_too_far(starts_on)
    today = clock.today()
    if starts_on < date(today.year - (today.month < _AUGUST), _AUGUST, 1):
        raise DomainError(
            _("The first day lies before this school year. Choose a day after 1 August."),
            field="starts_on",
        )
    known = list(pupil.enrolments.select_related("community__school"))
    newer = [each for each in known if each.starts_on >= starts_on]
    before = known[len(newer)] if len(known) > len(newer) else None
    if any(not each.may_be_withdrawn(by) for each in newer):
        raise DomainError(
            _("The pupil came to the present class on this day or later. Choose a later day."),
            field="starts_on",
        )
    if before is not None and before.community_id == community.pk:
        there = _("The pupil is in this class already.")
        instead = _("The pupil is in this class already. Undo the move instead.")
        raise DomainError(instead if newer else there, field="community")
    return newer, before


def undo_move(enrolment: Enrolment, *, by: User) -> Pupil:
    """Undo the newest move: the child is in the class before again.

    Whoever chose the wrong class can correct it at once.

    Raises:
        DomainError: It has been in effect for a day, it is not the newest, or it is the first
            class.
        NotAllowedError: ``by`` may not.
    """
    with transaction.atomic():
        row = lock(enrolment.pupil)
        require(by, "edit_pupil", enrolment)
        newest, *before = row.enrolments.select_related("community__school")
        old = newest.came_from
        if newest.pk != enrolment.pk or not newest.may_be_withdrawn(by) or old is None:
            raise DomainError(TOO_LATE, code="move-stands")
        _withdraw(newest, by)
        if before:
            # The class before continues, if it was the move that ended it.
            if before[0].ends_on == newest.starts_on - timedelta(days=1):
                change(before[0], ends_on=None)
        else:
            # The move replaced the child's first class, which began on the same day.
            row.enrolments.create(community=old, starts_on=newest.starts_on, recorded_by=by)
        request_cache.forget()
    return row


def newest_to_undo(pupil: Pupil, by: User) -> Enrolment | None:
    """Return the move of the child that ``by`` can undo, if there is one. One query."""
    newest = pupil.enrolments.select_related("community__school").first()
    if newest is None or newest.came_from_id is None or not newest.may_be_withdrawn(by):
        return None
    return newest


def _withdraw(enrolment: Enrolment, by: User) -> None:
    """Delete the row; timeline and journal record that it existed."""
    pupil, community = enrolment.pupil, enrolment.community
    name = f"{community.name}, {community.school}"
    timeline.note(features.CLASS_CHANGE_UNDONE, pupil, by=by, detail=name)
    journalling.act("districts.pupil.move_undone", pupil, by=by, data=_kept(enrolment))
    enrolment.delete()


def _kept(enrolment: Enrolment) -> dict[str, object]:
    return {"community": enrolment.community.public_id, "starts_on": enrolment.starts_on}
