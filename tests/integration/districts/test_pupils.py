"""Master data: who may add, correct and move a child, and what the pages never show."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from districts.models import CustodyHolder, LearningCommunity, Pupil, TimelineEntry
from districts.services import custody, pupils
from haderslev.core import clock
from haderslev.core.cpr import normalise
from haderslev.core.crypto import blind_index
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.journal.models import Act, Read
from tests.people import Cast

CPR = "6105164777"  # day 61: a replacement number


def key() -> dict[str, str]:
    return {"form_key": str(uuid.uuid4())}


def new_pupil_post(klass: LearningCommunity, **changes: str) -> dict[str, str]:
    return (
        key()
        | {
            "first_name": "Øjvind",
            "last_name": "Aagaard",
            "cpr": "610516-4777",
            "community": str(klass.pk),
            "starts_on": str(clock.today()),
            "home_municipality": "Prøvekommune",
            "language": "arabisk",
            "needs_interpreter": "on",
            "parents-TOTAL_FORMS": "2",
            "parents-INITIAL_FORMS": "0",
            "parents-0-name": "Mor Aagaard",
            "parents-0-relation": "mother",
            "parents-0-has_custody": "on",
            "parents-0-address": "Engvej 7",
            "parents-1-has_custody": "on",
            "parents-1-relation": "",
        }
        | changes
    )


class TestAdding:
    def test_the_secretary_adds_a_pupil_with_one_parent(self, cast: Cast, sign_in) -> None:
        browser = sign_in(cast.secretary)
        answer = browser.post(reverse("districts:new_pupil"), new_pupil_post(cast.klass))
        assert answer.status_code == 303
        pupil = Pupil.objects.filter(cpr_index=blind_index(normalise(CPR))).get()
        assert answer["Location"] == reverse("districts:pupil", args=[pupil.public_id])
        assert pupil.community == cast.klass
        assert [row.name for row in pupil.custody_holders.all()] == ["Mor Aagaard"]
        assert TimelineEntry.objects.filter(pupil=pupil, kind="districts.pupil_added").exists()
        act = Act.objects.get(action="districts.pupil.added")
        assert act.about == [f"pupil:{pupil.pk}"]
        assert CPR not in str(act.data)

    def test_the_same_form_twice_adds_one(self, cast: Cast, sign_in) -> None:
        browser, data = sign_in(cast.secretary), new_pupil_post(cast.klass)
        first = browser.post(reverse("districts:new_pupil"), data)
        second = browser.post(reverse("districts:new_pupil"), data)
        assert first["Location"] == second["Location"]
        assert Pupil.objects.filter(first_name="Øjvind").count() == 1

    def test_a_known_number_is_refused_without_telling_whose(self, cast: Cast, sign_in) -> None:
        taken = cast.child2.reveal_cpr()
        data = new_pupil_post(cast.klass, cpr=taken)
        answer = sign_in(cast.secretary).post(reverse("districts:new_pupil"), data)
        assert answer.status_code == 422
        assert "Dagmar" not in answer.text
        assert answer.context["form"].errors["cpr"]
        assert not Pupil.objects.filter(first_name="Øjvind").exists()

    @pytest.mark.parametrize("cpr", ["123", "9913991234", "abcdefghij", "3013994321"])
    def test_what_is_no_cpr_number_is_refused(self, cast: Cast, sign_in, cpr: str) -> None:
        data = new_pupil_post(cast.klass, cpr=cpr)
        answer = sign_in(cast.secretary).post(reverse("districts:new_pupil"), data)
        assert answer.status_code == 422
        assert answer.context["form"].errors["cpr"]

    def test_a_class_of_another_school_is_not_offered(self, cast: Cast, sign_in) -> None:
        data = new_pupil_post(cast.klass2)
        answer = sign_in(cast.secretary).post(reverse("districts:new_pupil"), data)
        assert answer.status_code == 422
        with pytest.raises(NotAllowedError):
            pupils.add_pupil(
                first_name="A",
                last_name="B",
                cpr=CPR,
                community=cast.klass2,
                home_municipality="X",
                by=cast.secretary,
            )

    def test_a_teacher_has_no_such_page(self, cast: Cast, sign_in) -> None:
        assert sign_in(cast.teacher).get(reverse("districts:new_pupil")).status_code == 404
        assert sign_in(cast.teacher).get(reverse("districts:pupils")).status_code == 404

    def test_the_own_municipality_stands_there_beforehand(
        self, cast: Cast, sign_in, settings
    ) -> None:
        settings.MUNICIPALITY_NAME = "Ny Kommune"
        answer = sign_in(cast.secretary).get(reverse("districts:new_pupil"))
        assert 'value="Ny Kommune"' in answer.text


class TestCorrecting:
    def values(self, pupil: Pupil, **changes: object) -> dict[str, object]:
        names = ("first_name", "last_name", "home_municipality", "language", "needs_interpreter")
        return {name: getattr(pupil, name) for name in names} | changes

    def test_a_correction_is_journalled_by_field_name(self, cast: Cast) -> None:
        values = self.values(cast.child, language="polsk")
        row = pupils.correct_pupil(cast.child, revision=1, by=cast.secretary, **values)
        assert (row.language, row.revision) == ("polsk", 2)
        act = Act.objects.get(action="districts.pupil.corrected")
        assert act.data == {"fields": ["language"]}

    def test_two_editors_get_409_with_both_texts(self, cast: Cast, sign_in) -> None:
        page = reverse("districts:edit_pupil", args=[cast.child.public_id])
        pupils.correct_pupil(
            cast.child, revision=1, by=cast.leader, **self.values(cast.child, language="polsk")
        )
        data = key() | self.values(cast.child, language="somali") | {"revision": "1"}
        data["needs_interpreter"] = ""
        answer = sign_in(cast.secretary).post(page, data)
        assert answer.status_code == 409
        assert "somali" in answer.text
        assert "polsk" in answer.text
        cast.child.refresh_from_db()
        assert cast.child.language == "polsk"

    def test_a_teacher_sees_the_child_but_may_not(self, cast: Cast, sign_in) -> None:
        page = reverse("districts:edit_pupil", args=[cast.child.public_id])
        assert sign_in(cast.teacher).get(page).status_code == 403
        assert sign_in(cast.teacher2).get(page).status_code == 404
        with pytest.raises(NotAllowedError):
            pupils.correct_pupil(cast.child, revision=1, by=cast.teacher, **self.values(cast.child))

    def test_the_number_is_corrected_and_not_shown(self, cast: Cast, sign_in) -> None:
        page = reverse("districts:correct_cpr", args=[cast.child.public_id])
        answer = sign_in(cast.secretary).post(page, key() | {"cpr": CPR, "revision": 1})
        assert answer.status_code == 303
        assert Pupil.objects.filter(cpr_index=blind_index(normalise(CPR))).get() == cast.child
        assert CPR not in str(list(Act.objects.values_list("data", flat=True)))

    def test_a_number_written_meanwhile_is_not_overwritten(self, cast: Cast, sign_in) -> None:
        page = reverse("districts:correct_cpr", args=[cast.child.public_id])
        assert 'name="revision" value="1"' in sign_in(cast.secretary).get(page).text
        pupils.correct_cpr(cast.child, cpr=CPR, revision=1, by=cast.leader)
        data = key() | {"cpr": "0101167777", "revision": 1}
        answer = sign_in(cast.secretary).post(page, data)
        assert answer.status_code == 409
        assert CPR not in answer.text
        assert Pupil.objects.filter(cpr_index=blind_index(normalise(CPR))).get() == cast.child
        answer = sign_in(cast.secretary).post(page, key() | data | {"revision": 2})
        assert answer.status_code == 303


class TestParents:
    def parent(self, **changes: object) -> Any:
        return {"name": "Ny", "relation": "guardian", "address": "Vej 1"} | changes

    def protected(self, cast: Cast) -> CustodyHolder:
        return CustodyHolder.objects.get(pupil=cast.child, address_protected=True)

    def test_add_correct_and_end(self, cast: Cast) -> None:
        row = custody.add_parent(cast.child, **self.parent(), by=cast.secretary)
        row = custody.correct_parent(
            row, **self.parent(address="Vej 2"), revision=1, by=cast.secretary
        )
        assert row.address == "Vej 2"
        row = custody.end_parent(row, ends_on=clock.today(), by=cast.secretary)
        actions = Act.objects.order_by("pk").values_list("action", flat=True)
        assert [name.rpartition(".")[2] for name in actions] == ["added", "corrected", "ended"]
        with pytest.raises(DomainError):
            custody.end_parent(row, ends_on=clock.today(), by=cast.secretary)

    def test_a_teacher_may_not(self, cast: Cast) -> None:
        with pytest.raises(NotAllowedError):
            custody.add_parent(cast.child, **self.parent(), by=cast.teacher)

    def test_a_protected_address_is_on_no_page_that_is_fetched(self, cast: Cast, sign_in) -> None:
        holder, browser = self.protected(cast), sign_in(cast.secretary)
        for name, args in (
            ("pupil", [cast.child.public_id]),
            ("edit_pupil", [cast.child.public_id]),
            ("edit_parent", [cast.child.public_id, holder.public_id]),
            ("reveal_address", [cast.child.public_id, holder.public_id]),
        ):
            answer = browser.get(reverse(f"districts:{name}", args=args))
            assert answer.status_code == 200
            assert "Hemmelig vej" not in answer.text

    def test_an_empty_address_keeps_the_protected_one(self, cast: Cast, sign_in) -> None:
        holder = self.protected(cast)
        page = reverse("districts:edit_parent", args=[cast.child.public_id, holder.public_id])
        data = key() | {
            "name": holder.name,
            "relation": holder.relation,
            "has_custody": "on",
            "address": "",
            "address_protected": "on",
            "phone": "12345678",
            "revision": "1",
        }
        assert sign_in(cast.secretary).post(page, data).status_code == 303
        fresh = self.protected(cast)
        assert (fresh.phone, fresh.address) == ("12345678", holder.address)

    def test_a_conflict_does_not_show_a_protected_address(self, cast: Cast) -> None:
        holder = self.protected(cast)
        values = {"name": holder.name, "relation": holder.relation, "address_protected": True}
        with pytest.raises(ConflictError) as caught:
            custody.correct_parent(
                holder, **self.parent(**values, address="Ny vej 3"), revision=0, by=cast.leader
            )
        assert "address" not in {**caught.value.mine, **caught.value.theirs}

    def test_the_address_is_seen_once_with_a_purpose(self, cast: Cast, sign_in) -> None:
        holder = self.protected(cast)
        page = reverse("districts:reveal_address", args=[cast.child.public_id, holder.public_id])
        browser = sign_in(cast.secretary)
        assert browser.post(page, key()).status_code == 422
        answer = browser.post(page, key() | {"purpose": "address_letter"})
        assert answer.status_code == 200
        assert holder.address in answer.text
        read = Read.objects.latest("pk")
        assert (read.purpose, read.fields) == ("address_letter", "protected_address")
        assert sign_in(cast.teacher).get(page).status_code == 403

    def test_a_parent_of_another_child_is_not_found(self, cast: Cast, sign_in) -> None:
        holder = CustodyHolder.objects.filter(pupil=cast.child2).latest("pk")
        page = reverse("districts:reveal_address", args=[cast.child.public_id, holder.public_id])
        answer = sign_in(cast.secretary).post(page, key() | {"purpose": "address_letter"})
        assert answer.status_code == 404


class TestCprNumber:
    def test_the_leader_sees_it_once_by_post_with_a_purpose(self, cast: Cast, sign_in) -> None:
        page = reverse("districts:reveal_cpr", args=[cast.child.public_id])
        browser, number = sign_in(cast.leader), cast.child.reveal_cpr()
        assert number not in browser.get(page).text
        refused = browser.post(page, key())
        assert refused.status_code == 422
        assert number not in refused.text
        assert not Read.objects.filter(fields="cpr").exists()
        answer = browser.post(page, key() | {"purpose": "cpr_identify", "reason": "navnefælle"})
        assert number in answer.text
        read = Read.objects.latest("pk")
        assert (read.purpose, read.reason, read.fields) == ("cpr_identify", "navnefælle", "cpr")
        assert read.about == [f"pupil:{cast.child.pk}"]
        act = Act.objects.get(action="districts.pupil.cpr_revealed")
        assert number not in str(act.data)

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("deputy", 200),
            ("teacher", 403),
            ("secretary", 403),
            ("psychologist", 404),
            ("leader2", 404),
            ("admin", 404),
        ],
    )
    def test_others_do_not(self, cast: Cast, sign_in, who: str, status: int) -> None:
        page = reverse("districts:reveal_cpr", args=[cast.child.public_id])
        answer = sign_in(cast.people[who]).post(page, key() | {"purpose": "cpr_identify"})
        assert answer.status_code == status
        assert (cast.child.reveal_cpr() in answer.text) == (status == 200)
