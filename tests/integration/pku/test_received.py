"""A parent asks somebody to whom the child is not open: written down, told nothing, placed."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from cases.models import Case
from districts.models import Todo
from haderslev.core import clock
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.journal.models import Act, Read
from pku.models import ReceivedRequest
from pku.selectors.ppv import candidates
from pku.services import received
from tests.people import Cast

pytestmark = pytest.mark.django_db

WORDS = "Jeg vil have undersøgt, hvad min datter har brug for."
RECEIVERS = (
    "teacher",
    "plc",
    "practice",
    "psychologist",
    "family",
    "leader",
    "deputy",
    "secretary",
    "pku_secretary",
    "chief",
)
OTHERS = ("council", "coordinator", "pku", "chair", "offer_head", "admin", "controller")


def said(cast: Cast, **values):
    return {
        "school": cast.school,
        "child_name": "Alma Prøvesen",
        "parent_name": "Mother til Alma",
        "parent_contact": "20 20 20 20",
        "asked_on": clock.today() - timedelta(days=1),
        "words": WORDS,
        "wants_special": True,
        **values,
    }


def receive(cast: Cast, **values) -> ReceivedRequest:
    return received.receive(**said(cast, **values), by=cast.psychologist)


def mother(cast: Cast):
    return cast.child.custody_holders.get(relation="mother")


def number_of(pupil) -> str:
    return pupil.reveal_cpr()


def post(client, url: str, **values):
    return client.post(url, {"form_key": str(uuid.uuid4()), **values})


def form(cast: Cast, **values) -> dict[str, object]:
    data = {
        "child_name": "Alma Prøvesen",
        "school": cast.school.pk,
        "parent_name": "Mother til Alma",
        "parent_contact": "20 20 20 20",
        "asked_on": clock.today().isoformat(),
        "words": WORDS,
    }
    return {**data, **values}


def url(name: str, row: ReceivedRequest) -> str:
    return reverse(f"pku:{name}", args=[row.public_id])


@pytest.mark.parametrize("who", RECEIVERS)
def test_whoever_is_asked_can_write_it_down(cast, sign_in, who):
    client = sign_in(cast.people[who])
    page = reverse("pku:receive_request")
    assert page in client.get(reverse("home")).content.decode()
    answer = post(client, page, **form(cast))
    assert (answer.status_code, answer["Location"]) == (303, page)
    row = ReceivedRequest.objects.get()
    assert (row.school, row.received_by, row.words) == (cast.school, cast.people[who], WORDS)
    act = Act.objects.get(action="pku.receivedrequest.recorded")
    assert (act.object_id, act.user_id, act.about) == (row.public_id, row.received_by_id, [])


@pytest.mark.parametrize("who", OTHERS)
def test_for_others_there_is_no_such_page(cast, sign_in, who):
    client = sign_in(cast.people[who])
    page = reverse("pku:receive_request")
    assert page not in client.get(reverse("home")).content.decode()
    assert client.get(page).status_code == 404
    assert post(client, page, **form(cast)).status_code == 404
    with pytest.raises(NotAllowedError):
        received.receive(**said(cast), by=cast.people[who])


def test_the_answer_is_the_same_whether_or_not_the_child_exists(cast, sign_in):
    client = sign_in(cast.psychologist)
    page = reverse("pku:receive_request")
    known = number_of(cast.child)
    answers = set()
    for name, cpr, school in (
        ("Alma Prøvesen", known, cast.school),
        ("Alma Prøvesen", known, cast.school2),
        ("Findes Ikke", "010115-4999", cast.school),
        ("Findes Ikke", "", cast.school),
    ):
        written = form(cast, child_name=name, cpr=cpr, school=school.pk)
        answer = post(client, page, **written)
        shown = client.get(answer["Location"])
        receipt = ReceivedRequest.objects.latest("pk").public_id
        text = shown.content.decode()
        assert receipt in text
        assert not any(word in text for word in ("Alma", "Findes", WORDS, "20 20"))
        said_so = tuple(str(message) for message in shown.context["messages"])
        assert said_so
        answers.add((answer.status_code, answer["Location"], said_so))
    assert len(answers) == 1
    assert not Case.objects.exists()
    assert not Read.objects.exists()


def test_neither_number_nor_day_can_be_wrong(cast, sign_in):
    client = sign_in(cast.psychologist)
    page = reverse("pku:receive_request")
    assert post(client, page, **form(cast, cpr="123")).status_code == 422
    later = (clock.today() + timedelta(days=1)).isoformat()
    assert post(client, page, **form(cast, asked_on=later)).status_code == 422
    assert not ReceivedRequest.objects.exists()


def test_the_number_itself_is_not_kept(cast):
    row = receive(cast, cpr=number_of(cast.child))
    digits = number_of(cast.child).replace("-", "")
    assert (row.cpr_index, row.born_on) == (cast.child.cpr_index, cast.child.born_on)
    assert not any(digits in str(value) for value in vars(row).values())


def test_it_waits_for_the_leaders_of_the_school_from_the_day_asked(cast):
    with clock.at(datetime(2026, 11, 24, 10, tzinfo=UTC)):
        row = receive(cast, asked_on=date(2026, 11, 19))
        waiting = Todo.objects.open().filter(kind="pku.place_request").about(row)
        assert {todo.due_on for todo in waiting} == {date(2026, 11, 26)}
        for who, number in (("leader", 1), ("deputy", 1), ("leader2", 0), ("secretary", 0)):
            mine = Todo.objects.open().for_user(cast.people[who]).filter(kind="pku.place_request")
            assert mine.count() == number
        received.place(row, cast.child, mother(cast), by=cast.leader)
        forward = Todo.objects.open().filter(kind="pku.forward_ppv")
        assert {todo.due_on for todo in forward} == {date(2026, 11, 26)}


def test_only_the_leaders_of_the_school_know_of_it(cast, sign_in):
    row = receive(cast)
    names = ("received_request", "place_request", "send_request_on", "leave_request")
    for who in (*RECEIVERS, *OTHERS, "teacher2", "leader2"):
        client = sign_in(cast.people[who])
        allowed = who in {"leader", "deputy"}
        for name in names:
            status = client.get(url(name, row)).status_code
            assert (status in {200, 303}) if allowed else (status == 404), (who, name)
    text = sign_in(cast.leader).get(url("received_request", row)).content.decode()
    assert WORDS in text
    read = Read.objects.filter(page="pku:received_request", user_id=cast.leader.pk).latest("pk")
    assert (read.purpose, read.reason) == ("leadership", row.public_id)
    assert f"pupil:{cast.child.pk}" in read.about


def test_a_look_up_is_journalled_when_no_child_is_known(cast, sign_in):
    row = receive(cast, child_name="Findes Ikke")
    sign_in(cast.leader).get(url("received_request", row))
    read = Read.objects.get(page="pku:received_request")
    assert (read.reason, read.about) == (row.public_id, [])


def test_the_number_finds_the_child_before_birthday_and_name(cast):
    row = receive(cast, child_name="Bertil", cpr=number_of(cast.child))
    found = candidates(row, row.child_name, cast.leader)
    assert [(item.pupil, item.has_number) for item in found] == [
        (cast.child, True),
        (cast.child_b, False),
    ]
    # Nobody learns of a child of another school.
    row = receive(cast, child_name="Dagmar", cpr=number_of(cast.child2))
    assert cast.child2 not in [item.pupil for item in candidates(row, "Dagmar", cast.leader)]


def test_the_leader_records_it_on_the_child(cast, sign_in):
    row = receive(cast, cpr=number_of(cast.child))
    client = sign_in(cast.leader)
    assert url("received_request", row) in client.get(reverse("pku:ppv_requests")).content.decode()
    page = client.get(url("received_request", row)).content.decode()
    chosen = f"{url('place_request', row)}?barn={cast.child.public_id}"
    assert chosen in page
    shown = client.get(chosen).context["form"]
    assert shown["custody_holder"].initial == mother(cast).pk
    answer = post(client, chosen, custody_holder=mother(cast).pk)
    assert answer.status_code == 303
    row.refresh_from_db()
    ask = row.ask
    assert ask is not None
    assert (ask.words, ask.asked_on, ask.wants_special) == (WORDS, row.asked_on, True)
    assert (ask.custody_holder, row.received_by) == (mother(cast), cast.psychologist)
    case = ask.request.case
    assert (case.pupil, case.entry_ground) == (cast.child, "parents_request")
    assert (ask.request.state, answer["Location"]) == (
        "parent_request",
        reverse("pku:ppv", args=[ask.request.public_id]),
    )
    assert cast.psychologist.name in client.get(answer["Location"]).content.decode()
    assert not Todo.objects.open().filter(kind="pku.place_request").exists()
    act = Act.objects.get(action="pku.receivedrequest.placed")
    assert act.about == [f"case:{case.number}", f"pupil:{cast.child.pk}"]
    with pytest.raises(ConflictError):
        received.place(row, cast.child, mother(cast), by=cast.deputy)
    assert client.get(url("received_request", row)).status_code == 200
    assert post(client, chosen, custody_holder=mother(cast).pk).status_code == 409


def test_a_child_of_another_school_can_not_be_chosen(cast, sign_in):
    row = receive(cast)
    chosen = f"{url('place_request', row)}?barn={cast.child2.public_id}"
    answer = sign_in(cast.leader).get(chosen)
    assert (answer.status_code, answer["Location"]) == (303, url("received_request", row))
    with pytest.raises(NotAllowedError):
        received.place(row, cast.child2, cast.child2.custody_holders.first(), by=cast.leader)


def test_it_is_sent_on_to_the_school_where_the_child_goes(cast, sign_in):
    row = receive(cast, child_name="Dagmar Prøvesen")
    due = Todo.objects.open().filter(kind="pku.place_request", role="leader").get().due_on
    with pytest.raises(DomainError):
        received.send_on(row, school=cast.school, by=cast.leader)
    client = sign_in(cast.leader)
    answer = post(client, url("send_request_on", row), school=cast.school2.pk)
    assert answer.status_code == 303
    waiting = Todo.objects.open().filter(kind="pku.place_request")
    assert {(todo.unit, todo.due_on) for todo in waiting} == {(cast.school2, due)}
    assert client.get(url("received_request", row)).status_code == 404
    assert sign_in(cast.leader2).get(url("received_request", row)).status_code == 200
    act = Act.objects.get(action="pku.receivedrequest.sent_on")
    assert act.data == {"from": cast.school.public_id, "to": cast.school2.public_id}
    with pytest.raises(ConflictError):
        received.place(row, cast.child, mother(cast), by=cast.leader)
    row.refresh_from_db()
    holder = cast.child2.custody_holders.first()
    assert received.place(row, cast.child2, holder, by=cast.leader2).case.pupil == cast.child2


def test_what_can_not_be_placed_is_answered_with_a_reason(cast, sign_in):
    row = receive(cast, child_name="Findes Ikke")
    today = clock.today()
    for reason, answer in ((" ", "Ringet op."), ("Ukendt barn.", " ")):
        with pytest.raises(DomainError):
            received.leave_unplaced(
                row, reason=reason, answered_on=today, answer=answer, by=cast.leader
            )
    client = sign_in(cast.leader)
    written = {"reason": "Ukendt barn.", "answered_on": today.isoformat(), "answer": "Ringet op."}
    assert post(client, url("leave_request", row), **written).status_code == 303
    row.refresh_from_db()
    assert (row.not_placed_reason, row.answer, row.closed_by) == (
        "Ukendt barn.",
        "Ringet op.",
        cast.leader,
    )
    assert not Todo.objects.open().filter(kind="pku.place_request").exists()
    assert Act.objects.filter(action="pku.receivedrequest.not_placed").count() == 1
    text = client.get(url("received_request", row)).content.decode()
    assert "Ukendt barn." in text
    with pytest.raises(ConflictError):
        received.send_on(row, school=cast.school2, by=cast.leader)


def test_nobody_deletes_it_or_changes_its_words(cast):
    row = receive(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    for values in ({"words": "Andet"}, {"asked_on": date(2026, 1, 1)}, {"parent_name": "Andet"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ReceivedRequest.objects.filter(pk=row.pk).update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReceivedRequest.objects.filter(pk=row.pk).update(closed_at=clock.now())
    row = received.leave_unplaced(
        row, reason="Ukendt.", answered_on=clock.today(), answer="Ringet.", by=cast.leader
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        ReceivedRequest.objects.filter(pk=row.pk).update(answer="Andet")
