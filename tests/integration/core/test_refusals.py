"""What is refused below every page, and the address that asks for nothing."""

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from haderslev import urls
from haderslev.core import access, views
from tests.people import Cast


def _bare(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("shown")


def _ruled(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("shown")


urlpatterns = [
    path("uden-regel/", _bare),
    path("med-regel/", access.declare(_ruled, "signed-in")),
    *urls.urlpatterns,
]
handler403 = views.forbidden
handler404 = views.not_found


@pytest.mark.urls(__name__)
def test_a_view_without_a_rule_is_refused_whoever_asks(cast: Cast, sign_in) -> None:
    for who in (cast.teacher, cast.leader, cast.admin):
        browser = sign_in(who)
        assert browser.get("/med-regel/").content == b"shown"
        for refused in (browser.get("/uden-regel/"), browser.post("/uden-regel/")):
            assert refused.status_code == 403
            assert b"shown" not in refused.content


@pytest.mark.urls(__name__)
def test_a_view_that_says_nothing_of_forms_is_only_read(cast: Cast, sign_in) -> None:
    browser = sign_in(cast.teacher)
    assert browser.post("/med-regel/").status_code == 405
    assert browser.put("/med-regel/").status_code == 405
    assert browser.head("/med-regel/").status_code == 200


def test_the_database_takes_no_superuser(cast: Cast) -> None:
    cast.admin.is_superuser = True
    with pytest.raises(IntegrityError, match="no_superusers"), transaction.atomic():
        cast.admin.save(update_fields=["is_superuser"])


# Neither of these two has a database: pytest-django lets no question through.


def test_live_asks_the_database_nothing() -> None:
    answer = Client().get("/sundhed/live/", headers={"host": "any.name"})
    assert (answer.status_code, answer.content) == (200, b"alive")
    assert answer["Cache-Control"] == "no-store"


def test_ready_says_no_when_the_database_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise DatabaseError

    monkeypatch.setattr(connections["default"], "cursor", down)
    assert Client().get("/sundhed/klar/").status_code == 503
    assert Client().get("/sundhed/live/").status_code == 200
