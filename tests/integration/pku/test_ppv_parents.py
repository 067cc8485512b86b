"""A parent asks: recorded by whoever receives it, stopped by nobody, never lost."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from cases.models import Case, CaseInformed, Delivery, Document
from cases.services.cases import Informed
from districts.models import Opening, Pupil, TimelineEntry, Todo
from districts.permissions import Role
from districts.services.units import appoint
from haderslev.core import clock, request_cache
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.core.models import LegalValue
from haderslev.journal.models import Act
from pku.models import ParentAsk, PPVReport, PPVRequest
from pku.services import ppv, ppv_reports
from tests.integration.pku.ppv_course import REPORT, TEXTS, open_case, ready_course
from tests.people import Cast, add_user

pytestmark = pytest.mark.django_db

WORDS = "Jeg vil have undersøgt, hvad min datter har brug for."


def ask(cast: Cast, relation: str = "mother", words: str = WORDS) -> ppv.Ask:
    holder = cast.child.custody_holders.get(relation=relation)
    return ppv.Ask(custody_holder=holder, asked_on=clock.today(), words=words, wants_special=True)


def withdraw(row: PPVRequest, relation: str = "mother", words: str = "Vi vil vente.", *, by):
    mine = row.asks.get(custody_holder__relation=relation)
    return ppv.withdraw_parent_request(
        row, ask=mine, withdrawn_on=clock.today(), withdrawn_how="Aula", words=words, by=by
    )


def record(cast: Cast, by=None, relation: str = "mother", words: str = WORDS) -> PPVRequest:
    return ppv.record_parent_request(
        cast.child, ask(cast, relation, words), by=by or cast.secretary
    )


@pytest.mark.parametrize("who", ["teacher", "secretary", "leader", "deputy"])
def test_anyone_around_the_child_records_it_and_a_case_opens(cast, who):
    row = record(cast, getattr(cast, who))
    case = row.case
    assert (row.state, row.requester, row.wants_special) == ("parent_request", "parents", True)
    assert (case.entry_ground, case.level) == ("parents_request", "preventive")
    asking = CaseInformed.objects.get(case=case, custody_holder=row.asked_by)
    assert asking.informed_on == clock.today()
    kinds = {todo.role for todo in Todo.objects.open().filter(kind="pku.forward_ppv")}
    assert kinds == {"leader", "deputy"}
    assert (
        TimelineEntry.objects.filter(pupil=cast.child, kind="pku.ppv_parent_request").count() == 1
    )
    assert (
        Act.objects.filter(
            action="pku.ppvrequest.parent_asked", about__contains=[f"case:{case.number}"]
        ).count()
        == 1
    )


def test_one_parents_words_are_in_no_letter_to_the_other(cast):
    record(cast)
    letters = Delivery.objects.filter(document__kind=Document.Kind.INFORMATION)
    assert letters.count() == 2
    assert not any(WORDS in item.document.payload for item in letters)


def test_the_other_parent_was_told_by_what_is_said(cast):
    father = cast.child.custody_holders.get(relation="father")
    told = Informed(custody_holder=father, informed_on=clock.today(), informed_how="Telefon")
    row = ppv.record_parent_request(cast.child, ask(cast), informed=[told], by=cast.teacher)
    assert CaseInformed.objects.get(case=row.case, custody_holder=father).informed_how == "Telefon"


@pytest.mark.parametrize("who", ["teacher2", "leader2", "psychologist", "plc", "admin"])
def test_those_who_may_not_see_the_child_record_nothing(cast, who):
    with pytest.raises(NotAllowedError):
        record(cast, getattr(cast, who))


def test_only_a_parent_of_the_child_with_custody_asks(cast):
    stranger = cast.child_b.custody_holders.first()
    wrong = ppv.Ask(custody_holder=stranger, asked_on=clock.today(), words="x")
    with pytest.raises(DomainError) as refused:
        ppv.record_parent_request(cast.child, wrong, by=cast.teacher)
    assert refused.value.field == "custody_holder"
    late = ppv.Ask(
        custody_holder=ask(cast).custody_holder,
        asked_on=clock.today() + timedelta(days=1),
        words="x",
    )
    with pytest.raises(DomainError) as refused:
        ppv.record_parent_request(cast.child, late, by=cast.teacher)
    assert refused.value.field == "asked_on"


def test_no_requirement_of_ours_stops_it(cast):
    """Nothing is observed, planned, evaluated or talked over, and the leader can forward it."""
    row = record(cast)
    row = ppv.sign_request(row, revision=1, by=cast.leader)
    assert row.state == "requested"
    assert row.case.level == "preventive"
    material = Document.objects.get(case=row.case, kind=Document.Kind.PPV_REQUEST)
    assert WORDS in material.payload
    assert not Todo.objects.open().filter(kind="pku.forward_ppv").exists()
    assert Todo.objects.open().filter(kind="pku.take_ppv").count() == 1
    row = ppv_reports.receive_request(row, by=cast.psychologist)
    mother = Delivery.objects.get(
        document__kind=Document.Kind.PPV_LETTER, custody_holder__relation="mother"
    )
    assert WORDS not in mother.document.payload
    assert row.psychologist == cast.psychologist


def test_a_disagreeing_parent_does_not_stop_the_other(cast):
    ready_course(cast, father="disagrees")
    row = record(cast)
    assert ppv.sign_request(row, revision=1, by=cast.leader).state == "requested"


def test_it_is_recorded_on_any_level(cast):
    case = open_case(cast, "intervening")
    assert record(cast).case == case


def test_a_draft_gives_its_texts_to_the_parents_request(cast):
    case = ready_course(cast)
    draft = ppv.start_request(case, requester="leader", texts=TEXTS, ready=True, by=cast.teacher)
    row = record(cast)
    draft.refresh_from_db()
    assert draft.state == "withdrawn"
    assert row.pk != draft.pk
    assert {name: getattr(row, name) for name in TEXTS} == TEXTS
    assert not Todo.objects.open().filter(kind="pku.sign_ppv").exists()


def test_both_parents_may_ask_and_neither_is_lost(cast):
    row = record(cast)
    again = record(cast, relation="father", words="Jeg vil også.")
    assert again.pk == row.pk
    assert [item.words for item in row.asks.all()] == [WORDS, "Jeg vil også."]
    row = withdraw(row, by=cast.teacher)
    assert row.state == "parent_request"
    father = row.asks.get(custody_holder__relation="father")
    assert row.asked_by == father.custody_holder
    row = withdraw(row, "father", by=cast.teacher)
    assert row.state == "withdrawn_by_parent"
    assert not Todo.objects.open().filter(kind="pku.forward_ppv").exists()


def test_a_request_under_way_keeps_the_parents_words_too(cast):
    case = ready_course(cast)
    row = ppv.start_request(case, requester="leader", texts=TEXTS, by=cast.teacher)
    row = ppv.sign_request(row, revision=1, by=cast.leader)
    asked = record(cast)
    assert (asked.pk, asked.state, asked.requester) == (row.pk, "requested", "leader")
    assert asked.asked_words == WORDS
    assert asked.asks.get().words == WORDS


def test_a_new_request_may_follow_a_ppv_or_a_withdrawal(cast):
    row = record(cast)
    withdraw(row, by=cast.teacher)
    again = record(cast)
    assert again.pk != row.pk
    assert again.case == row.case


@pytest.mark.postgres15
def test_staff_can_not_withdraw_or_delete_it(cast):
    row = record(cast)
    with pytest.raises(DomainError):
        ppv.withdraw_request(row, by=cast.leader)
    for victim in (row, ParentAsk.objects.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            victim.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        PPVRequest.objects.filter(pk=row.pk).update(state="withdrawn")


def test_the_leader_has_five_school_days_from_the_first_ask(cast):
    with clock.at(datetime(2026, 11, 19, 10, tzinfo=UTC)):
        row = record(cast)
    due = set(Todo.objects.open().filter(kind="pku.forward_ppv").values_list("due_on", flat=True))
    assert due == {date(2026, 11, 26)}
    with clock.at(datetime(2026, 11, 24, 10, tzinfo=UTC)):
        record(cast, relation="father")
    assert set(row_due(row)) == {date(2026, 11, 26)}


def row_due(row: PPVRequest) -> list[date | None]:
    rows = Todo.objects.open().filter(kind="pku.forward_ppv").about(row)
    return list(rows.values_list("due_on", flat=True))


@pytest.mark.parametrize("who", ["teacher", "secretary", "leader"])
def test_a_forwarded_request_can_be_withdrawn(cast, who):
    row = ppv.sign_request(record(cast), revision=1, by=cast.leader)
    row = withdraw(row, by=getattr(cast, who))
    assert row.state == "withdrawn_by_parent"
    assert not Todo.objects.open().filter(kind="pku.take_ppv").exists()
    assert not PPVRequest.objects.permitted(cast.psychologist, "view_ppv_inbox").exists()
    assert TimelineEntry.objects.filter(pupil=cast.child, kind="pku.ppv_withdrawn").count() == 1
    mine = row.asks.get()
    assert (mine.withdrawn_words, mine.withdrawal_by) == ("Vi vil vente.", getattr(cast, who))


def received(cast: Cast) -> PPVRequest:
    row = ppv.sign_request(record(cast), revision=1, by=cast.leader)
    return ppv_reports.receive_request(row, by=cast.psychologist)


@pytest.mark.parametrize("who", ["teacher", "psychologist"])
def test_a_received_request_is_withdrawn_and_the_child_closes(cast, who):
    row = received(cast)
    assert Pupil.objects.visible_to(cast.psychologist).filter(pk=cast.child.pk).exists()
    row = withdraw(row, by=getattr(cast, who))
    assert row.state == "withdrawn_by_parent"
    request_cache.forget()
    assert not Pupil.objects.visible_to(cast.psychologist).filter(pk=cast.child.pk).exists()
    opening = Opening.objects.get(pupil=cast.child, cause="ppv")
    assert opening.closed_at is not None
    assert not Todo.objects.open().filter(kind="pku.write_ppv").exists()
    assert Act.objects.filter(action="pku.ppvrequest.parent_withdrew").count() == 1
    with pytest.raises(DomainError):
        ppv_reports.save_report(row, revision=0, texts=REPORT, by=cast.psychologist)


def test_the_other_parents_request_goes_on_at_the_psychologist(cast):
    row = received(cast)
    record(cast, relation="father", words="Jeg vil også.")
    row = withdraw(row, by=cast.teacher)
    assert (row.state, row.asked_words) == ("received", "Jeg vil også.")
    assert withdraw(row, "father", by=cast.teacher).state == "withdrawn_by_parent"


def test_the_schools_request_goes_on_without_the_parents_words(cast):
    case = ready_course(cast)
    row = ppv.start_request(case, requester="leader", texts=TEXTS, by=cast.teacher)
    row = ppv.sign_request(row, revision=1, by=cast.leader)
    record(cast)
    row = withdraw(row, by=cast.teacher)
    assert row.state == "requested"
    row.refresh_from_db()
    assert (row.asked_by, row.asked_on) == (None, None)
    assert (row.asked_words, row.wants_special) == ("", False)
    assert Todo.objects.open().filter(kind="pku.take_ppv").count() == 1


def test_nothing_is_withdrawn_when_the_ppv_is_sent_or_by_outsiders(cast):
    row = received(cast)
    for who in (cast.teacher2, cast.leader2, cast.plc):
        with pytest.raises(NotAllowedError):
            withdraw(row, by=who)
    with pytest.raises(DomainError) as refused:
        withdraw(row, words=" ", by=cast.teacher)
    assert refused.value.field == "words"
    send(cast, row)
    with pytest.raises(DomainError):
        withdraw(row, by=cast.teacher)


def send(cast: Cast, row: PPVRequest) -> None:
    report = ppv_reports.save_report(row, revision=0, texts=REPORT, by=cast.psychologist)
    sent = [
        ppv_reports.Dispatch(custody_holder=holder, channel="handed_over", sent_on=clock.today())
        for holder in (None, *cast.child.custody_holders.all())
    ]
    ppv_reports.send_report(row, revision=report.revision, dispatches=sent, by=cast.psychologist)


def test_a_psychologist_gives_it_back_and_another_takes_it(cast):
    other = add_user("other", name="Nanna Skov", title="Psykolog")
    appoint(other, Role.PSYCHOLOGIST, cast.advisory)
    row = received(cast)
    ppv_reports.save_report(row, revision=0, texts=REPORT, by=cast.psychologist)
    with pytest.raises(NotAllowedError):
        ppv_reports.give_back(row, reason="Inhabil", by=other)
    with pytest.raises(DomainError) as refused:
        ppv_reports.give_back(row, reason=" ", by=cast.psychologist)
    assert refused.value.field == "reason"
    row = ppv_reports.give_back(row, reason="Jeg kender familien.", by=cast.psychologist)
    assert (row.state, row.psychologist, row.received_on) == ("requested", None, None)
    kept = row.given_back.get()
    assert (kept.psychologist, kept.reason) == (cast.psychologist, "Jeg kender familien.")
    request_cache.forget()
    assert not Pupil.objects.visible_to(cast.psychologist).filter(pk=cast.child.pk).exists()
    assert not Todo.objects.open().filter(kind="pku.write_ppv").exists()
    assert Todo.objects.open().filter(kind="pku.take_ppv").count() == 1
    assert TimelineEntry.objects.filter(pupil=cast.child, kind="pku.ppv_given_back").count() == 1
    row = ppv_reports.receive_request(row, by=other)
    assert row.psychologist == other
    report = PPVReport.objects.get(request=row)
    assert (report.conclusion, report.author_profession) == (REPORT["conclusion"], "")


def plain(cast: Cast) -> PPVRequest:
    """A request for a PPV that need not be made."""
    holder = cast.child.custody_holders.get(relation="mother")
    asked = ppv.Ask(custody_holder=holder, asked_on=clock.today(), words="Hun er ked af det.")
    return ppv.record_parent_request(cast.child, asked, by=cast.teacher)


WHY = "Planen virker, og PPV vil ikke vise mere."


@pytest.mark.postgres15
def test_a_request_that_need_not_be_met_is_refused_in_writing(cast):
    row = plain(cast)
    with pytest.raises(NotAllowedError):
        ppv.refuse_request(row, revision=1, reason=WHY, by=cast.teacher)
    with pytest.raises(DomainError) as refused:
        ppv.refuse_request(row, revision=1, reason=" ", by=cast.leader)
    assert refused.value.field == "reason"
    row = ppv.refuse_request(row, revision=1, reason=WHY, by=cast.leader)
    assert (row.state, row.refused_by, row.refused_on) == ("refused", cast.leader, clock.today())
    assert not Todo.objects.open().filter(kind="pku.forward_ppv").exists()
    letters = Document.objects.filter(decision_key=row.public_id)
    assert letters.count() == 2
    for letter in letters:
        assert WHY in letter.payload
        assert "Klagenævnet" in json.loads(letter.payload)["complaint"]["text"]
        assert "Hun er ked af det." not in letter.payload
    assert (
        Todo.objects.open().filter(kind="cases.send_letter", role="school_secretary").count() >= 2
    )
    assert Act.objects.filter(action="pku.ppvrequest.refused").count() == 1
    assert TimelineEntry.objects.filter(pupil=cast.child, kind="pku.ppv_refused").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        PPVRequest.objects.filter(pk=row.pk).update(refusal_reason="Noget andet")
    # A parent may ask again.
    assert record(cast).pk != row.pk


def test_a_parent_who_wishes_special_education_is_not_refused(cast):
    row = plain(cast)
    record(cast, relation="father")
    with pytest.raises(DomainError) as refused:
        ppv.refuse_request(row, revision=1, reason=WHY, by=cast.leader)
    assert refused.value.code == "must-be-made"


def test_who_refuses_is_a_dated_value(cast):
    LegalValue.objects.filter(code="ppv_refused_by_leader").update(value=0)
    row = plain(cast)
    with pytest.raises(NotAllowedError):
        ppv.refuse_request(row, revision=1, reason=WHY, by=cast.leader)
    row = ppv.sign_request(row, revision=1, by=cast.leader)
    row = ppv_reports.receive_request(row, by=cast.psychologist)
    row = ppv.refuse_request(row, revision=1, reason=WHY, by=cast.psychologist)
    assert row.state == "refused"
    request_cache.forget()
    assert not Pupil.objects.visible_to(cast.psychologist).filter(pk=cast.child.pk).exists()


def test_a_case_that_is_open_is_used(cast):
    case = open_case(cast, "preventive")
    assert record(cast).case == case
    assert Case.objects.filter(pupil=cast.child).count() == 1
