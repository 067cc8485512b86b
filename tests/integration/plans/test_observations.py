"""Observations: written, corrected, withdrawn, and who may read them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from districts.models import TimelineEntry
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.journal.models import Act
from plans.models import Observation
from plans.services import observations as service
from tests.integration.plans.conftest import posted


def _data(**more):
    return posted(
        about="community",
        kind="watching",
        seen="Tre børn stod alene",
        place="break",
        observed_at=timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        **more,
    )


def test_a_teacher_writes_about_a_class(cast, sign_in):
    page = reverse("plans:new_observation", args=[cast.klass.public_id])
    answer = sign_in(cast.teacher).post(page, _data())
    row = Observation.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == reverse("plans:observation", args=[row.public_id])
    assert row.community == cast.klass
    assert Act.objects.filter(action="plans.observation.added").count() == 1
    assert TimelineEntry.objects.get(kind="plans.observation").community == cast.klass


def test_the_same_form_sent_twice_writes_once(cast, sign_in):
    page = reverse("plans:new_observation", args=[cast.klass.public_id])
    data, browser = _data(), sign_in(cast.teacher)
    first, second = browser.post(page, data), browser.post(page, data)
    assert first["Location"] == second["Location"]
    assert Observation.objects.count() == 1


def test_each_childs_page_shows_the_text_and_never_the_others(cast, sign_in, build):
    row = service.add_observation(
        about="pupil",
        kind="watching",
        seen="De byggede en bro",
        place="lesson",
        observed_at=timezone.now(),
        pupils=[cast.child, cast.child_b],
        by=cast.teacher,
    )
    for pupil, other in ((cast.child, "Bertil"), (cast.child_b, "Alma")):
        for name in ("districts:pupil", "plans:observations_of_pupil"):
            page = reverse(name, args=[pupil.public_id])
            text = sign_in(cast.teacher).get(page).content.decode()
            assert "De byggede en bro" in text
            assert other not in text
    assert TimelineEntry.objects.filter(subject=row).count() == 2


def test_the_future_and_nobody_are_refused(cast):
    with pytest.raises(DomainError) as error:
        service.add_observation(
            about="pupil",
            kind="watching",
            seen="x",
            place="lesson",
            observed_at=timezone.now(),
            pupils=[],
            by=cast.teacher,
        )
    assert error.value.field == "pupils"


def test_another_schools_class_is_refused_and_not_found(cast, sign_in):
    page = reverse("plans:new_observation", args=[cast.klass2.public_id])
    assert sign_in(cast.teacher).get(page).status_code == 404
    assert sign_in(cast.teacher).post(page, _data()).status_code == 404
    with pytest.raises(NotAllowedError):
        service.add_observation(
            about="community",
            kind="watching",
            seen="x",
            place="lesson",
            observed_at=timezone.now(),
            community=cast.klass2,
            by=cast.teacher,
        )


def test_two_who_correct_both_keep_their_text(cast, sign_in, build):
    row = build.observation(cast.klass)
    page = reverse("plans:correct_observation", args=[row.public_id])
    first = sign_in(cast.teacher_b).post(page, posted(seen="Anden tekst", revision=1))
    second = sign_in(cast.teacher).post(page, posted(seen="Min tekst", revision=1))
    assert first.status_code == 303
    assert second.status_code == 409
    assert "Min tekst" in second.content.decode()
    assert "Anden tekst" in second.content.decode()
    again = sign_in(cast.teacher).post(page, posted(seen="Min tekst", revision=2))
    assert again.status_code == 303
    texts = list(row.versions.values_list("seen", flat=True))
    assert texts == ["Anden tekst", "Uro i overgangen"]


def test_a_withdrawn_observation_stays_visible_and_is_not_corrected(cast, sign_in, build):
    row = build.observation(cast.klass)
    service.withdraw_observation(row, reason="forkert barn", by=cast.teacher)
    page = sign_in(cast.teacher).get(reverse("plans:observation", args=[row.public_id]))
    assert "forkert barn" in page.content.decode()
    with pytest.raises(DomainError):
        service.correct_observation(
            row, revision=1, seen="x", child_words="", interpretation="", by=cast.teacher
        )
    other = build.observation(cast.klass)
    with pytest.raises(ConflictError):
        service.correct_observation(
            other, revision=9, seen="x", child_words="", interpretation="", by=cast.teacher
        )


def test_plc_reads_no_observation_by_standing_right(cast, sign_in, build):
    row = build.observation(cast.klass)
    page = reverse("plans:observation", args=[row.public_id])
    assert sign_in(cast.plc).get(page).status_code == 404
    assert sign_in(cast.teacher2).get(page).status_code == 404


def test_a_leader_may_read_but_sees_what_is_refused(cast, sign_in, build):
    row = build.observation(cast.klass)
    page = reverse("plans:observation", args=[row.public_id])
    assert sign_in(cast.leader).get(page).status_code == 200
    assert sign_in(cast.chief).get(page).status_code == 404


def test_the_list_asks_as_often_with_many_rows(cast, sign_in, build, django_assert_max_num_queries):
    page = reverse("plans:observations_of_community", args=[cast.klass.public_id])
    browser = sign_in(cast.teacher)
    for _ in range(45):
        build.observation(cast.klass)
    with django_assert_max_num_queries(20):
        assert browser.get(page).status_code == 200
