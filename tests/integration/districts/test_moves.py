"""A change of class: who may, from when, and that a slip can be undone at once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from districts.models import Enrolment, LearningCommunity, Pupil, TimelineEntry
from districts.services import moves
from haderslev.core import clock
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.journal.models import Act, Read
from tests.people import Cast


def move(
    cast: Cast, community: LearningCommunity | None = None, *, days: int = 0, **more: object
) -> Enrolment:
    values: dict[str, Any] = {
        "community": community or cast.klass2,
        "starts_on": clock.days_from_now(days),
        "to_other_school": True,
        "by": cast.secretary,
    }
    return moves.move_class(cast.child, **(values | more))


def classes(cast: Cast) -> list[tuple[str, object]]:
    rows = cast.child.enrolments.order_by("starts_on").select_related("community")
    return [(row.community.name, row.ends_on) for row in rows]


def kinds(cast: Cast) -> list[str]:
    rows = TimelineEntry.objects.filter(pupil=cast.child).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def posted(cast: Cast, **more: object) -> dict[str, object]:
    data = {"community": cast.klass2.pk, "starts_on": str(clock.today())}
    return {"form_key": str(uuid.uuid4()), "to_other_school": "on"} | data | more


class TestMoving:
    def test_a_move_ends_the_class_before_the_day_before(self, cast: Cast) -> None:
        made = move(cast)
        yesterday = clock.today() - timedelta(days=1)
        assert classes(cast) == [("4.A", yesterday), ("2.B", None)]
        assert (made.came_from, made.recorded_by) == (cast.klass, cast.secretary)
        entry = TimelineEntry.objects.get(pupil=cast.child, kind="districts.class_changed")
        assert str(entry.detail) == "2.B, Sydskolen"

    def test_rights_follow_at_the_next_request(self, cast: Cast, sign_in) -> None:
        page = reverse("districts:pupil", args=[cast.child.public_id])
        before, after = sign_in(cast.teacher), sign_in(cast.teacher2)
        assert (before.get(page).status_code, after.get(page).status_code) == (200, 404)
        address = reverse("districts:move_pupil", args=[cast.child.public_id])
        answer = sign_in(cast.secretary).post(address, posted(cast))
        made = cast.child.enrolments.get(community=cast.klass2)
        assert answer["Location"] == reverse("districts:undo_move", args=[made.public_id])
        assert (before.get(page).status_code, after.get(page).status_code) == (404, 200)

    def test_another_school_asks_for_a_confirmation(self, cast: Cast, sign_in) -> None:
        address = reverse("districts:move_pupil", args=[cast.child.public_id])
        answer = sign_in(cast.secretary).post(address, posted(cast, to_other_school=""))
        assert answer.status_code == 422
        assert "Bekræft" in answer.content.decode() or "Confirm" in answer.content.decode()
        assert classes(cast) == [("4.A", None)]
        own = LearningCommunity.objects.create(school=cast.school, name="4.B", grade=4)
        move(cast, own, to_other_school=False)
        assert classes(cast)[-1] == ("4.B", None)

    @pytest.mark.parametrize("days", [-500, 367])
    def test_the_first_day_is_near(self, cast: Cast, days: int) -> None:
        with pytest.raises(DomainError) as refused:
            move(cast, days=days)
        assert refused.value.field == "starts_on"
        assert move(cast, days=366).pk

    def test_the_same_class_and_a_day_before_the_present_one_are_refused(self, cast: Cast) -> None:
        with pytest.raises(DomainError) as refused:
            move(cast, cast.klass)
        assert refused.value.field == "community"
        move(cast, days=-20)
        Enrolment.objects.filter(came_from=cast.klass).update(recorded_by=cast.leader)
        with pytest.raises(DomainError) as refused:
            move(cast, cast.klass, days=-21, by=cast.leader2)
        assert refused.value.field == "starts_on"


class TestCorrecting:
    def test_another_day_gives_way_and_both_stay_in_the_timeline(self, cast: Cast) -> None:
        own = LearningCommunity.objects.create(school=cast.school, name="4.B", grade=4)
        move(cast, days=200)
        move(cast, own, days=10)
        last = clock.days_from_now(9)
        assert classes(cast) == [("4.A", last), ("4.B", None)]
        assert kinds(cast) == [
            "districts.class_changed",
            "districts.class_change_undone",
            "districts.class_changed",
        ]

    def test_who_chose_the_wrong_school_undoes_it_at_once(self, cast: Cast, sign_in) -> None:
        made = move(cast)
        office = sign_in(cast.secretary)
        assert not Pupil.objects.visible_to(cast.secretary).filter(pk=cast.child.pk).exists()
        undo = reverse("districts:undo_move", args=[made.public_id])
        assert undo in office.get(reverse("districts:pupils")).content.decode()
        assert f"pupil:{cast.child.pk}" in Read.objects.latest("pk").about
        assert "Alma Prøvesen" in office.get(undo).content.decode()
        answer = office.post(undo, {"form_key": str(uuid.uuid4())})
        again = reverse("districts:move_pupil", args=[cast.child.public_id])
        assert answer["Location"] == again
        assert office.get(again).status_code == 200
        assert classes(cast) == [("4.A", None)]
        assert kinds(cast) == ["districts.class_changed", "districts.class_change_undone"]
        assert Act.objects.filter(action="districts.pupil.move_undone").count() == 1

    def test_a_child_who_came_today_is_undone_to_the_class_it_came_to(
        self, cast: Cast, sign_in
    ) -> None:
        cast.child.enrolments.all().delete()
        Enrolment.objects.create(pupil=cast.child, community=cast.klass, recorded_by=cast.secretary)
        browser = sign_in(cast.secretary)
        address = reverse("districts:move_pupil", args=[cast.child.public_id])
        answer = browser.post(address, posted(cast))
        assert browser.get(answer["Location"]).status_code == 200
        undone = browser.post(answer["Location"], {"form_key": str(uuid.uuid4())})
        assert (undone.status_code, undone["Location"]) == (303, address)
        assert classes(cast) == [("4.A", None)]

    def test_nobody_else_of_the_school_before_and_not_the_day_after(
        self, cast: Cast, sign_in
    ) -> None:
        made = move(cast)
        undo = reverse("districts:undo_move", args=[made.public_id])
        for person in (cast.leader, cast.teacher, cast.teacher2):
            assert sign_in(person).get(undo).status_code in {403, 404}
        with pytest.raises(NotAllowedError):
            moves.undo_move(made, by=cast.leader)
        with clock.at(clock.now() + timedelta(days=1)):
            assert sign_in(cast.secretary).get(undo).status_code == 404
            # The school where the child is now sees that it stands.
            assert sign_in(cast.leader2).get(undo).status_code == 403
            with pytest.raises(DomainError):
                moves.undo_move(made, by=cast.leader2)

    def test_a_move_that_is_not_yet_is_undone_by_the_school(self, cast: Cast) -> None:
        made = move(cast, days=30)
        moves.undo_move(made, by=cast.leader)
        assert classes(cast) == [("4.A", None)]

    def test_an_older_move_is_not_undone_under_a_newer(self, cast: Cast) -> None:
        first = move(cast)
        move(cast, cast.klass, days=1, by=cast.leader2)
        with pytest.raises(DomainError):
            moves.undo_move(first, by=cast.leader2)

    def test_the_database_keeps_a_child_out_of_two_classes(self, cast: Cast) -> None:
        move(cast)
        with pytest.raises(IntegrityError), transaction.atomic():
            Enrolment.objects.filter(community=cast.klass).update(ends_on=None)


def test_pages_speak_the_reader_s_language(cast: Cast, sign_in) -> None:
    with translation.override("da"):
        moves.move_class(
            cast.child,
            community=cast.klass2,
            starts_on=clock.days_from_now(3),
            to_other_school=True,
            by=cast.secretary,
        )
    address = reverse("districts:move_pupil", args=[cast.child.public_id])
    assert "2.B" in sign_in(cast.secretary).get(address).content.decode()
