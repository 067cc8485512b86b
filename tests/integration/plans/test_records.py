"""All meetings and all guidance of a child or a class: more than its own page shows."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.permissions import Role
from plans.models import Guidance, Meeting
from tests.integration.plans.conftest import a_date
from tests.people import Cast

MOST = 60


def meetings(cast: Cast, about: dict[str, Any], number: int) -> None:
    Meeting.objects.bulk_create(
        Meeting(kind="team", held_on=a_date(-1), agreements="x", recorded_by=cast.teacher, **about)
        for _ in range(number)
    )


def guidance(cast: Cast, about: dict[str, Any], number: int) -> None:
    Guidance.objects.bulk_create(
        Guidance(
            kind="pupil" if "pupil" in about else "community",
            role=Role.PLC_ADVISER,
            unit=cast.school,
            question="x",
            closes_on=a_date(9),
            asked_by=cast.teacher,
            **({"community": cast.klass} | about),
        )
        for _ in range(number)
    )


@pytest.mark.parametrize("make", [meetings, guidance])
@pytest.mark.parametrize("kind", ["pupil", "community"])
def test_the_sixth_is_found_and_a_hundred_ask_as_often_as_ten(
    cast: Cast, sign_in, make: Any, kind: str
) -> None:
    target = cast.child if kind == "pupil" else cast.klass
    home = reverse(f"districts:{kind}", args=[target.public_id])
    page = reverse(f"plans:{make.__name__}_of_{kind}", args=[target.public_id])
    browser = sign_in(cast.teacher)
    empty = browser.get(page).content.decode()
    assert 'class="empty"' in empty
    assert home in empty
    make(cast, {kind: target}, 5)
    assert page not in browser.get(home).content.decode()
    make(cast, {kind: target}, 5)
    assert page in browser.get(home).content.decode()
    with CaptureQueriesContext(connection) as few:
        browser.get(page)
    make(cast, {kind: target}, 90)
    with CaptureQueriesContext(connection) as many:
        answer = browser.get(page)
    assert len(few) == len(many) <= MOST
    assert (len(answer.context["rows"]), answer.context["page"].paginator.num_pages) == (50, 2)
    assert sign_in(cast.teacher2).get(page).status_code == 404


def test_who_only_lacks_the_right_is_not_told_that_nobody_was_asked(cast: Cast, sign_in) -> None:
    page = reverse("plans:guidance_of_pupil", args=[cast.child.public_id])
    nobody = sign_in(cast.teacher).get(page).context["empty"]
    guidance(cast, {"pupil": cast.child}, 1)
    answer = sign_in(cast.secretary).get(page)
    assert answer.status_code == 200
    assert answer.context["rows"] == []
    assert answer.context["empty"] != nobody
