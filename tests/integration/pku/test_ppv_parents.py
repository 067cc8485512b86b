"""A parent asks: recorded by whoever receives it, stopped by nobody, never lost."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from cases.models import Case, CaseInformed, Delivery, Document
from cases.services.cases import Informed
from districts.models import TimelineEntry, Todo
from haderslev.core import clock
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.journal.models import Act
from pku.models import ParentAsk, PPVRequest
from pku.services import ppv, ppv_reports
from tests.integration.pku.ppv_course import TEXTS, open_case, ready_course
from tests.people import Cast

pytestmark = pytest.mark.django_db

WORDS = "Jeg vil have undersøgt, hvad min datter har brug for."


def ask(cast: Cast, relation: str = "mother", words: str = WORDS) -> ppv.Ask:
    holder = cast.child.custody_holders.get(relation=relation)
    return ppv.Ask(custody_holder=holder, asked_on=clock.today(), words=words, wants_special=True)


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
    assert asking.told_on == clock.today()
    kinds = {todo.role for todo in Todo.objects.open().filter(kind="forward_ppv")}
    assert kinds == {"leader", "deputy"}
    assert TimelineEntry.objects.filter(pupil=cast.child, kind="ppv_parent_request").count() == 1
    assert Act.objects.filter(action="pku.ppv.parent_asked", case_number=case.number).count() == 1


def test_one_parents_words_are_in_no_letter_to_the_other(cast):
    record(cast)
    letters = Delivery.objects.filter(document__kind=Document.Kind.INFORMATION)
    assert letters.count() == 2
    assert not any(WORDS in item.document.payload for item in letters)


def test_the_other_parent_was_told_by_what_is_said(cast):
    father = cast.child.custody_holders.get(relation="father")
    told = Informed(custody_holder=father, told_on=clock.today(), told_how="Telefon")
    row = ppv.record_parent_request(cast.child, ask(cast), informed=[told], by=cast.teacher)
    assert CaseInformed.objects.get(case=row.case, custody_holder=father).told_how == "Telefon"


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
    assert not Todo.objects.open().filter(kind="forward_ppv").exists()
    assert Todo.objects.open().filter(kind="take_ppv").count() == 1
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
    assert not Todo.objects.open().filter(kind="sign_ppv").exists()


def test_both_parents_may_ask_and_neither_is_lost(cast):
    row = record(cast)
    again = record(cast, relation="father", words="Jeg vil også.")
    assert again.pk == row.pk
    assert [item.words for item in row.asks.all()] == [WORDS, "Jeg vil også."]
    mother = row.asks.get(custody_holder__relation="mother")
    row = ppv.withdraw_parent_request(
        row, mother, withdrawn_on=clock.today(), withdrawn_how="Aula", by=cast.teacher
    )
    assert row.state == "parent_request"
    father = row.asks.get(custody_holder__relation="father")
    assert row.asked_by == father.custody_holder
    row = ppv.withdraw_parent_request(
        row, father, withdrawn_on=clock.today(), withdrawn_how="Aula", by=cast.teacher
    )
    assert row.state == "withdrawn_by_parent"
    assert not Todo.objects.open().filter(kind="forward_ppv").exists()


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
    ppv.withdraw_parent_request(
        row, row.asks.get(), withdrawn_on=clock.today(), withdrawn_how="Aula", by=cast.teacher
    )
    again = record(cast)
    assert again.pk != row.pk
    assert again.case == row.case


def test_staff_can_not_withdraw_or_delete_it(cast):
    row = record(cast)
    with pytest.raises(DomainError):
        ppv.withdraw_request(row, by=cast.leader)
    for victim in (row, ParentAsk.objects.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            victim.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        PPVRequest.objects.filter(pk=row.pk).update(state="withdrawn")


def test_a_forwarded_request_is_not_withdrawn_at_the_school(cast):
    row = record(cast)
    ppv.sign_request(row, revision=1, by=cast.leader)
    with pytest.raises(DomainError):
        ppv.withdraw_parent_request(
            row, row.asks.get(), withdrawn_on=clock.today(), withdrawn_how="Aula", by=cast.leader
        )


def test_a_case_that_is_open_is_used(cast):
    case = open_case(cast, "preventive")
    assert record(cast).case == case
    assert Case.objects.filter(pupil=cast.child).count() == 1
