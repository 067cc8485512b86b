"""What people meet of toys. Run by ``tests/architecture/test_features.py``, in its settings."""

from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from districts.permissions import Role
from districts.services import todos
from districts.services.units import after_migrate
from haderslev.core.policy import may, who_may
from haderslev.journal.models import Read
from tests.people import Cast
from tests.toy import features


def test_start_up_is_content(db: None) -> None:
    call_command("check", databases=["default"])


@pytest.fixture(autouse=True)
def _after_migrate(db: None) -> None:
    """Write the rows of its right, as every migration does."""
    after_migrate(using="default")


def test_its_right_is_held_by_its_roles_alone(cast: Cast, sign_in: Any) -> None:
    page = reverse("toy:toy", args=[cast.child.public_id])
    assert may(cast.teacher, "lend_toy", cast.child)
    assert set(who_may("lend_toy", cast.child)) == {cast.teacher, cast.teacher_b}
    assert sign_in(cast.teacher).get(page).status_code == 200
    assert sign_in(cast.leader).get(page).status_code == 403
    assert sign_in(cast.teacher2).get(page).status_code == 404


def test_its_page_is_in_the_menu(cast: Cast, sign_in: Any) -> None:
    page = reverse("toy:toys")
    assert sign_in(cast.teacher).get(page).status_code == 200
    assert f'href="{page}"' in sign_in(cast.teacher).get("/").text
    assert page not in sign_in(cast.leader).get("/").text


def test_its_to_do_waits_and_is_done(cast: Cast, sign_in: Any) -> None:
    browser, page = sign_in(cast.teacher), reverse("toy:toy", args=[cast.child.public_id])
    todos.give(features.LEND, cast.child, Role.TEACHER)
    home = browser.get("/").text
    assert "Lend a toy" in home
    assert page in home
    assert browser.get(page).status_code == 200
    assert "Lend a toy" not in browser.get("/").text


def test_what_happened_is_on_the_timeline_and_in_the_log(cast: Cast, sign_in: Any) -> None:
    browser, page = sign_in(cast.teacher), reverse("toy:toy", args=[cast.child.public_id])
    browser.get(page)
    timeline = browser.get(reverse("districts:pupil_timeline", args=[cast.child.public_id])).text
    assert "Toy lent" in timeline
    assert page in timeline
    assert Read.objects.get(page="toy:toy").about == [f"pupil:{cast.child.pk}"]
    assert "Toy of a child" in sign_in(cast.controller).get(reverse("accounts:log")).text
