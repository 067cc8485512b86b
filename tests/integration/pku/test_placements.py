"""Special offers: statuses, revisitation, the way home."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from cases.models import Case, CaseOpening, Document
from districts.models import Institution, TimelineEntry, Todo, Unit
from haderslev.core import clock, request_cache
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.journal.models import Act
from pku.models import PkuDecision, Placement, Referral
from pku.services import decisions, referrals
from tests.integration.pku import committee_course as course
from tests.people import Cast

pytestmark = pytest.mark.django_db
BEGINS_AFTER = course.placed


def url(name: str, *args: str) -> str:
    return reverse(f"pku:{name}", args=args)


def keyed(**values: object) -> dict[str, object]:
    return {"form_key": str(uuid.uuid4()), **values}


def todo_kinds(user) -> set[str]:
    request_cache.forget()
    return set(Todo.objects.open().for_user(user).values_list("kind", flat=True))


def test_offer_and_home_school_each_give_a_status(cast: Cast, sign_in):
    placement = course.placed(cast)
    goals = list(placement.decision.goals.all())
    data = {
        "development": "God udvikling.",
        "child_perspective": "Her er rart.",
        "parents_perspective": "Vi er glade.",
        "way_home": "Besøg.",
        "goals-TOTAL_FORMS": len(goals),
        "goals-INITIAL_FORMS": 0,
        "goals-0-result": "reached",
        "goals-1-result": "partly",
    }
    address = url("give_status", placement.public_id)
    offer = sign_in(cast.offer_head)

    assert offer.get(address).status_code == 200
    short = {**data, "goals-TOTAL_FORMS": 1}
    assert offer.post(address, keyed(**short)).status_code == 422
    assert offer.post(address, keyed(**data)).status_code == 303
    assert "pku.give_status" not in todo_kinds(cast.offer_head)
    assert "pku.give_status" in todo_kinds(cast.leader)
    assert sign_in(cast.leader).post(address, keyed(**data)).status_code == 303
    assert set(placement.statuses.values_list("side", flat=True)) == {"offer", "home"}
    assert "pku.give_status" not in todo_kinds(cast.leader)
    assert TimelineEntry.objects.filter(kind="pku.offer_status").count() == 2
    assert "pku.placement.status_given" in set(Act.objects.values_list("action", flat=True))
    page = offer.get(url("placement", placement.public_id)).content.decode()
    assert "Her er rart." in page


def test_others_give_no_status(cast: Cast, sign_in):
    placement = course.placed(cast)
    address = url("give_status", placement.public_id)

    for user, status in ((cast.teacher, 403), (cast.pku_secretary, 403), (cast.teacher2, 404)):
        assert sign_in(user).get(address).status_code == status
    with pytest.raises(NotAllowedError):
        course.give_status(placement, cast.pku_secretary)


@pytest.mark.parametrize("code", ["home", "continue"])
def test_a_missing_status_asks_why_and_holds_nothing_back(cast: Cast, sign_in, code):
    placement = course.placed(cast)
    course.give_status(placement, cast.leader)
    text = course.text_of(cast, code)

    with pytest.raises(DomainError) as caught:
        decisions.prepare_for_placement(placement, text=text, by=cast.pku_secretary)
    assert (caught.value.code, caught.value.field) == ("no-status", "no_status_reason")

    text = replace(text, no_status_reason="Tilbuddet er lukket.")
    made = decisions.prepare_for_placement(placement, text=text, by=cast.pku_secretary)
    signed = decisions.sign(made, revision=made.revision, by=cast.chair)
    page = sign_in(cast.pku_secretary).get(url("decision", signed.public_id)).content.decode()
    assert "Tilbuddet er lukket." in page
    letter = Document.objects.filter(decision_key=signed.public_id).first()
    assert letter is not None
    assert "Tilbuddet er lukket." in json.dumps(letter.payload, ensure_ascii=False)


def test_the_form_asks_why_a_status_is_missing_at_a_revisitation_only(cast: Cast, sign_in):
    placement = course.placed(cast)
    page = sign_in(cast.pku_secretary).get(url("revisit", placement.public_id))
    assert "no_status_reason" in page.content.decode()


def test_the_child_stays_and_the_delay_is_loud(cast: Cast, sign_in):
    placement = course.placed(cast)

    with clock.at(clock.now() + timedelta(days=400)):
        request_cache.forget()
        for user in (cast.pku_secretary, cast.offer_head, cast.leader):
            page = sign_in(user).get(url("placements"))
            assert page.context["overdue"] == [placement]
    assert Placement.objects.get(pk=placement.pk).ended_on is None


def test_continuing_makes_the_next_offer_when_it_is_delivered(cast: Cast):
    row = course.revisited(cast)
    old = row.placement
    assert Placement.objects.get(pk=old.pk).ended_on is None

    row = course.deliver(cast, row)

    old.refresh_from_db()
    assert old.ended_on == row.delivered_on
    new = Placement.objects.get(decision=row)
    assert (new.offer, new.ended_on) == (old.offer, None)
    assert Case.objects.get(pk=row.case_id).level == "intervening"
    assert "pku.give_status" in todo_kinds(cast.offer_head)
    request_cache.forget()
    assert Placement.objects.visible_to(cast.offer_head).filter(pk=new.pk).exists()


def test_changing_the_offer_shuts_the_old_one_out(cast: Cast):
    unit = Unit.objects.create(kind="institution", name="Åhuset", parent=cast.town)
    other = Institution.objects.create(unit=unit, target_group="Små hold", address="Åvej 1")

    row = course.deliver(cast, course.revisited(cast, "change", offer=other))

    request_cache.forget()
    assert Placement.objects.get(decision=row).offer == other
    assert not Placement.objects.visible_to(cast.offer_head).exists()
    assert Placement.objects.visible_to(cast.pku_secretary).exists()


def test_home_lowers_the_level_and_gives_the_school_its_turn(cast: Cast):
    row = course.deliver(cast, course.revisited(cast, "home"))

    assert Case.objects.get(pk=row.case_id).level == "anticipatory"
    assert not Placement.objects.filter(ended_on=None).exists()
    # There may be no draft to finish: the words say what is asked for.
    assert "pku.after_decision" in todo_kinds(cast.teacher)
    assert "plans.finish_plan" not in todo_kinds(cast.teacher)
    assert "pku.revisit" not in todo_kinds(cast.pku_secretary)
    request_cache.forget()
    assert not Placement.objects.visible_to(cast.offer_head).exists()
    left = CaseOpening.objects.filter(case=row.case, cause="placed", closed_at=None)
    assert {item.closes_on for item in left} == {clock.days_from_now(42)}


def test_the_child_stays_until_the_first_day_at_home(cast: Cast, sign_in):
    home_on = clock.days_from_now(30)
    row = course.revisited(cast, "home", starts_on=home_on)

    assert (row.starts_on, row.ends_on) == (home_on, None)
    with override("da"):
        day = date_format(home_on, "j. F Y")
    for letter in Document.objects.filter(decision_key=row.public_id):
        assert day in letter.payload
    row = course.deliver(cast, row)
    placement = row.placement
    assert placement.ended_on == home_on
    assert Case.objects.get(pk=row.case_id).level == "anticipatory"

    def knows(user) -> bool:
        request_cache.forget()
        return Placement.objects.visible_to(user).filter(pk=placement.pk).exists()

    running = url("placements")
    with clock.at(clock.now() + timedelta(days=29)):
        assert knows(cast.offer_head)
        assert placement.public_id in sign_in(cast.offer_head).get(running).content.decode()
    with clock.at(clock.now() + timedelta(days=30)):
        assert not knows(cast.offer_head)
        assert knows(cast.pku_secretary)
        assert placement.public_id not in sign_in(cast.leader).get(running).content.decode()
        ended = sign_in(cast.leader).get(running + "?vis=afsluttede").content.decode()
        assert placement.public_id in ended


def test_home_names_a_first_day(cast: Cast):
    placement = course.placed(cast)
    course.give_status(placement, cast.offer_head)
    course.give_status(placement, cast.leader)

    with pytest.raises(DomainError) as caught:
        decisions.prepare_for_placement(
            placement, text=course.text_of(cast, "home", starts_on=None), by=cast.pku_secretary
        )
    assert caught.value.field == "starts_on"


def test_the_old_offer_goes_on_until_the_new_one_begins(cast: Cast):
    unit = Unit.objects.create(kind="institution", name="Åhuset", parent=cast.town)
    other = Institution.objects.create(unit=unit, target_group="Små hold", address="Åvej 1")
    starts = clock.days_from_now(10)

    row = course.deliver(cast, course.revisited(cast, "change", offer=other, starts_on=starts))

    assert row.placement.ended_on == starts
    for days, there in ((9, True), (10, False)):
        with clock.at(clock.now() + timedelta(days=days)):
            request_cache.forget()
            assert Placement.objects.visible_to(cast.offer_head).exists() is there


def test_one_revisitation_at_a_time_and_none_after_the_end(cast: Cast):
    row = course.revisited(cast, "home")
    text = course.text_of(cast, "home")

    with pytest.raises(DomainError) as caught:
        decisions.prepare_for_placement(row.placement, text=text, by=cast.pku_secretary)
    assert caught.value.code == "prepared"
    course.deliver(cast, row)
    with pytest.raises(DomainError) as caught:
        decisions.prepare_for_placement(row.placement, text=text, by=cast.pku_secretary)
    assert caught.value.code == "ended"
    with pytest.raises(DomainError) as caught:
        course.give_status(row.placement, cast.leader)
    assert caught.value.code == "ended"


def test_chair_and_members_read_a_revisitation_only_while_it_waits(cast: Cast):
    placement = course.placed(cast)
    course.give_status(placement, cast.offer_head)
    course.give_status(placement, cast.leader)
    request_cache.forget()
    for user in (cast.pku, cast.chair):
        assert not PkuDecision.objects.visible_to(user).exists()
        assert not Referral.objects.visible_to(user).exists()
    row = decisions.prepare_for_placement(
        placement, text=course.text_of(cast, "continue"), by=cast.pku_secretary
    )
    request_cache.forget()
    for user in (cast.pku, cast.chair):
        assert PkuDecision.objects.visible_to(user).filter(pk=row.pk).exists()

    decisions.sign(row, revision=1, stand_in_reason="Formanden er syg.", by=cast.pku)

    request_cache.forget()
    for user in (cast.pku, cast.chair):
        assert not PkuDecision.objects.visible_to(user).exists()
    assert PkuDecision.objects.visible_to(cast.pku_secretary).filter(pk=row.pk).exists()
    letters = Document.objects.filter(decision_key=row.public_id)
    assert letters.count() == 2
    assert all(
        row.complaint_guidance in json.loads(item.payload)["complaint"]["text"] for item in letters
    )


def test_no_referral_while_the_child_is_in_an_offer(cast: Cast):
    placement = course.placed(cast)

    with pytest.raises(DomainError) as caught:
        referrals.start_referral(placement.case, by=cast.teacher)

    assert caught.value.code == "placed"
    assert placement.case.referrals.count() == 1


@pytest.mark.postgres15
def test_an_offer_is_a_year_at_most_in_the_table(cast: Cast):
    placement = course.placed(cast)

    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.filter(pk=placement.pk).update(
            decide_before=placement.starts_on + timedelta(days=367)
        )


def test_pages_of_the_revisitation(cast: Cast, sign_in):
    placement = course.placed(cast)
    address = url("revisit", placement.public_id)

    assert sign_in(cast.pku_secretary).get(address).status_code == 200
    assert sign_in(cast.offer_head).get(address).status_code == 403
    assert sign_in(cast.pku).get(address).status_code == 404
    assert sign_in(cast.chief).get(url("placements")).status_code == 404
    page = sign_in(cast.offer_head).get(url("placement", placement.public_id)).content.decode()
    assert reverse("pku:decision", args=[placement.decision.public_id]) not in page
    assert "Alma har en ven." in page


def test_same_queries_at_ten_and_at_a_hundred(cast: Cast, sign_in, django_assert_max_num_queries):
    placement = course.placed(cast)
    Placement.objects.filter(pk=placement.pk).update(ended_on=clock.today())
    browser = sign_in(cast.leader)

    def add(count: int) -> None:
        text = course.text_of(cast, "continue").values()
        for _number in range(count):
            made = PkuDecision.objects.create(
                case=placement.case,
                placement=placement,
                complaint_guidance="Klag her.",
                prepared_by=cast.pku_secretary,
                **text,
            )
            Placement.objects.create(
                case=placement.case,
                decision=made,
                offer=placement.offer,
                starts_on=placement.starts_on,
                decide_before=placement.decide_before,
                ended_on=clock.today(),
            )

    ended = url("placements") + "?vis=afsluttede"
    add(10)
    with django_assert_max_num_queries(20) as few:
        assert browser.get(ended).status_code == 200
    add(90)
    with django_assert_max_num_queries(20) as many:
        assert browser.get(ended).status_code == 200
    assert len(few) == len(many)


def test_who_speaks_for_which_side(cast: Cast):
    placement = course.placed(cast)
    request_cache.forget()

    assert decisions.side_of(placement, cast.offer_head) == "offer"
    assert decisions.side_of(placement, cast.leader) == "home"
    assert decisions.side_of(placement, cast.leader2) == ""


def test_the_chair_who_signs_a_revisitation_is_led_to_the_meetings(cast: Cast, sign_in):
    placement = course.placed(cast)
    course.give_status(placement, cast.offer_head)
    course.give_status(placement, cast.leader)
    row = decisions.prepare_for_placement(
        placement, text=course.text_of(cast, "continue"), by=cast.pku_secretary
    )
    browser = sign_in(cast.chair)
    address = url("sign_decision", row.public_id)
    assert browser.get(address).status_code == 200
    answer = browser.post(address, keyed(revision=1))
    assert (answer.status_code, answer["Location"]) == (303, url("meetings"))
    assert browser.get(answer["Location"]).status_code == 200
