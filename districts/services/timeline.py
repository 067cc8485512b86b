"""Writing the timeline: with every act, in its transaction."""

from datetime import date
from typing import Any

from django.db.models import TextChoices

from districts.models import LearningCommunity, Pupil, TimelineEntry, TimelineKind
from haderslev.core import clock
from haderslev.core.words import Kept

_LONGEST = 120


def note(
    kind: TimelineKind,
    *,
    by: Any,
    pupil: Pupil | None = None,
    community: LearningCommunity | None = None,
    needs: str,
    url: tuple[str, str] = ("", ""),
    on: date | None = None,
    case_number: str = "",
    detail: TextChoices | date | str | Kept = "",
) -> TimelineEntry:
    """Add an entry. One query.

    Args:
        kind: What happened.
        by: Who recorded it.
        pupil: The child it is about, or
        community: the community it is about.
        needs: Permission that a reader must hold on the child or community.
        url: URL name and public id of the page that has the text.
        on: When it happened; today if not given.
        case_number: The case it belongs to.
        detail: A choice, a date, or a name; never a child's content. Words of the system are
            given as a choice whose kind is registered (haderslev.core.words), never translated:
            the reader's language is not the writer's.
    """
    return TimelineEntry.objects.create(
        pupil=pupil,
        community=community,
        case_number=case_number,
        kind=kind,
        detail=_cut(detail),
        happened_on=on or clock.today(),
        recorded_by_name=str(by),
        needed_permission=needs,
        url_name=url[0],
        url_key=url[1],
    )


def _cut(detail: TextChoices | date | str | Kept) -> Any:
    """Cut a name that is longer than the column; a code never is."""
    is_name = isinstance(detail, str) and not isinstance(detail, TextChoices)
    return str(detail)[:_LONGEST] if is_name else detail
