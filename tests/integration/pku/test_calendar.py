"""PKU's calendar in Django admin."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from haderslev.core.models import Holiday, LegalValue
from pku.models import PkuMeeting
from tests.people import Cast

ADD = reverse("admin:pku_pkumeeting_add")
THURSDAY = date(2031, 3, 20)


@pytest.fixture
def add(cast: Cast, sign_in: Any) -> Any:
    def send(**values: str) -> Any:
        text = {"unit": cast.committee.pk, "held_on": "2031-03-20", "place": "Rådhuset"}
        return sign_in(cast.admin).post(ADD, {**text, "papers_by": "", **values})

    return send


def test_the_last_day_for_papers_follows_from_the_dated_value(add: Any) -> None:
    assert add().status_code == 302
    assert PkuMeeting.objects.get(held_on=THURSDAY).papers_by == date(2031, 3, 10)


def test_it_is_a_school_day(add: Any) -> None:
    LegalValue.objects.filter(code="pku_papers_days").update(value=12)
    Holiday.objects.create(name="Fridag", first_on=date(2031, 3, 7), last_on=date(2031, 3, 7))
    add()
    assert PkuMeeting.objects.get(held_on=THURSDAY).papers_by == date(2031, 3, 6)


def test_another_day_may_be_given_but_none_after_the_meeting(add: Any) -> None:
    late = add(papers_by="2031-03-21")
    assert late.status_code == 200
    assert late.context["adminform"].form.errors
    assert not PkuMeeting.objects.filter(held_on=THURSDAY).exists()
    assert add(papers_by="2031-03-17").status_code == 302
    assert PkuMeeting.objects.get(held_on=THURSDAY).papers_by == date(2031, 3, 17)


def test_a_date_that_is_none_is_said_and_not_replaced(add: Any) -> None:
    wrong = add(papers_by="den tiende")
    assert wrong.status_code == 200
    assert "papers_by" in wrong.context["adminform"].form.errors
