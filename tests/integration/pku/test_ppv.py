"""The school's own request: written by the team, signed by the leader, answered by PPR."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from cases.gates import Requirement
from cases.models import Case, Delivery, Document
from cases.services import cases
from districts.models import Opening, TimelineEntry, Todo
from districts.permissions import Role
from districts.services.units import appoint
from haderslev.accounts.models import Membership
from haderslev.core import clock
from haderslev.core.errors import ConflictError, DomainError, GateError, NotAllowedError
from haderslev.journal.models import Act
from pku.models import PPVDispatch, PPVRequest
from pku.services import ppv, ppv_reports
from tests.beginnings import told_once
from tests.integration.pku.ppv_course import REPORT, SECRET, TEXTS, open_case, ready_course
from tests.people import Cast, add_user

pytestmark = pytest.mark.django_db


def written(cast: Cast, case: Case, **changes: object) -> PPVRequest:
    return ppv.start_request(
        case, requester="leader", texts={**TEXTS, **changes}, ready=True, by=cast.teacher
    )


@told_once
def signed(cast: Cast) -> PPVRequest:
    row = written(cast, ready_course(cast))
    return ppv.sign_request(row, revision=row.revision, by=cast.leader)


@told_once
def received(cast: Cast) -> PPVRequest:
    return ppv_reports.receive_request(signed(cast), by=cast.psychologist)


def dispatches(cast: Cast) -> list[ppv_reports.Dispatch]:
    today = clock.today()
    parents = [
        ppv_reports.Dispatch(custody_holder=holder, channel="digital_post", sent_on=today)
        for holder in cast.child.custody_holders.all()
    ]
    return [ppv_reports.Dispatch(channel="handed_over", sent_on=today), *parents]


@told_once
def sent(cast: Cast) -> PPVRequest:
    row = received(cast)
    report = ppv_reports.save_report(row, revision=0, texts=REPORT, by=cast.psychologist)
    return ppv_reports.send_report(
        row, revision=report.revision, dispatches=dispatches(cast), by=cast.psychologist
    )


def todo_kinds(user) -> set[str]:
    return set(Todo.objects.open().for_user(user).values_list("kind", flat=True))


def actions(case: Case) -> set[str]:
    rows = Act.objects.filter(about__contains=[f"case:{case.number}"])
    return set(rows.values_list("action", flat=True))


def codes(refusal: GateError) -> set[str]:
    return {item.code for item in refusal.unmet if isinstance(item, Requirement)}


def test_the_leader_is_asked_to_sign_when_the_team_is_ready(cast):
    row = written(cast, ready_course(cast))
    assert "pku.sign_ppv" in todo_kinds(cast.leader)
    assert "pku.sign_ppv" in todo_kinds(cast.deputy)
    assert row.state == "draft"


def test_a_signed_request_is_frozen_and_goes_to_the_advisory_team(cast):
    row = signed(cast)
    assert (row.state, row.signed_by, row.case.level) == (
        "requested",
        cast.leader,
        "anticipatory",
    )
    document = Document.objects.get(case=row.case, kind=Document.Kind.PPV_REQUEST)
    assert row.document == document
    assert document.needs == Document.Needs.DOSSIER
    assert "pku.take_ppv" in todo_kinds(cast.psychologist)
    assert "pku.sign_ppv" not in todo_kinds(cast.leader)
    todo = Todo.objects.open().get(kind="pku.take_ppv")
    assert todo.pupil is None
    assert TimelineEntry.objects.filter(pupil=cast.child, kind="pku.ppv_requested").count() == 1
    assert "pku.ppvrequest.signed" in actions(row.case)


def test_requirements_hold_the_schools_own_request_back(cast, sign_in):
    case = open_case(cast)
    row = written(cast, case, pupil_view="", consulted_on=None)
    with pytest.raises(GateError) as refused:
        ppv.sign_request(row, revision=1, by=cast.leader)
    assert {"consultation", "pupil_view"} <= codes(refused.value)
    page = sign_in(cast.leader).get(reverse("pku:sign_ppv", args=[row.public_id]))
    assert 'class="form"' not in page.text
    row.refresh_from_db()
    assert row.state == "draft"
    assert not Document.objects.filter(case=case).exists()


def test_what_the_gate_does_not_ask_for_must_be_written_too(cast):
    row = written(cast, ready_course(cast), questions="")
    with pytest.raises(DomainError) as refused:
        ppv.sign_request(row, revision=1, by=cast.leader)
    assert refused.value.code == "not-whole"


def test_against_a_parent_only_with_a_reason_and_a_letter_to_each(cast, sign_in):
    case = ready_course(cast, father="disagrees")
    row = written(cast, case)
    with pytest.raises(GateError) as refused:
        ppv.sign_request(row, revision=1, by=cast.leader)
    assert codes(refused.value) == {"against_parents"}
    # The only thing that lacks is written in the form, so the form is shown.
    assert refused.value.field == "against_parents_reason"
    page = sign_in(cast.leader).get(reverse("pku:sign_ppv", args=[row.public_id]))
    assert 'name="against_parents_reason"' in page.text
    row = ppv.sign_request(
        row, revision=1, against_parents_reason="Barnet er ude af undervisning.", by=cast.leader
    )
    letters = Delivery.objects.filter(document__kind=Document.Kind.PPV_LETTER)
    assert letters.count() == 2
    father = letters.get(custody_holder__relation="father").document.payload
    assert "Barnet er ude af undervisning." in father
    assert "Storgade" not in father


def test_nobody_but_the_leader_signs(cast):
    row = written(cast, ready_course(cast))
    with pytest.raises(NotAllowedError):
        ppv.sign_request(row, revision=1, by=cast.teacher)
    with pytest.raises(NotAllowedError):
        ppv.sign_request(row, revision=1, by=cast.leader2)


def test_the_leader_signs_what_was_read(cast):
    row = written(cast, ready_course(cast))
    ppv.save_request(row, revision=1, texts={"problem": "Nyt"}, by=cast.teacher_b)
    with pytest.raises(ConflictError):
        ppv.sign_request(row, revision=1, by=cast.leader)


def test_two_writers_keep_both_texts(cast):
    row = written(cast, ready_course(cast))
    ppv.save_request(row, revision=1, texts={"problem": "Først"}, by=cast.teacher)
    with pytest.raises(ConflictError) as refused:
        ppv.save_request(row, revision=1, texts={"problem": "Sidst"}, by=cast.teacher_b)
    assert refused.value.mine == {"problem": "Sidst"}
    assert refused.value.theirs == {"problem": "Først"}


def test_a_sent_request_can_not_be_changed_or_signed_again(cast):
    row = signed(cast)
    with pytest.raises(DomainError):
        ppv.save_request(row, revision=1, texts={"problem": "x"}, by=cast.teacher)
    with pytest.raises(DomainError):
        ppv.sign_request(row, revision=1, by=cast.leader)
    with pytest.raises(DomainError):
        ppv.withdraw_request(row, by=cast.teacher)


def test_a_case_has_one_open_request(cast):
    case = ready_course(cast)
    written(cast, case)
    with pytest.raises(ConflictError):
        written(cast, case)


def test_a_class_has_no_ppv(cast):
    case = Case.objects.create(
        number="2026-9001", community=cast.klass, reason="Ro", opened_by=cast.teacher
    )
    with pytest.raises(DomainError):
        written(cast, case)


def test_the_child_opens_to_the_psychologist_who_takes_it_and_to_no_other(cast):
    row = signed(cast)
    assert not Case.objects.permitted(cast.psychologist, "view_case").exists()
    row = ppv_reports.receive_request(row, by=cast.psychologist)
    assert Case.objects.permitted(cast.psychologist, "answer_ppv").get() == row.case
    opening = Opening.objects.get(pupil=cast.child, cause="ppv")
    assert (opening.user, opening.closes_on) == (cast.psychologist, None)
    assert todo_kinds(cast.psychologist) == {"pku.write_ppv"}
    receipts = Delivery.objects.filter(document__kind=Document.Kind.PPV_LETTER)
    assert receipts.count() == 2
    assert all(cast.psychologist.name in item.document.payload for item in receipts)
    assert "pku.ppvrequest.received" in actions(row.case)
    with pytest.raises(ConflictError):
        ppv_reports.receive_request(row, by=cast.psychologist)


def test_who_is_no_psychologist_any_more_loses_the_child_and_another_takes_over(cast, sign_in):
    row = received(cast)
    left = Membership.objects.filter(user=cast.psychologist)
    left.update(starts_on=clock.days_from_now(-900), ends_on=clock.days_from_now(-1))
    appoint(cast.psychologist, Role.TEACHER, cast.team2)
    another = add_user("psychologist_b", name="Psykolog Ny")
    appoint(another, Role.PSYCHOLOGIST, cast.advisory)

    browser = sign_in(cast.psychologist)
    assert browser.get(f"/boern/{cast.child.public_id}/").status_code == 404
    assert browser.get(f"/sager/{row.case.public_id}/").status_code == 404
    assert todo_kinds(cast.psychologist) == set()
    taken = ppv_reports.receive_request(row, by=another)
    assert taken.psychologist == another
    assert taken.given_back.get().psychologist == cast.psychologist
    assert todo_kinds(another) == {"pku.write_ppv"}
    assert sign_in(another).get(f"/boern/{cast.child.public_id}/").status_code == 200


def test_only_a_psychologist_receives(cast):
    row = signed(cast)
    for user in (cast.leader, cast.family, cast.chief):
        with pytest.raises(NotAllowedError):
            ppv_reports.receive_request(row, by=user)


def test_a_sent_ppv_reaches_the_leader_and_each_parent(cast):
    row = sent(cast)
    assert row.state == "reported"
    rows = PPVDispatch.objects.filter(report__request=row)
    assert {item.custody_holder and item.custody_holder.relation for item in rows} == {
        None,
        "mother",
        "father",
    }
    document = Document.objects.get(case=row.case, kind=Document.Kind.PPV_REPORT)
    assert document.needs == Document.Needs.REPORT
    assert "cases.hold_hearing" in todo_kinds(cast.leader)
    assert "pku.write_ppv" not in todo_kinds(cast.psychologist)
    opening = Opening.objects.get(pupil=cast.child, cause="ppv")
    assert opening.closes_on == clock.today() + timedelta(days=30)
    assert TimelineEntry.objects.filter(pupil=cast.child, kind="pku.ppv_sent").exists()
    assert {"pku.ppvrequest.written", "pku.ppvrequest.sent"} <= actions(row.case)


def test_access_ends_thirty_days_after(cast):
    row = sent(cast)
    later = clock.now() + timedelta(days=31)
    with clock.at(later):
        assert not Case.objects.permitted(cast.psychologist, "view_case").exists()
        assert not PPVRequest.objects.visible_to(cast.psychologist).filter(pk=row.pk).exists()


def test_a_ppv_is_not_sent_half_or_past_a_parent(cast):
    row = received(cast)
    report = ppv_reports.save_report(
        row, revision=0, texts={**REPORT, "conclusion": ""}, by=cast.psychologist
    )
    with pytest.raises(DomainError):
        ppv_reports.send_report(
            row, revision=report.revision, dispatches=dispatches(cast), by=cast.psychologist
        )
    report = ppv_reports.save_report(row, revision=1, texts=REPORT, by=cast.psychologist)
    for wrong in (dispatches(cast)[:2], dispatches(cast) + dispatches(cast)[:1], []):
        with pytest.raises(DomainError):
            ppv_reports.send_report(
                row, revision=report.revision, dispatches=wrong, by=cast.psychologist
            )
    row.refresh_from_db()
    assert row.state == "received"


def test_nobody_else_writes_the_ppv_and_a_sent_one_is_frozen(cast):
    row = received(cast)
    with pytest.raises(NotAllowedError):
        ppv_reports.save_report(row, revision=0, texts=REPORT, by=cast.leader)
    ppv_reports.save_report(row, revision=0, texts=REPORT, by=cast.psychologist)
    with pytest.raises(ConflictError):
        ppv_reports.save_report(row, revision=0, texts=REPORT, by=cast.psychologist)


def test_no_closed_word_of_the_child_reaches_a_letter(cast):
    sent(cast)
    letters = Document.objects.filter(kind=Document.Kind.PPV_LETTER)
    assert letters.count() == 4
    assert not any(SECRET in item.payload for item in letters)
    report = Document.objects.get(kind=Document.Kind.PPV_REPORT)
    assert SECRET not in report.payload


def test_no_protected_address_and_no_cpr_in_any_document(cast):
    sent(cast)
    for document in Document.objects.exclude(kind=Document.Kind.PPV_LETTER):
        payload = json.loads(document.payload)
        holders = {
            item["relation"]: item["address"] for item in payload["child"]["custody_holders"]
        }
        assert "" in holders.values()
        assert "Hemmelig vej" not in document.payload
        assert cast.child.reveal_cpr()[-4:] not in document.payload
    mothers = Delivery.objects.filter(custody_holder__relation="mother")
    assert not any("Hemmelig vej" in item.document.payload for item in mothers)


@pytest.mark.postgres15
def test_a_request_is_never_deleted(cast):
    row = written(cast, ready_course(cast))
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_a_draft_is_not_changed_or_signed_in_a_closed_case(cast):
    row = written(cast, ready_course(cast))
    cases.close_case(row.case, conclusion="Slut.", by=cast.leader)
    with pytest.raises(DomainError) as caught:
        ppv.sign_request(row, revision=row.revision, by=cast.leader)
    assert caught.value.code == "closed"
    with pytest.raises(DomainError):
        ppv.save_request(row, revision=row.revision, texts=TEXTS, by=cast.teacher)
    assert "pku.take_ppv" not in todo_kinds(cast.psychologist)
