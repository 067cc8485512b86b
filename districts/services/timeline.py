"""Writing the timeline, as part of an act and in its transaction."""

from datetime import date

from django.db.models import TextChoices

from districts.kinds import Concerned, Subject, TimelineKind
from districts.models import TimelineEntry
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.words import Kept

type Detail = TextChoices | date | str | Kept

_LONGEST = 120


def note(
    kind: TimelineKind,  # what happened
    subject: Subject,  # the row to which it happened; its page has the text
    *,
    by: User,  # who recorded it
    on: date | None = None,  # when it happened; today if not given
    # A choice, a date, or a name; never a child's content. Words of the system are given as a
    # choice whose kind is registered (haderslev.core.words), never translated: the reader's
    # language is not the writer's.
    detail: Detail = "",
    concerns: Concerned | None = None,  # whom it concerns, where the row is about several
    case_number: str = "",  # the case, where the row itself belongs to none
) -> TimelineEntry:
    """Add an entry. One query."""
    whom = subject.concerns if concerns is None else concerns
    if isinstance(detail, str) and not isinstance(detail, TextChoices):
        detail = detail[:_LONGEST]  # a name may be longer than the column; a code never is
    return TimelineEntry.objects.create(
        kind=kind.code,
        subject=subject,
        pupil=whom.get("pupil"),
        community=whom.get("community"),
        case_number=case_number or whom.get("case_number", ""),
        detail=detail,
        happened_on=on or clock.today(),
        recorded_by_name=str(by),
        needed_permission=kind.needs,
    )
