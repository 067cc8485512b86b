"""PKU decides: prepared, signed by another, delivered to each parent; then the level moves."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from cases.models import Case, CaseOpening, Document
from cases.services.decisions import wait_for_new_decision
from cases.services.deliveries import record_delivery
from districts.models import CustodyHolder, TimelineEntry, Todo
from districts.permissions import Role
from districts.services.units import appoint
from haderslev.core import clock, request_cache
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.core.models import TextTemplate
from haderslev.journal.models import Act, Read
from pku.models import PkuDecision, Placement, Referral
from pku.services import decisions, referrals
from tests.integration.pku import committee_course as course
from tests.people import Cast

pytestmark = pytest.mark.django_db
BEGINS_AFTER = course.submitted


def url(name: str, *args: str) -> str:
    return reverse(f"pku:{name}", args=args)


def keyed(**values: object) -> dict[str, object]:
    return {"form_key": str(uuid.uuid4()), **values}


def todo_kinds(user) -> set[str]:
    request_cache.forget()
    return set(Todo.objects.open().for_user(user).values_list("kind", flat=True))


def letters_of(decision: PkuDecision) -> list[Document]:
    return list(Document.objects.filter(decision_key=decision.public_id).order_by("pk"))


def post_data(cast: Cast, **changes: object) -> dict[str, object]:
    text = course.text_of(cast)
    data: dict[str, object] = {
        **course.REASONS,
        "outcome": text.outcome.pk,
        "meeting": text.meeting.pk,
        "offer": text.offer.pk,
        "starts_on": text.starts_on.isoformat(),
        "ends_on": text.ends_on.isoformat(),
        "home_contact": text.home_contact,
        "goals-TOTAL_FORMS": "5",
        "goals-INITIAL_FORMS": "0",
        "goals-0-text": "Alma følger en hel dag.",
    }
    return keyed(**{**data, **changes})


def test_the_secretary_prepares_and_the_chair_is_asked(cast: Cast):
    row = course.prepared(cast)

    assert row.state == "prepared"
    assert row.complaint_guidance
    assert [goal.order for goal in row.goals.all()] == [1, 2]
    assert "pku.sign_decision" in todo_kinds(cast.chair)
    for user in (cast.pku, cast.chair, cast.leader):
        with pytest.raises(NotAllowedError):
            decisions.correct(row, revision=1, text=course.text_of(cast), by=user)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"legal_basis": " "}, "legal_basis"),
        ({"considerations": ""}, "considerations"),
        ({"facts": ""}, "facts"),
        ({"parents_views": ""}, "parents_views"),
        ({"dialogue_council": ""}, "dialogue_council"),
        ({"offer": None}, "offer"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": clock.today()}, "ends_on"),
        ({"home_contact": ""}, "home_contact"),
    ],
)
def test_a_decision_without_its_parts_is_refused(cast: Cast, changes, field):
    row = course.accepted(cast)

    with pytest.raises(DomainError) as caught:
        decisions.prepare_for_referral(
            row, text=course.text_of(cast, **changes), by=cast.pku_secretary
        )

    assert caught.value.field == field


def test_the_form_says_what_is_missing(cast: Cast, sign_in):
    row = course.accepted(cast)
    address = url("prepare_decision", row.public_id)
    office = sign_in(cast.pku_secretary)

    assert office.get(address).status_code == 200
    assert office.post(address, post_data(cast, considerations="")).status_code == 422
    today = clock.today().isoformat()
    for dates, field in (
        ({"ends_on": today}, "ends_on"),
        ({"ends_on": "2099-01-01"}, "ends_on"),
        ({"starts_on": "1999-01-01"}, "starts_on"),
    ):
        answer = office.post(address, post_data(cast, **dates))
        assert set(answer.context["form"].errors) == {field}
    assert office.post(address, post_data(cast, **{"goals-0-text": ""})).status_code == 422
    assert office.post(address, post_data(cast)).status_code == 303
    assert PkuDecision.objects.filter(referral=row).count() == 1
    for user, status in ((cast.chair, 403), (cast.leader, 403), (cast.leader2, 404)):
        assert sign_in(user).get(address).status_code == status


@pytest.mark.postgres15
def test_a_year_is_the_longest_in_the_service_and_in_the_table(cast: Cast):
    row = course.accepted(cast)
    long = clock.today() + timedelta(days=367)

    text = course.text_of(cast, ends_on=long)
    with pytest.raises(DomainError) as caught:
        decisions.prepare_for_referral(row, text=text, by=cast.pku_secretary)
    assert caught.value.code == "too-long"

    made = decisions.prepare_for_referral(row, text=course.text_of(cast), by=cast.pku_secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        PkuDecision.objects.filter(pk=made.pk).update(ends_on=long)


def test_only_an_outcome_of_pku(cast: Cast):
    row = course.accepted(cast)

    for code in ("support_ordinary", "home"):
        text = course.text_of(cast, code)
        with pytest.raises(DomainError) as caught:
            decisions.prepare_for_referral(row, text=text, by=cast.pku_secretary)
        assert caught.value.code == "competence"


def test_not_before_it_is_on_a_meeting(cast: Cast):
    row = course.submitted(cast)

    with pytest.raises(DomainError) as caught:
        decisions.prepare_for_referral(row, text=course.text_of(cast), by=cast.pku_secretary)

    assert caught.value.code == "not-on-meeting"


def test_an_adjourned_referral_is_taken_up_again(cast: Cast):
    row = referrals.adjourn(
        course.accepted(cast),
        reason="Mangler",
        meeting=course.meeting(cast, 20),
        by=cast.pku_secretary,
    )

    decisions.prepare_for_referral(row, text=course.text_of(cast), by=cast.pku_secretary)

    assert Referral.objects.get(pk=row.pk).state == "accepted"


def test_what_was_prepared_before_an_adjournment_is_corrected(cast: Cast, sign_in):
    row = course.prepared(cast)
    referral = referrals.adjourn(
        row.referral, reason="Mangler", meeting=course.meeting(cast, 20), by=cast.pku_secretary
    )

    todo = Todo.objects.open().get(kind="pku.prepare_decision")
    assert todo.url == url("correct_decision", row.public_id)
    office = sign_in(cast.pku_secretary)
    assert todo.url in office.get(url("referral", referral.public_id)).text
    data = post_data(cast, revision=1, **{"goals-0-text": "Alma har en ven."})
    answer = office.post(todo.url, data)
    assert answer.status_code == 303
    assert Referral.objects.get(pk=referral.pk).state == "accepted"
    assert "pku.prepare_decision" not in todo_kinds(cast.pku_secretary)


def test_corrected_before_it_is_signed_with_both_texts_kept(cast: Cast):
    row = course.prepared(cast)
    first = course.text_of(cast, considerations="Det første hensyn.")
    decisions.correct(row, revision=1, text=first, by=cast.pku_secretary)

    second = course.text_of(cast, considerations="Et andet hensyn.")
    with pytest.raises(ConflictError) as caught:
        decisions.correct(row, revision=1, text=second, by=cast.pku_secretary)

    assert caught.value.theirs["considerations"] == "Det første hensyn."
    with pytest.raises(ConflictError):
        decisions.sign(row, revision=1, by=cast.chair)


@pytest.mark.postgres15
def test_the_preparer_and_those_close_to_the_child_do_not_sign(cast: Cast, sign_in):
    row = course.prepared(cast)
    appoint(cast.pku_secretary, Role.PKU_CHAIR, cast.committee)
    request_cache.forget()

    with pytest.raises(NotAllowedError, match="prepared"):
        decisions.sign(row, revision=1, by=cast.pku_secretary)
    answer = sign_in(cast.pku_secretary).post(
        url("sign_decision", row.public_id), keyed(revision=1)
    )
    assert answer.status_code == 403
    with pytest.raises(DatabaseError), transaction.atomic():
        PkuDecision.objects.filter(pk=row.pk).update(signed_by=cast.pku_secretary)

    appoint(cast.chair, Role.TEACHER, cast.team)
    request_cache.forget()
    with pytest.raises(NotAllowedError, match="team"):
        decisions.sign(row, revision=1, by=cast.chair)


def test_who_may_not_sign(cast: Cast, sign_in):
    row = course.prepared(cast)

    for name in ("sign_decision", "stand_in_decision"):
        address = url(name, row.public_id)
        for user in (cast.leader, cast.chief, cast.teacher2):
            assert sign_in(user).post(address, keyed(revision=1)).status_code == 404
        # The chair signs in the chair's own right, a member only in the chair's place.
        other = cast.pku if name == "sign_decision" else cast.chair
        assert sign_in(other).post(address, keyed(revision=1)).status_code == 403
    assert PkuDecision.objects.get(pk=row.pk).state == "prepared"


@pytest.mark.postgres15
def test_nobody_signs_what_they_have_written_in(cast: Cast):
    row = course.prepared(cast)
    for user in (cast.pku_secretary, cast.chair):
        appoint(user, Role.PKU_CHAIR, cast.committee)
    appoint(cast.chair, Role.PKU_SECRETARY, cast.committee)
    request_cache.forget()
    text = course.text_of(cast, considerations="Barnets trivsel, vejer tungest.")
    row = decisions.correct(row, revision=1, text=text, by=cast.chair)

    # A colleague's comma does not make the text the colleague's alone.
    assert row.prepared_by == cast.pku_secretary
    assert [item.user for item in row.authors.all()] == [cast.pku_secretary, cast.chair]
    for user in (cast.pku_secretary, cast.chair):
        with pytest.raises(NotAllowedError, match="prepared or changed"):
            decisions.sign(row, revision=2, by=user)
    with pytest.raises(DatabaseError, match="does not sign"), transaction.atomic():
        PkuDecision.objects.filter(pk=row.pk).update(signed_by=cast.chair)


@pytest.mark.postgres15
def test_a_member_signs_in_the_chairs_place_with_a_reason(cast: Cast, sign_in):
    row = course.prepared(cast)
    member = sign_in(cast.pku)
    address = url("stand_in_decision", row.public_id)
    page = member.get(url("decision", row.public_id)).content.decode()
    assert address in page
    assert url("sign_decision", row.public_id) not in page
    assert member.post(address, keyed(revision=1, stand_in_reason=" ")).status_code == 422
    why = "Formanden har ferie i uge 48."
    assert member.post(address, keyed(revision=1, stand_in_reason=why)).status_code == 303

    row.refresh_from_db()
    assert (row.state, row.signed_by, row.stand_in_reason) == ("signed", cast.pku, why)
    for letter in letters_of(row):
        assert why in letter.payload
    act = Act.objects.get(action="pku.pkudecision.signed")
    assert act.data["stands_in"] is True
    with pytest.raises(DatabaseError), transaction.atomic():
        PkuDecision.objects.filter(pk=row.pk).update(stand_in_reason="")


@pytest.mark.postgres15
@pytest.mark.parametrize(
    "column",
    ["present", "dialogue_council", "dialogue_psychologist", "dialogue_school", "home_contact"],
)
def test_what_a_signed_decision_says_is_frozen_by_the_database(cast: Cast, column: str):
    row = course.signed(cast)
    with pytest.raises(DatabaseError, match="signed or sent"), transaction.atomic():
        PkuDecision.objects.filter(pk=row.pk).update(**{column: "Noget andet"})


def test_a_signed_decision_stays_with_its_meeting(cast: Cast):
    row = course.signed(cast)
    other = course.meeting(cast, 20)
    assert other != row.meeting
    with pytest.raises(DatabaseError, match="signed or sent"), transaction.atomic():
        PkuDecision.objects.filter(pk=row.pk).update(meeting=other)


def test_the_members_are_asked_where_no_chair_may_sign(cast: Cast):
    appoint(cast.chair, Role.TEACHER, cast.team)
    request_cache.forget()
    row = course.prepared(cast)
    assert "pku.sign_decision" in todo_kinds(cast.pku)
    with pytest.raises(NotAllowedError, match="in the chair's place"):
        decisions.sign(row, revision=1, by=cast.chair)

    appoint(cast.pku, Role.TEACHER, cast.team)
    request_cache.forget()
    with pytest.raises(NotAllowedError, match="Nobody in PKU"):
        decisions.sign(row, revision=1, stand_in_reason="Ferie", by=cast.pku)


def test_the_chair_keeps_the_right_and_gives_no_reason(cast: Cast):
    row = course.prepared(cast)
    assert "pku.sign_decision" not in todo_kinds(cast.pku)
    row = decisions.sign(row, revision=1, stand_in_reason="Uden betydning", by=cast.chair)
    assert (row.signed_by, row.stand_in_reason) == (cast.chair, "")


def test_the_letters_carry_the_guidance_that_was_signed(cast: Cast):
    row = course.prepared(cast)
    signed = row.complaint_guidance
    TextTemplate.objects.filter(code=row.outcome.appeal_code).update(body="En helt anden tekst.")
    row = decisions.sign(row, revision=1, by=cast.chair)

    for letter in letters_of(row):
        assert signed in json.loads(letter.payload)["complaint"]["text"]
        assert "En helt anden tekst." not in letter.payload


def test_without_anybody_who_can_get_it_nothing_is_signed(cast: Cast):
    row = course.prepared(cast)
    CustodyHolder.objects.filter(pupil=cast.child).update(ends_on=clock.days_from_now(-1))

    with pytest.raises(DomainError, match="Nobody with custody"):
        decisions.sign(row, revision=1, by=cast.chair)
    assert PkuDecision.objects.get(pk=row.pk).state == "prepared"


def test_signed_makes_a_letter_for_each_parent_and_moves_nothing(cast: Cast, sign_in):
    row = course.prepared(cast)
    done = sign_in(cast.chair).post(url("sign_decision", row.public_id), keyed(revision=1))

    assert done.status_code == 303
    row.refresh_from_db()
    assert row.state == "signed"
    assert Referral.objects.get(pk=row.referral_id).state == "decided"
    assert Case.objects.get(pk=row.case_id).level == "anticipatory"
    mother, father = letters_of(row)
    assert "Storgade 0" in mother.payload
    assert "Hemmelig vej 0" not in mother.payload
    assert "Hemmelig vej 0" in father.payload
    assert "Storgade 0" not in father.payload
    for letter in (mother, father):
        assert row.complaint_guidance.split("\n")[0].split("{")[0] in letter.payload.replace(
            "\\n", "\n"
        )
        assert "Barnets trivsel vejer tungest." in letter.payload
        assert "Alma har en ven." in letter.payload
    waiting = Todo.objects.open().about([letter.delivery for letter in (mother, father)])
    assert set(waiting.values_list("role", "unit")) == {("pku_secretary", cast.committee.pk)}
    assert "pku.pkudecision.signed" in set(Act.objects.values_list("action", flat=True))
    assert not Placement.objects.exists()


def test_the_level_moves_only_when_the_last_parent_has_it(cast: Cast):
    row = course.signed(cast)
    first, second = [letter.delivery for letter in letters_of(row)]
    day = clock.today()
    how = {"channel": "digital_post", "sent_on": day, "by": cast.pku_secretary}

    record_delivery(first, delivered_on=day, **how)
    assert Case.objects.get(pk=row.case_id).level == "anticipatory"
    record_delivery(second, delivered_on=day, **how)

    row.refresh_from_db()
    assert (row.state, row.delivered_on) == ("delivered", day)
    assert Case.objects.get(pk=row.case_id).level == "intervening"
    placement = Placement.objects.get(decision=row)
    assert placement.decide_before == row.ends_on
    assert TimelineEntry.objects.filter(kind="pku.offer_started").exists()
    assert "pku.give_status" in todo_kinds(cast.offer_head)
    assert "pku.give_status" in todo_kinds(cast.leader)
    assert "pku.revisit" in todo_kinds(cast.pku_secretary)


def test_a_case_that_was_closed_meanwhile_stays_closed(cast: Cast):
    row = course.signed(cast)
    case = Case.objects.get(pk=row.case_id)
    case.move("closed", closed_on=clock.today(), conclusion="Afsluttet")

    row = course.deliver(cast, row)

    assert row.state == "delivered"
    assert Case.objects.get(pk=case.pk).level == "closed"
    assert Placement.objects.filter(decision=row).exists()


def test_access_after_a_placement(cast: Cast):
    placement = course.placed(cast)
    request_cache.forget()

    visible = Placement.objects.visible_to
    for user in (cast.offer_head, cast.pku_secretary, cast.teacher, cast.leader):
        assert visible(user).filter(pk=placement.pk).exists()
    # What chair and members read ends with the decision.
    for user in (cast.pku, cast.chair):
        assert not visible(user).exists()
        assert not Referral.objects.visible_to(user).exists()
    assert not Referral.objects.visible_to(cast.offer_head).exists()


def test_a_refusal_is_followed_up_by_the_school(cast: Cast, sign_in):
    row = course.deliver(cast, course.signed(cast, "pku_refusal"))

    assert row.state == "delivered"
    assert (row.offer, row.starts_on) == (None, None)
    assert Case.objects.get(pk=row.case_id).level == "anticipatory"
    assert "pku.after_decision" in todo_kinds(cast.teacher)
    assert "pku.after_decision" in todo_kinds(cast.leader)
    openings = CaseOpening.objects.filter(case=row.case, cause="referred")
    assert {item.closes_on for item in openings} == {clock.days_from_now(42)}

    page = sign_in(cast.teacher).get(url("decision", row.public_id))
    assert url("follow_up", row.public_id) in page.content.decode()
    assert sign_in(cast.teacher).post(url("follow_up", row.public_id), keyed()).status_code == 303
    assert "pku.after_decision" not in todo_kinds(cast.leader)
    with pytest.raises(NotAllowedError):
        decisions.follow_up(row, by=cast.pku_secretary)


def test_pku_is_shut_out_when_the_time_for_complaints_has_run_out(cast: Cast):
    row = course.deliver(cast, course.signed(cast, "pku_refusal"))

    with clock.at(clock.now() + timedelta(days=43)):
        request_cache.forget()
        assert not Referral.objects.visible_to(cast.pku_secretary).exists()
    request_cache.forget()
    assert Referral.objects.visible_to(cast.pku_secretary).filter(pk=row.referral_id).exists()


def test_individually_integrated_stays_at_the_school(cast: Cast):
    row = course.deliver(cast, course.signed(cast, "integrated"))

    assert Case.objects.get(pk=row.case_id).level == "intervening"
    assert not Placement.objects.exists()
    assert "cases.revisit" in todo_kinds(cast.leader)
    waits = Todo.objects.open().get(kind="cases.revisit", role="leader")
    assert waits.url == reverse("cases:new_decision", args=[row.case.public_id])


def test_pkus_decision_takes_the_place_of_the_leaders(cast: Cast):
    row = course.signed(cast, "special_school")
    wait_for_new_decision(row.case, due_on=clock.days_from_now(90))
    course.deliver(cast, row)
    assert not Todo.objects.open().filter(kind="cases.revisit", role="leader").exists()


@pytest.mark.postgres15
def test_a_second_decision_on_the_same_referral_is_refused(cast: Cast):
    row = course.prepared(cast)

    with pytest.raises(DomainError) as caught:
        decisions.prepare_for_referral(
            row.referral, text=course.text_of(cast), by=cast.pku_secretary
        )
    assert caught.value.code == "prepared"
    with pytest.raises(IntegrityError), transaction.atomic():
        PkuDecision.objects.filter(pk=row.pk).update(referral=None)


def test_a_refused_act_that_shows_the_page_again_is_journalled_as_a_look_up(cast: Cast, sign_in):
    row = course.prepared(cast)
    appoint(cast.chair, Role.TEACHER, cast.team)
    address = url("sign_decision", row.public_id)
    chair = sign_in(cast.chair)

    answer = chair.post(address, keyed(revision=row.revision))

    assert answer.status_code == 403
    assert cast.child.last_name in answer.content.decode()
    assert Read.objects.filter(page="pku:sign_decision", user_id=cast.chair.pk).count() == 1
    sign_in(cast.leader2).get(address)
    assert Read.objects.filter(user_id=cast.leader2.pk).count() == 0
