"""A case on its way through the district council, as far as a test needs it."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from cases.models import Case, CouncilItem
from cases.services import council
from districts.models import CouncilMeeting, Todo
from haderslev.core import clock
from plans.models import MeetingAnswer
from tests.integration.cases import given

SHEET: dict[str, Any] = {
    "situation": "Barnet mister overblikket i overgange.",
    "tried": "En voksen ved døren i seks uger.",
    "question": "Hvad kan skolerne gøre sammen?",
}
DAYS_BEFORE, DAYS_OPEN = 7, 14


def form(**values: Any) -> dict[str, Any]:
    return {"form_key": str(uuid.uuid4()), **values}


def later(days: int) -> Any:
    day = clock.today() + timedelta(days=days)
    return clock.at(timezone.make_aware(datetime.combine(day, time(12))))


def asked(cast: Any, pupil: Any, *answers: str) -> Case:
    """A case whose parents were asked about the council."""
    case = given.case(cast, pupil)
    row = given.meeting(cast, pupil, "network")
    holders = pupil.custody_holders.order_by("pk")
    for holder, words in zip(holders, answers or ("agrees", "agrees"), strict=True):
        MeetingAnswer.objects.create(
            meeting=row, custody_holder=holder, topic="council", answer=words
        )
    return case


def meeting(cast: Any, days: int = DAYS_BEFORE) -> CouncilMeeting:
    return CouncilMeeting.objects.create(
        district=cast.north, held_on=clock.days_from_now(days), place="Nordskolen"
    )


def put(cast: Any, *answers: str, at: CouncilMeeting | None = None, **changes: Any) -> CouncilItem:
    case = asked(cast, cast.child, *answers)
    values: dict[str, Any] = {**SHEET, "no_particulars": "disagrees" in answers, **changes}
    return council.put_on_council(case, meeting=at or meeting(cast), by=cast.leader, **values)


def published(cast: Any, *answers: str) -> CouncilItem:
    item = put(cast, *answers)
    council.publish_agenda(item.meeting, by=cast.coordinator)
    return item


def advised(cast: Any) -> CouncilItem:
    item = published(cast)
    with later(DAYS_BEFORE):
        return council.record_sparring(
            item,
            present="Skolelederne",
            sparring="Prøv en mindre gruppe om morgenen.",
            ideas=["Morgengruppe", "Besøg på naboskolen"],
            by=cast.coordinator,
        )


def open_kinds(row: Any) -> set[tuple[str, str]]:
    return set(Todo.objects.open().about(row).values_list("kind", "role"))
