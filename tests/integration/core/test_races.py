"""What the database refuses is either a race, answered with 409, or a fault of ours: 500."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db.models import UniqueConstraint
from django.http import HttpRequest
from django.urls import path

from cases.models import Case, Document
from haderslev import urls
from haderslev.accounts.models import User
from haderslev.core import access
from haderslev.core.models import Holiday
from haderslev.core.pages import ActPage, act_page
from tests.integration.cases import given
from tests.people import Cast


def _second_case(*, by: User) -> None:
    case = Case.objects.get()
    Case.objects.create(number="1999-1", pupil=case.pupil, reason="x", opened_by=by)


def _move_from_an_old_state(*, by: User) -> None:
    Case.objects.update(level="intervening")
    Case.objects.update(level="preventive")


def _same_holiday_again(*, by: User) -> None:
    day = Holiday.objects.earliest("first_on")
    Holiday.objects.create(first_on=day.first_on, last_on=day.last_on, name=day.name)


def _change_a_frozen_document(*, by: User) -> None:
    Document.objects.update(title="x")


RACES = {"anden-sag": _second_case, "gammelt-trin": _move_from_an_old_state}
FAULTS = {"helligdag": _same_holiday_again, "frosset": _change_a_frozen_document}


def _page(act: Callable[..., None]) -> Any:
    def view(_request: HttpRequest) -> ActPage:
        return ActPage(title="x", submit="x", back="/", act=act)

    return act_page(access.declare(view, "signed-in"))


urlpatterns = [
    *(path(f"{name}/", _page(act)) for name, act in {**RACES, **FAULTS}.items()),
    *urls.urlpatterns,
]


@pytest.fixture
def browser(cast: Cast, sign_in: Any) -> Any:
    given.case(cast)
    client = sign_in(cast.leader)
    client.raise_request_exception = False
    return client


def _post(browser: Any, name: str) -> Any:
    return browser.post(f"/{name}/", {"form_key": str(uuid.uuid4())})


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", RACES)
def test_somebody_was_first(browser: Any, caplog: pytest.LogCaptureFixture, name: str) -> None:
    answer = _post(browser, name)
    assert answer.status_code == 409
    assert [row for row in caplog.records if row.exc_info] == []
    assert Case.objects.get().level == "preventive"


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_logged(browser: Any, caplog: pytest.LogCaptureFixture, name: str) -> None:
    answer = _post(browser, name)
    assert answer.status_code == 500
    assert [row.levelname for row in caplog.records if row.exc_info] == ["ERROR"]


def test_races_are_constraints_of_their_model() -> None:
    wrong = []
    for model in apps.get_models():
        unique = {
            each.name
            for each in model._meta.constraints
            if isinstance(each, UniqueConstraint | ExclusionConstraint)
        }
        wrong += [(model, name) for name in getattr(model, "races", ()) if name not in unique]
    assert wrong == []
