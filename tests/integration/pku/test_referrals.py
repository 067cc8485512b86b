"""A referral: written by the team, submitted by the leader, checked, returned, put on a meeting."""

import json
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Case, CaseOpening, Document
from cases.services import cases
from districts.models import TimelineEntry, Todo
from districts.scope import scope_of
from haderslev.core import clock, request_cache
from haderslev.core.errors import ConflictError, DomainError, GateError, NotAllowedError
from haderslev.journal.models import Act, Read
from pku.models import Referral, ReturnReason
from pku.services import referrals
from tests.integration.pku import committee_course as course
from tests.people import Cast

pytestmark = pytest.mark.django_db
BEGINS_AFTER = course.decided_to_refer


def url(name: str, *args: str) -> str:
    return reverse(f"pku:{name}", args=args)


def keyed(**values: object) -> dict[str, object]:
    return {"form_key": str(uuid.uuid4()), **values}


def todo_kinds(user) -> set[str]:
    request_cache.forget()
    return set(Todo.objects.open().for_user(user).values_list("kind", flat=True))


def actions(case: Case) -> list[str]:
    rows = Act.objects.filter(about__contains=[f"case:{case.number}"])
    return list(rows.values_list("action", flat=True))


def submit(row: Referral, cast: Cast) -> Any:
    return referrals.submit(row, revision=row.revision, by=cast.leader)


def sees(user, referral: Referral) -> bool:
    request_cache.forget()
    return Referral.objects.visible_to(user).filter(pk=referral.pk).exists()


def test_a_team_writes_and_only_its_leader_writes_the_recommendation(cast: Cast):
    row = course.draft(cast)

    assert row.psychologist_recommendation == "Fast voksen i overgange."
    with pytest.raises(NotAllowedError):
        course.save(row, "leader", {"leader_recommendation": "Ja"}, cast.teacher)
    with pytest.raises(NotAllowedError):
        course.save(row, "answers", {"answer:why": "Nej"}, cast.teacher2)
    course.save(row, "leader", {"leader_recommendation": "Ja"}, cast.leader)


def test_two_writers_meet_and_both_texts_are_kept(cast: Cast):
    row = course.draft(cast)
    course.save(row, "answers", {"answer:why": "Min"}, cast.teacher)

    with pytest.raises(ConflictError) as caught:
        referrals.save_part(
            row, part="answers", revision=1, values={"answer:why": "Din"}, by=cast.teacher_b
        )

    assert caught.value.mine["answer:why"] == "Din"
    assert caught.value.theirs["answer:why"] == "Min"
    assert caught.value.revision == 2


def test_a_conflict_is_shown_as_409(cast: Cast, sign_in):
    row = course.draft(cast)
    course.save(row, "psychologist", {"psychologist_recommendation": "Ny tekst"}, cast.teacher)

    answer = sign_in(cast.teacher_b).post(
        url("referral_part", row.public_id, "psychologist"),
        keyed(revision=1, psychologist_recommendation="Anden tekst"),
    )

    assert answer.status_code == 409
    assert "Ny tekst" in answer.content.decode()


@pytest.mark.postgres15
def test_only_one_open_referral_a_case(cast: Cast):
    row = course.draft(cast)

    with pytest.raises(DomainError, match="open referral"):
        referrals.start_referral(row.case, by=cast.leader)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.create(case=row.case, written_by=cast.teacher)


def test_what_is_missing_stops_the_leader(cast: Cast, sign_in):
    row = course.draft(cast)

    with pytest.raises(GateError) as caught:
        referrals.submit(row, revision=row.revision, by=cast.leader)

    unmet: Any = caught.value.unmet
    codes = {item.code for item in unmet}
    assert {"seven_answers", "pupil_view_referral", "parents_view_referral"} <= codes
    page = sign_in(cast.leader).get(reverse("pku:submit_referral", args=[row.public_id]))
    assert {each.requirement.code for each in page.context["missing"]} == codes
    assert 'class="form"' not in page.text


