"""The pages of the PPV: who sees what, and the whole way in a browser without JavaScript."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from cases.services.cases import next_number
from districts.models import Pupil
from districts.permissions import Role
from districts.services.units import appoint
from haderslev.core import clock
from haderslev.core.errors import DomainError
from haderslev.journal.models import Read
from pku.models import PPVRequest
from pku.services import ppv, ppv_reports
from tests.integration.pku.ppv_course import REPORT, TEXTS, open_case, ready_course
from tests.integration.pku.test_ppv import dispatches, received, sent, signed
from tests.people import Cast, add_pupil, add_user

pytestmark = pytest.mark.django_db


def post(client, url: str, **values):
    data = {name: value for name, value in values.items() if value is not None}
    return client.post(url, {"form_key": str(uuid.uuid4()), **data})


def url(name: str, obj) -> str:
    return reverse(f"pku:{name}", args=[obj.public_id])


def test_the_whole_way_in_the_browser(cast, sign_in):
    case = ready_course(cast)
    teacher, leader = sign_in(cast.teacher), sign_in(cast.leader)
    psychologist = sign_in(cast.psychologist)
    written = post(teacher, url("new_ppv", case), requester="leader", ready="on", **TEXTS)
    assert written.status_code == 303
    row = PPVRequest.objects.get()
    assert teacher.get(written["Location"]).status_code == 200
    changed = {**TEXTS, "problem": "Skrevet om."}
    assert post(teacher, url("edit_ppv", row), revision=1, **changed).status_code == 303
    assert leader.get(url("ppv_material", row)).status_code == 200
    page = leader.get(url("sign_ppv", row))
    assert "Skrevet om." in page.content.decode()
    assert post(leader, url("sign_ppv", row), revision=2).status_code == 303
    listed = psychologist.get(reverse("pku:ppv_requests")).content.decode()
    assert case.number in listed
    assert cast.child.first_name not in listed
    taking = psychologist.get(url("receive_ppv", row)).content.decode()
    assert cast.child.first_name not in taking
    assert post(psychologist, url("receive_ppv", row)).status_code == 303
    assert psychologist.get(url("ppv", row)).status_code == 200
    assert post(psychologist, url("ppv_report", row), revision=0, **REPORT).status_code == 303
    today = clock.today().isoformat()
    channels = {"leder-channel": "handed_over", "leder-sent_on": today}
    for holder in cast.child.custody_holders.all():
        channels[f"foraelder-{holder.pk}-channel"] = "digital_post"
        channels[f"foraelder-{holder.pk}-sent_on"] = today
    assert psychologist.get(url("send_ppv", row)).status_code == 200
    assert post(psychologist, url("send_ppv", row), revision=1, **channels).status_code == 303
    row.refresh_from_db()
    assert row.state == "reported"
    assert Read.objects.filter(page="pku:ppv", about__contains=[f"case:{case.number}"]).exists()


def test_the_team_reads_conclusion_and_recommendations_only(cast, sign_in):
    row = sent(cast)
    team = sign_in(cast.teacher).get(url("ppv", row)).content.decode()
    whole = sign_in(cast.leader).get(url("ppv", row)).content.decode()
    for open_to_all in ("conclusion", "recommendations", "arrangement"):
        assert REPORT[open_to_all] in team
        assert REPORT[open_to_all] in whole
    for closed in ("competences", "child_perspective", "parents_perspective", "environment"):
        assert REPORT[closed] not in team
        assert REPORT[closed] in whole


def test_a_draft_of_the_ppv_is_the_psychologists_own(cast, sign_in):
    row = received(cast)
    ppv_reports.save_report(row, revision=0, texts=REPORT, by=cast.psychologist)
    for user in (cast.teacher, cast.leader):
        assert REPORT["conclusion"] not in sign_in(user).get(url("ppv", row)).content.decode()
        assert sign_in(user).get(url("ppv_report", row)).status_code == 403
        assert sign_in(user).get(url("send_ppv", row)).status_code == 403
    assert (
        REPORT["conclusion"]
        in sign_in(cast.psychologist).get(url("ppv_report", row)).content.decode()
    )


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("teacher", 200),
        ("leader", 200),
        ("deputy", 200),
        ("teacher2", 404),
        ("leader2", 404),
        ("secretary", 404),
        ("plc", 404),
        ("family", 404),
        ("chief", 404),
        ("pku", 404),
        ("psychologist", 403),
        ("admin", 404),
        ("controller", 404),
    ],
)
def test_who_opens_a_request(cast, sign_in, who, expected):
    row = signed(cast)
    assert sign_in(getattr(cast, who)).get(url("ppv", row)).status_code == expected


@pytest.mark.parametrize(
    ("name", "who", "expected"),
    [
        ("sign_ppv", "teacher", 403),
        ("sign_ppv", "secretary", 404),
        ("edit_ppv", "teacher2", 404),
        ("receive_ppv", "leader", 403),
        ("receive_ppv", "chief", 404),
        ("send_ppv", "leader", 403),
        ("ppv_report", "psychologist", 403),
        ("withdraw_ppv", "leader2", 404),
        ("ppv_material", "secretary", 404),
        ("withdraw_parent_request", "plc", 404),
    ],
)
def test_doors_that_stay_shut(cast, sign_in, name, who, expected):
    row = signed(cast)
    client = sign_in(getattr(cast, who))
    assert client.get(url(name, row)).status_code in {expected, 405}
    assert post(client, url(name, row)).status_code in {expected, 405}


def test_a_taken_request_is_gone_for_other_psychologists(cast, sign_in):
    row = received(cast)
    other = add_user("other", name="Anden Psykolog", title="Psykolog")
    appoint(other, Role.PSYCHOLOGIST, cast.advisory, starts_on=date(2025, 8, 1))
    assert sign_in(other).get(url("receive_ppv", row)).status_code == 404
    assert sign_in(other).get(url("ppv", row)).status_code == 404


def test_the_secretary_records_a_parents_request(cast, sign_in):
    client = sign_in(cast.secretary)
    mother = cast.child.custody_holders.get(relation="mother")
    father = cast.child.custody_holders.get(relation="father")
    page = client.get(url("parent_request", cast.child))
    assert page.status_code == 200
    assert f"informed-{father.pk}-not_informed_reason" in page.content.decode()
    answer = post(
        client,
        url("parent_request", cast.child),
        custody_holder=mother.pk,
        asked_on=clock.today().isoformat(),
        words="Undersøg hende, tak.",
        wants_special="on",
    )
    assert answer.status_code == 303
    assert answer["Location"] == reverse("districts:pupil", args=[cast.child.public_id])
    row = PPVRequest.objects.get()
    assert (row.state, row.wants_special) == ("parent_request", True)
    for who in ("plc", "teacher2", "psychologist", "chief"):
        assert sign_in(getattr(cast, who)).get(url("parent_request", cast.child)).status_code == 404


def test_the_leader_forwards_it_in_one_step(cast, sign_in):
    holder = cast.child.custody_holders.first()
    row = ppv.record_parent_request(
        cast.child,
        ppv.Ask(custody_holder=holder, asked_on=clock.today(), words="Mine ord"),
        by=cast.secretary,
    )
    leader = sign_in(cast.leader)
    page = leader.get(url("sign_ppv", row)).content.decode()
    assert "Mine ord" in page
    assert post(leader, url("sign_ppv", row), revision=1).status_code == 303
    row.refresh_from_db()
    assert row.state == "requested"


def test_a_parent_withdraws(cast, sign_in):
    holder = cast.child.custody_holders.first()
    row = ppv.record_parent_request(
        cast.child,
        ppv.Ask(custody_holder=holder, asked_on=clock.today(), words="Mine ord"),
        by=cast.teacher,
    )
    client = sign_in(cast.teacher)
    assert client.get(url("withdraw_parent_request", row)).status_code == 200
    answer = post(
        client,
        url("withdraw_parent_request", row),
        ask=row.asks.get().pk,
        withdrawn_on=clock.today().isoformat(),
        withdrawn_how="Aula",
        words="Vi vil vente.",
    )
    assert answer.status_code == 303
    row.refresh_from_db()
    assert row.state == "withdrawn_by_parent"
    assert "Mine ord" in client.get(url("ppv", row)).content.decode()


def asked(cast: Cast, *, special: bool = False) -> PPVRequest:
    holder = cast.child.custody_holders.first()
    words = ppv.Ask(
        custody_holder=holder, asked_on=clock.today(), words="Mine ord", wants_special=special
    )
    return ppv.record_parent_request(cast.child, words, by=cast.teacher)


def test_the_psychologist_records_a_withdrawal_and_is_led_to_the_list(cast, sign_in):
    row = ppv.sign_request(asked(cast), revision=1, by=cast.leader)
    ppv_reports.receive_request(row, by=cast.psychologist)
    client = sign_in(cast.psychologist)
    address = url("withdraw_parent_request", row)
    assert address in client.get(url("ppv", row)).content.decode()
    answer = post(
        client,
        address,
        ask=row.asks.get().pk,
        withdrawn_on=clock.today().isoformat(),
        withdrawn_how="Telefon",
        words="Vi vil vente.",
    )
    assert (answer.status_code, answer["Location"]) == (303, reverse("pku:ppv_requests"))
    assert client.get(url("ppv", row)).status_code in {403, 404}
    page = sign_in(cast.leader).get(url("ppv", row)).content.decode()
    assert "Vi vil vente." in page
    assert address not in page


def test_the_psychologist_gives_it_back_on_the_page(cast, sign_in):
    row = ppv.sign_request(asked(cast), revision=1, by=cast.leader)
    ppv_reports.receive_request(row, by=cast.psychologist)
    client, address = sign_in(cast.psychologist), url("give_back_ppv", row)
    assert address in client.get(url("ppv", row)).content.decode()
    assert sign_in(cast.leader).get(address).status_code == 403
    assert sign_in(cast.leader2).get(address).status_code == 404
    assert post(client, address, reason="").status_code == 422
    assert post(client, address, reason="Jeg kender familien.").status_code == 303
    listed = client.get(reverse("pku:ppv_requests")).content.decode()
    assert url("receive_ppv", row) in listed
    page = sign_in(cast.leader).get(url("ppv", row)).content.decode()
    assert "Jeg kender familien." in page
    assert address not in page


def test_the_leader_refuses_on_the_page_only_what_need_not_be_made(cast, sign_in):
    row = asked(cast)
    leader, address = sign_in(cast.leader), url("refuse_ppv", row)
    assert address in leader.get(url("ppv", row)).content.decode()
    assert sign_in(cast.teacher).get(address).status_code == 403
    assert address not in sign_in(cast.teacher).get(url("ppv", row)).content.decode()
    assert post(leader, address, revision=1, reason="").status_code == 422
    assert post(leader, address, revision=1, reason="Planen virker.").status_code == 303
    assert "Planen virker." in leader.get(url("ppv", row)).content.decode()
    again = asked(cast, special=True)
    assert url("refuse_ppv", again) not in leader.get(url("ppv", again)).content.decode()
    refused = post(leader, url("refuse_ppv", again), revision=1, reason="Nej.")
    assert refused.status_code == 422


def test_refusals_are_said_on_the_page(cast, sign_in):
    case = open_case(cast)
    teacher, leader = sign_in(cast.teacher), sign_in(cast.leader)
    assert post(teacher, url("new_ppv", case), requester="leader").status_code == 422
    post(teacher, url("new_ppv", case), requester="leader", problem="Kort")
    row = PPVRequest.objects.get()
    assert teacher.get(url("new_ppv", case)).status_code == 303
    assert post(teacher, url("new_ppv", case), requester="leader", problem="To").status_code == 409
    assert post(leader, url("sign_ppv", row), revision=1).status_code == 422
    unread = post(leader, url("sign_ppv", row), revision=9)
    assert unread.status_code == 409
    # Nobody signs what they have not read: there is no way on from here but to read it.
    assert 'name="revision"' not in unread.text
    late = post(teacher, url("edit_ppv", row), revision=7, problem="Min")
    assert late.status_code == 409
    assert "Min" in late.content.decode()
    assert post(teacher, url("withdraw_ppv", row)).status_code == 303
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_the_case_and_the_child_lead_to_it(cast, sign_in):
    case = ready_course(cast)
    teacher = sign_in(cast.teacher)
    child = teacher.get(reverse("districts:pupil", args=[cast.child.public_id])).content.decode()
    assert url("parent_request", cast.child) in child
    assert (
        url("new_ppv", case)
        in teacher.get(reverse("cases:case", args=[case.public_id])).content.decode()
    )
    row = ppv.start_request(case, requester="leader", texts=TEXTS, by=cast.teacher)
    assert (
        url("sign_ppv", row)
        in sign_in(cast.leader).get(reverse("cases:case", args=[case.public_id])).content.decode()
    )


def fill_school(cast: Cast, first: int, last: int) -> None:
    for number in range(first, last):
        pupil: Pupil = add_pupil(cast, f"extra{number}", f"Barn{number}", cast.klass, number)
        case = Case.objects.create(
            number=next_number(2026), pupil=pupil, reason="x", opened_by=cast.leader
        )
        PPVRequest.objects.create(case=case, requester="leader", recorded_by=cast.teacher)


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_list_takes_as_many_queries_for_ten_as_for_a_hundred(cast, sign_in):
    client = sign_in(cast.leader)
    address = reverse("pku:ppv_requests")
    fill_school(cast, 10, 20)
    client.get(address)
    few = queries(client, address)
    fill_school(cast, 20, 110)
    many = queries(client, address)
    assert few == many
    assert many <= 60


def test_pages_of_one_request_take_few_queries(cast, sign_in):
    row = sent(cast)
    assert queries(sign_in(cast.leader), url("ppv", row)) <= 60


def test_days_of_waiting_are_counted_from_the_signature(cast, sign_in):
    signed(cast)
    with clock.at(clock.now() + timedelta(days=12)):
        page = sign_in(cast.psychologist).get(reverse("pku:ppv_requests"))
        assert page.context["waiting"][0].waiting_days == 12


def test_sending_to_a_parent_is_refused_before_it_was_received(cast):
    row = received(cast)
    ppv_reports.save_report(row, revision=0, texts=REPORT, by=cast.psychologist)
    early = [
        ppv_reports.Dispatch(
            custody_holder=item.custody_holder,
            channel=item.channel,
            sent_on=clock.today() - timedelta(days=1),
        )
        for item in dispatches(cast)
    ]
    with pytest.raises(DomainError):
        ppv_reports.send_report(row, revision=1, dispatches=early, by=cast.psychologist)


def test_two_windows_on_a_ppv_not_yet_begun_lose_nothing(cast, sign_in):
    row = received(cast)
    browser = sign_in(cast.psychologist)
    assert 'name="revision" value="0"' in browser.get(url("ppv_report", row)).text
    assert post(browser, url("ppv_report", row), revision=0, **REPORT).status_code == 303
    other = {**REPORT, "basis": "Samtaler med lærerne", "need": "over"}
    answer = post(browser, url("ppv_report", row), revision=0, **other)
    assert answer.status_code == 409
    both = {text["label"]: (text["theirs"], text["mine"]) for text in answer.context["texts"]}
    assert (REPORT["basis"], "Samtaler med lærerne") in both.values()
    assert ("Støtte under tærsklen", "Støtte over tærsklen eller et skoletilbud") in both.values()
