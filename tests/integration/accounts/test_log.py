"""The page of look-ups: for the controller alone, by numbers, and itself journalled."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.services.pupils import correct_cpr
from haderslev.core import clock
from haderslev.core.features import Act, Page, contributed
from haderslev.core.subject import Subject
from haderslev.journal.models import Read
from tests.people import Cast

LOG = "/log/"


def look(cast: Cast, who: str, *pupils: str, **values: Any) -> Read:
    return Read.objects.create(
        at=values.get("at", clock.now()),
        user_id=cast.people[who].pk,
        purpose="team_work",
        page="districts:pupil",
        fields="content",
        channel="page",
        about=sorted(
            Subject.of(
                pupil=[cast.pupils[name].pk for name in pupils],
                community=values.get("community"),
                case=values.get("cases"),
            )
        ),
    )


def test_only_the_controller_has_it(cast: Cast, sign_in: Any) -> None:
    assert reverse("accounts:log") == LOG
    seen = {who for who, user in cast.people.items() if sign_in(user).get(LOG).status_code == 200}
    assert seen == {"controller"}


def test_it_shows_person_child_day_and_purpose_but_no_childs_name(cast: Cast, sign_in: Any) -> None:
    look(cast, "teacher", "child", cases=["2026-0007"])
    text = sign_in(cast.controller).get(LOG).text
    for shown in (cast.child.public_id, "2026-0007", cast.teacher.name, "Teamets arbejde"):
        assert shown in text
    assert "Alma" not in text


def test_it_says_the_pages_address_and_no_code(cast: Cast, sign_in: Any) -> None:
    look(cast, "teacher", "child")
    lines = sign_in(cast.controller).get(LOG).context["lines"]
    assert [line["address"] for line in lines] == ["/boern/…/"]
    assert [str(line["page"]) for line in lines] == [
        str(contributed(Page)["districts:pupil"].label)
    ]


def test_acts_are_shown_in_words(cast: Cast, sign_in: Any) -> None:
    correct_cpr(cast.child, cpr="0101167777", revision=1, by=cast.secretary)
    shown = sign_in(cast.controller).get(
        LOG, {"shown": "handlinger", "pupil": cast.child.public_id}
    )
    lines = shown.context["lines"]
    words = contributed(Act)["districts.pupil.cpr_corrected"].label
    assert [str(line["purpose"]) for line in lines] == [str(words)]
    assert lines[0]["person"] == cast.secretary.name
    assert [each["text"] for each in lines[0]["ids"]] == [cast.child.public_id]
    assert "0101167777" not in shown.text
    assert f"pupil:{cast.child.pk}" in Read.objects.latest("pk").about


def test_looking_at_it_is_a_look_up(cast: Cast, sign_in: Any) -> None:
    look(cast, "teacher", "child", "child_b")
    sign_in(cast.controller).get(LOG)
    read = Read.objects.latest("pk")
    assert (read.user_id, read.purpose, read.fields) == (cast.controller.pk, "log_control", "log")
    assert Subject(read.about) == Subject.of(pupil=[cast.child.pk, cast.child_b.pk])


def test_a_row_names_three_and_counts_the_others(cast: Cast, sign_in: Any) -> None:
    names = list(cast.pupils)[:4]
    assert len(names) == 4
    look(cast, "teacher", *names, cases=["2026-0007"])
    (line,) = sign_in(cast.controller).get(LOG).context["lines"]
    assert line["ids"][0] == {"text": "2026-0007", "is_code": False}
    assert [each["is_code"] for each in line["ids"][1:]] == [True] * 3
    assert line["more"] == 1


def test_a_row_about_a_class_alone_says_so(cast: Cast, sign_in: Any) -> None:
    look(cast, "teacher", community=cast.klass.pk)
    answer = sign_in(cast.controller).get(LOG)
    assert answer.context["lines"][0]["ids"] == []
    assert "En klasse" in answer.text


def test_what_was_asked_about_is_journalled_though_nothing_is_found(
    cast: Cast, sign_in: Any
) -> None:
    sign_in(cast.controller).get(LOG, {"pupil": cast.child.public_id, "case": "2026-0007"})
    assert Subject(Read.objects.get().about) == Subject.of(pupil=cast.child.pk, case="2026-0007")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 3),
        ("person={teacher}", 2),
        ("pupil={child}", 2),
        ("pupil={child}&person={teacher}", 1),
        ("case=2026-0007", 1),
        ("first_on=2098-01-01", 0),
        ("last_on=2001-01-01", 0),
        ("pupil=FINDESIK", 0),
    ],
)
def test_filters(cast: Cast, sign_in: Any, query: str, expected: int) -> None:
    look(cast, "teacher", "child")
    look(cast, "teacher", "child_b", cases=["2026-0007"])
    look(cast, "leader", "child")
    values = {"teacher": cast.teacher.pk, "child": cast.child.public_id.lower()}
    answer = sign_in(cast.controller).get(f"{LOG}?{query.format(**values)}")
    assert answer.status_code == 200
    assert len(answer.context["lines"]) == expected


def test_a_wrong_date_is_said(cast: Cast, sign_in: Any) -> None:
    assert sign_in(cast.controller).get(f"{LOG}?first_on=igaar").status_code == 422


def test_same_queries_at_10_and_at_100_rows(cast: Cast, sign_in: Any) -> None:
    browser, counts = sign_in(cast.controller), []
    for total in (10, 90):
        for number in range(total):
            look(cast, ("teacher", "leader")[number % 2], ("child", "child_b")[number % 2])
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(LOG).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 60