def test_submitting_freezes_opens_to_pku_and_leaves_the_level(cast: Cast):
    row = course.written(cast)
    assert not sees(cast.pku, row)

    row = submit(row, cast)

    assert (row.state, row.version, row.document.kind) == ("submitted", 1, "pku_referral")
    assert Case.objects.get(pk=row.case_id).level == "anticipatory"
    for user in (cast.pku, cast.chair, cast.pku_secretary):
        assert sees(user, row)
    assert not sees(cast.chief, row)
    assert "pku.check_referral" in todo_kinds(cast.pku_secretary)
    assert "pku.submit_referral" not in todo_kinds(cast.leader)
    assert "pku.referral.submitted" in actions(row.case)
    assert TimelineEntry.objects.filter(kind="pku.referral_submitted").exists()


def test_the_team_may_not_submit(cast: Cast, sign_in):
    row = course.written(cast)

    with pytest.raises(NotAllowedError):
        referrals.submit(row, revision=row.revision, by=cast.teacher)
    address = url("submit_referral", row.public_id)
    assert sign_in(cast.teacher).get(address).status_code == 403
    assert sign_in(cast.leader2).get(address).status_code == 404
    assert sign_in(cast.pku_secretary).get(address).status_code == 404


def test_material_hides_protected_address_and_what_parents_may_not_see(cast: Cast):
    row = course.submitted(cast)
    text = row.document.payload

    assert "Storgade 0" in text
    assert "Hemmelig vej 0" not in text
    assert course.ANSWERS["why"] in text
    assert "Jeg tør ikke sige det derhjemme." not in text
    ids = [section["id"] for section in json.loads(text)["sections"]]
    assert ids[:2] == ["barnets-stemme", "foraeldre"]


def test_nothing_tells_a_parent_that_something_is_kept_from_them(cast: Cast):
    row = course.submitted(cast)

    # The father's address is protected, and the child has said no to one of its words.
    protected = cast.child.custody_holders.get(address_protected=True)
    for document in Document.objects.filter(case=row.case):
        about = json.loads(document.payload)["about"]
        said = " ".join(about.get("left_out", []))
        assert protected.name not in said
        for word in ("adresse", "address", "forældre", "parents"):
            assert word not in said


def test_a_return_shuts_pku_out_and_opens_only_the_named_fields(cast: Cast, sign_in):
    row = course.returned(cast)

    assert row.open_fields == ["answer:effect"]
    assert not sees(cast.pku_secretary, row)
    assert not CaseOpening.objects.filter(case=row.case, closed_at=None, cause="referred").exists()
    assert "pku.mend_referral" in todo_kinds(cast.teacher)
    assert sign_in(cast.pku_secretary).get(url("referral", row.public_id)).status_code == 404
    with pytest.raises(DomainError) as caught:
        course.save(row, "answers", {"answer:why": "Andet"}, cast.teacher)
    assert caught.value.code == "not-open"

    page = sign_in(cast.teacher).get(url("referral_part", row.public_id, "answers"))
    assert 'name="answer:effect"' in page.content.decode()
    assert 'name="answer:why"' not in page.content.decode()

    row = course.save(row, "answers", {"answer:effect": "Ti rolige morgener."}, cast.teacher)
    row = submit(row, cast)
    assert (row.version, row.open_fields) == (2, [])
    assert "Ti rolige morgener." in row.document.payload
    assert sees(cast.pku, row)


def test_a_second_return_needs_a_talk_on_the_telephone(cast: Cast):
    row = course.returned(cast)
    row = submit(row, cast)
    reasons = list(ReturnReason.objects.filter(code="why_unclear"))
    again = {"reasons": reasons, "note_text": "Mere om hvorfor.", "by": cast.pku_secretary}

    with pytest.raises(DomainError) as caught:
        referrals.return_referral(row, **again)
    assert caught.value.code == "phone-talk"

    row = referrals.return_referral(row, phone_talk_on=clock.today(), **again)
    assert row.returns.count() == 2


def test_accepted_for_a_meeting_waits_for_its_readers(cast: Cast, sign_in):
    row = course.accepted(cast)

    assert "pku.read_referral" in todo_kinds(cast.pku)
    assert "pku.prepare_decision" in todo_kinds(cast.pku_secretary)
    page = sign_in(cast.pku).get(url("referral_read", row.public_id))
    assert page.status_code == 200
    assert course.ANSWERS["why"] in page.content.decode()
    assert Read.objects.filter(user_id=cast.pku.pk, about__contains=[f"case:{row.case.number}"])
    assert sign_in(cast.pku).get(url("check_referral", row.public_id)).status_code == 403


