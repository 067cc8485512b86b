"""Lists that grow ask the database as often at ten rows as at a hundred.

Pupils, classes, cases, PPV, referrals, offers and the log have such a test beside their own; here
are those whose rows can be copied.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case, CaseOpening, CouncilItem, Delivery, Document
from cases.models.grants import CaseGroupPermission
from districts.models import CouncilMeeting, TimelineEntry, Todo
from haderslev.core import clock
from haderslev.core.columns import new_public_id
from haderslev.core.identity import Reference
from pku.models import PkuMeeting, Referral
from plans.models import Guidance, Observation, Plan
from tests.figures import Note
from tests.people import Cast
from tests.story import Story

FEW, MANY = 10, 100

type Ask = Callable[[Any, str, Callable[[int], None]], None]


def copies[Row: Model](row: Row, change: Callable[[Row, int], None]) -> Callable[[int], None]:
    """Return what makes copies of a row until there are so many."""
    made = 0

    def until(total: int) -> None:
        nonlocal made
        for number in range(made, total):
            row.pk = None
            row._state.adding = True
            if hasattr(row, "public_id"):
                row.public_id = new_public_id()
            change(row, number)
            row.save(force_insert=True)
        made = total

    return until


@pytest.fixture
def asks_the_same(figure: Note) -> Ask:
    """Return what asks for a page with few rows and with many, and compares the queries."""

    def ask(browser: Any, url: str, until: Callable[[int], None]) -> None:
        counts = []
        for total in (FEW, MANY):
            until(total)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(url).status_code == 200
            counts.append(len(queries))
        figure("queries-list-growth", counts[1] - counts[0])
        figure("queries-list", counts[1])

    return ask


@pytest.fixture
def story(cast: Cast) -> Story:
    return Story(cast).until("case_opened")


def test_letters(story: Story, sign_in: Any, asks_the_same: Ask) -> None:
    row = Delivery.objects.select_related("document").latest("pk")

    def change(row: Delivery, _number: int) -> None:
        document = row.document
        document.pk, document.public_id = None, new_public_id()
        document._state.adding = True
        document.save(force_insert=True)
        row.document = document

    asks_the_same(sign_in(story.cast.secretary), reverse("cases:letters"), copies(row, change))


@pytest.mark.parametrize("page", ["districts:pupil_timeline", "cases:timeline"])
def test_timeline(story: Story, sign_in: Any, asks_the_same: Ask, page: str) -> None:
    key = story.pupil.public_id if page.startswith("districts") else story.case.public_id
    row = TimelineEntry.objects.filter(pupil=story.pupil).latest("pk")
    until = copies(row, lambda _row, _number: None)
    asks_the_same(sign_in(story.cast.leader), reverse(page, args=[key]), until)


def test_home(story: Story, sign_in: Any, asks_the_same: Ask) -> None:
    row = Todo.objects.filter(case_number=story.case.number).latest("pk")

    def change(row: Todo, number: int) -> None:
        row.subject = Reference("cases.delivery", f"COPY{number:04}")

    asks_the_same(sign_in(story.cast.secretary), reverse("home"), copies(row, change))


def meetings(model: Any, **values: Any) -> Callable[[int], None]:
    """Return what makes meetings, one a day from tomorrow, until there are so many."""

    def until(total: int) -> None:
        for number in range(model.objects.count(), total):
            held_on = clock.today() + timedelta(days=number + 1)
            model.objects.create(held_on=held_on, place="Skolen", **values)

    return until


def test_council_meetings(cast: Cast, sign_in: Any, asks_the_same: Ask) -> None:
    until = meetings(CouncilMeeting, district=cast.north)
    asks_the_same(sign_in(cast.coordinator), reverse("cases:council"), until)


def test_pku_meetings(cast: Cast, sign_in: Any, asks_the_same: Ask) -> None:
    until = meetings(PkuMeeting, unit=cast.committee, papers_by=clock.today())
    asks_the_same(sign_in(cast.pku_secretary), reverse("pku:meetings"), until)


def same(_row: Model, _number: int) -> None:
    """Copy the row as it is."""


def test_plans(story: Story, sign_in: Any, asks_the_same: Ask) -> None:
    plan = Plan.objects.filter(pupil=story.pupil).latest("pk")
    more = copies(plan, same)

    def until(total: int) -> None:
        more(total)
        for row in Plan.objects.filter(versions=None):
            row.versions.create(number=1, made_by=row.made_by)

    asks_the_same(sign_in(story.cast.teacher), reverse("plans:plans"), until)


def test_observations_of_a_class(story: Story, sign_in: Any, asks_the_same: Ask) -> None:
    row = Observation.objects.filter(community=story.cast.klass).latest("pk")
    page = reverse("plans:observations_of_community", args=[story.cast.klass.public_id])
    asks_the_same(sign_in(story.cast.teacher), page, copies(row, same))


def test_guidance(cast: Cast, sign_in: Any, asks_the_same: Ask) -> None:
    Story(cast).until("plc_asked")
    row = Guidance.objects.latest("pk")
    asks_the_same(sign_in(cast.plc), reverse("plans:guidance_inbox"), copies(row, same))


def test_documents_of_a_case(story: Story, sign_in: Any, asks_the_same: Ask) -> None:
    row = Document.objects.filter(case=story.case).latest("pk")
    page = reverse("cases:documents", args=[story.case.public_id])
    asks_the_same(sign_in(story.cast.leader), page, copies(row, same))


def close(case: Case) -> None:
    """Close a case past its gates: a child has one open case."""
    if case.is_open:
        case.move("closed", closed_on=clock.today(), conclusion="x")


def copy_of_case(case: Case, number: int) -> Case:
    """Return another case of the child, closed, and open to the same people from outside."""
    close(case)
    copy = Case.objects.create(
        number=f"1999-{number:05}", pupil=case.pupil, reason="x", opened_by=case.opened_by
    )
    close(copy)
    given = CaseOpening.objects.filter(case=case, closed_at=None, group__isnull=False)
    CaseOpening.objects.bulk_create(
        CaseOpening(
            case=copy,
            group=row.group,
            cause=row.cause,
            basis=row.basis,
            closes_on=row.closes_on,
            opened_by=row.opened_by,
        )
        for row in given.select_related("group", "opened_by")
    )
    CaseGroupPermission.objects.bulk_create(
        CaseGroupPermission(
            content_object=copy,
            group_id=row.group_id,
            permission_id=row.permission_id,
            valid_until=row.valid_until,
        )
        for row in CaseGroupPermission.objects.filter(content_object=case)
    )
    return copy


def test_agenda_of_the_council(cast: Cast, sign_in: Any, asks_the_same: Ask) -> None:
    story = Story(cast).until("council_asked")
    item = CouncilItem.objects.select_related("case", "meeting").latest("pk")
    case, meeting = item.case, item.meeting

    def change(row: CouncilItem, number: int) -> None:
        row.case = copy_of_case(case, number)

    with story.clock():
        page = reverse("cases:council_meeting", args=[meeting.public_id])
        asks_the_same(sign_in(cast.council), page, copies(item, change))
        shown = sign_in(cast.council).get(page).content.decode()
        assert shown.count('class="what"') >= MANY


def test_agenda_of_pku(cast: Cast, sign_in: Any, asks_the_same: Ask) -> None:
    story = Story(cast).until("referral_accepted")
    first = Referral.objects.select_related("case", "meeting").latest("pk")

    def until(total: int) -> None:
        for number in range(Referral.objects.count(), total):
            row = Referral.objects.create(
                case=copy_of_case(first.case, number), written_by=first.written_by
            )
            names = (
                "submitted_by",
                "submitted_on",
                "document",
                "checked_by",
                "checked_on",
                "meeting",
            )
            same = {name: getattr(first, name) for name in names}
            row.move("submitted", version=1, **dict(list(same.items())[:3]))
            row.move("accepted", **dict(list(same.items())[3:]))

    with story.clock():
        assert first.meeting is not None
        page = reverse("pku:meeting", args=[first.meeting.public_id])
        asks_the_same(sign_in(cast.pku_secretary), page, until)
        shown = sign_in(cast.pku_secretary).get(page).content.decode()
        assert shown.count(story.pupil.full_name) >= MANY
