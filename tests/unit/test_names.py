"""The names that things carry in lists and choices: dates in words, never in figures."""

import re
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from haderslev.core.dates import short_date
from pku.models import PkuMeeting
from plans.models import Meeting, Observation


@pytest.fixture(autouse=True)
def in_danish():
    with translation.override("da"):
        yield


def test_a_date_is_short_and_in_words():
    assert short_date(date(2026, 3, 12)) == "12. marts 2026"
    assert short_date(date(2026, 11, 9)) == "9. nov. 2026"
    assert short_date(None) == ""


def test_a_date_in_english_is_written_as_the_english_do():
    with translation.override("en"):
        assert short_date(date(2026, 11, 9)) == "9 Nov 2026"


def test_a_moment_counts_as_its_day_in_denmark():
    assert short_date(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == "1. juli 2026"


@pytest.mark.parametrize(
    "thing",
    [
        Meeting(held_on=date(2026, 3, 12)),
        Observation(observed_at=datetime(2026, 3, 12, 8, tzinfo=UTC)),
        PkuMeeting(held_on=date(2026, 3, 12), place="Rådhuset"),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_names_say_the_date_in_words(thing):
    assert "12. marts 2026" in str(thing)
    assert not re.search(r"\d\.\d\d\.\d{4}", str(thing))