def test_adjourning_is_no_decision_and_names_another_meeting(cast: Cast):
    row = course.accepted(cast)

    with pytest.raises(DomainError, match="another meeting"):
        referrals.adjourn(row, reason="Mangler samtale", meeting=row.meeting, by=cast.pku_secretary)
    later = course.meeting(cast, 30)
    row = referrals.adjourn(row, reason="Mangler samtale", meeting=later, by=cast.pku_secretary)

    assert (row.state, row.meeting) == ("adjourned", later)
    assert not row.decisions.exists()
    assert "pku.prepare_decision" in todo_kinds(cast.pku_secretary)


def test_later_papers_are_numbered_and_a_parents_remarks_come_first(cast: Cast, sign_in):
    row = course.accepted(cast)
    referrals.add_addendum(
        row, title="Ny udtalelse", source="Skolen", text="Bedre uge.", by=cast.teacher
    )
    referrals.add_addendum(
        row,
        title="Mors bemærkninger",
        source="Mor",
        text="Vi er i tvivl.",
        from_parent=True,
        by=cast.pku_secretary,
    )

    papers = list(row.addenda.values_list("number", "from_parent"))
    assert papers == [(2, True), (1, False)]
    with pytest.raises(NotAllowedError):
        referrals.add_addendum(row, title="x", source="x", text="x", by=cast.pku)
    assert sign_in(cast.pku).get(url("addendum", row.public_id)).status_code == 403
    assert sign_in(cast.teacher).get(url("addendum", row.public_id)).status_code == 200
    page = sign_in(cast.pku).get(url("referral_read", row.public_id)).content.decode()
    assert page.index("Vi er i tvivl.") < page.index("Bedre uge.")


def test_no_papers_before_the_submission_or_after_the_decision(cast: Cast):
    decided = course.signed(cast).referral

    for by in (cast.teacher, cast.pku_secretary):
        with pytest.raises(DomainError) as caught:
            referrals.add_addendum(decided, title="x", source="x", text="x", by=by)
        assert caught.value.code == "no-addenda"


def test_withdrawing_shuts_pku_out(cast: Cast):
    row = referrals.withdraw(course.accepted(cast), by=cast.leader)

    assert row.state == "withdrawn"
    assert not sees(cast.pku, row)
    assert "pku.read_referral" not in todo_kinds(cast.pku)
    with pytest.raises(NotAllowedError):
        referrals.withdraw(row, by=cast.teacher)


def test_the_list_names_children_only_to_pku(cast: Cast, sign_in):
    row = course.submitted(cast)

    member = sign_in(cast.pku).get(url("referrals")).content.decode()
    chief = sign_in(cast.chief).get(url("referrals")).content.decode()

    assert "Alma" in member
    assert row.case.number in chief
    assert "Alma" not in chief
    assert url("referral", row.public_id) not in chief
    assert sign_in(cast.chief).get(url("referral", row.public_id)).status_code == 404
    assert sign_in(cast.teacher).get(url("referrals")).status_code == 404


def test_the_secretary_sees_the_number_with_a_purpose(cast: Cast, sign_in):
    row = course.submitted(cast)
    address = url("referral_cpr", row.public_id)

    assert sign_in(cast.pku).get(address).status_code == 403
    browser = sign_in(cast.pku_secretary)
    assert "0516" not in browser.get(address).content.decode()
    assert browser.post(address, keyed()).status_code == 422
    page = browser.post(address, keyed(purpose="cpr_letter"))
    if page.status_code == 422:
        form = page.context["form"]
        page = browser.post(address, keyed(purpose=form.fields["purpose"].choices[0][0]))
    assert "-4000" in page.content.decode()
    assert "districts.pupil.cpr_revealed" in set(Act.objects.values_list("action", flat=True))


