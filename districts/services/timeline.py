"""Writing the timeline: with every act, in its transaction."""

from datetime import date
from typing import Any

from districts.models import LearningCommunity, Pupil, TimelineEntry, TimelineKind
from haderslev.core import clock


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
    detail: str = "",
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
        detail: A word or a date, never a child's content.
    """
    return TimelineEntry.objects.create(
        pupil=pupil,
        community=community,
        case_number=case_number,
        kind=kind,
        detail=detail,
        happened_on=on or clock.today(),
        recorded_by_name=str(by),
        needed_permission=needs,
        url_name=url[0],
        url_key=url[1],
    )