def test_the_whole_way_to_the_meeting_in_a_browser(cast: Cast, sign_in):
    case = course.decided_to_refer(cast)
    team, leader, office = (sign_in(u) for u in (cast.teacher, cast.leader, cast.pku_secretary))

    assert team.get(url("new_referral", case.public_id)).status_code == 200
    began = team.post(url("new_referral", case.public_id), keyed())
    row = Referral.objects.get(case=case)
    assert began["Location"] == url("referral", row.public_id)
    answers = {f"answer:{code}": text for code, text in course.ANSWERS.items()}
    team.post(url("referral_part", row.public_id, "answers"), keyed(revision=1, **answers))
    views = {"pupil_view": "Jeg vil gerne."}
    for holder in cast.child.custody_holders.all():
        views[f"view:{holder.public_id}"] = "Enig."
    team.post(url("referral_part", row.public_id, "views"), keyed(revision=2, **views))
    team.post(url("ready_referral", row.public_id), keyed())
    assert "pku.submit_referral" in todo_kinds(cast.leader)
    page = leader.get(url("referral", row.public_id))
    assert url("submit_referral", row.public_id) in page.content.decode()
    done = leader.post(url("submit_referral", row.public_id), keyed(revision=3))
    assert done.status_code == 303
    assert office.get(url("check_referral", row.public_id)).status_code == 200
    meeting = course.meeting(cast)
    address = url("schedule_referral", row.public_id)
    assert office.post(address, keyed(meeting=meeting.pk)).status_code == 303
    assert Referral.objects.get(pk=row.pk).state == "accepted"
    assert "Alma" in sign_in(cast.pku).get(url("meeting", meeting.public_id)).content.decode()
    assert sign_in(cast.pku).get(url("meetings")).status_code == 200


def test_same_queries_at_ten_and_at_a_hundred(cast: Cast, sign_in, django_assert_max_num_queries):
    row = course.submitted(cast)
    browser = sign_in(cast.pku_secretary)

    def add(count: int) -> None:
        for number in range(count):
            case = Case.objects.create(
                number=f"1999-{Case.objects.count()}-{number}",
                pupil=cast.child,
                level="preventive",
                reason="x",
                opened_by=cast.leader,
                closed_on=None,
            )
            close(case)
            copy = Referral(case=case, written_by=cast.teacher)
            copy.save(force_insert=True)
            day, paper = clock.today(), row.document
            copy.move(
                "submitted", submitted_by=cast.leader, submitted_on=day, document=paper, version=1
            )

    def close(case: Case) -> None:
        case.move("closed", closed_on=clock.today(), conclusion="x")

    first = row.case
    first.refresh_from_db()
    close(first)
    add(9)
    with django_assert_max_num_queries(20) as few:
        assert browser.get(url("referrals")).status_code == 200
    add(90)
    with django_assert_max_num_queries(20) as many:
        assert browser.get(url("referrals")).status_code == 200
    assert len(few) == len(many)


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("chief", "pku:meeting"),
        ("chief", "pku:referrals"),
        ("leader", "home"),
        ("leader", "districts:pupil"),
        ("leader", "districts:pupil_timeline"),
    ],
)
def test_a_number_that_is_shown_is_journalled(cast: Cast, sign_in, who: str, page: str):
    row = course.accepted(cast)
    keys = {"pku:meeting": row.meeting, "pku:referrals": None, "home": None}
    key = keys.get(page, row.case.pupil)
    last = Read.objects.order_by("pk").values_list("pk", flat=True).last() or 0

    answer = sign_in(cast.people[who]).get(reverse(page, args=[key.public_id] if key else []))

    assert row.case.number in answer.text
    about = Read.objects.get(pk__gt=last).about
    assert f"case:{row.case.number}" in about
    if who == "chief":
        assert not any(text.startswith("pupil:") for text in about)


def test_the_list_belongs_to_the_committee_and_what_is_above_it(cast: Cast):
    row = course.submitted(cast)
    submitted = Referral.objects.filter(pk=row.pk)
    for name, person in cast.people.items():
        with request_cache.running():
            listed = submitted.permitted(person, "view_referral_list").exists()
            assert listed == bool(scope_of(person).units("view_referral_list")), name


def test_a_prepared_decision_on_a_withdrawn_referral_lets_the_case_close(cast: Cast):
    row = course.prepared(cast)
    with pytest.raises(DomainError):
        cases.close_case(row.case, conclusion="Slut.", by=cast.leader)

    referrals.withdraw(row.referral, by=cast.leader)

    assert not cases.close_case(row.case, conclusion="Slut.", by=cast.leader).is_open


def test_nothing_is_asked_of_a_closed_case(cast: Cast):
    row = course.written(cast)
    cases.close_case(row.case, conclusion="Slut.", by=cast.leader)

    with pytest.raises(DomainError) as caught:
        referrals.ask_to_submit(row, by=cast.teacher)
    assert caught.value.code == "closed"
    assert "pku.submit_referral" not in todo_kinds(cast.leader)
