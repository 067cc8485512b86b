"""Sending a letter is not reading it: the school's office, PKU's secretary, protected addresses."""

import json
import uuid
from typing import Any

import pytest

from cases.models import Delivery, Document, DocumentFile
from cases.services import deliveries
from haderslev.core import clock
from haderslev.core.models import Job
from haderslev.journal.models import Read
from tests.integration.cases import given
from tests.integration.pku import committee_course as course
from tests.people import Cast


def form(**values: Any) -> dict[str, Any]:
    return {"form_key": str(uuid.uuid4()), **values}


def delivery(cast: Cast, relation: str = "mother") -> Delivery:
    given.case(cast)
    row: Delivery = Delivery.objects.get(custody_holder__relation=relation)
    return row


def words_of(row: Delivery) -> str:
    """A piece of the letter's own text."""
    body: str = json.loads(row.document.payload)["sections"][0]["blocks"][0]["text"]
    return max(body.splitlines(), key=len)[:40]


def drawn(row: Delivery) -> bytes:
    file = DocumentFile.objects.create(document=row.document, data=b"%PDF-1.7", sha256="0" * 64)
    return bytes(file.data)


def test_the_office_reads_no_letter_on_the_screen(cast, sign_in) -> None:
    row = delivery(cast)
    drawn(row)
    browser = sign_in(cast.secretary)
    for url in ("/breve/", "/breve/?vis=alle", f"/breve/{row.public_id}/"):
        page = browser.get(url).content.decode()
        assert row.recipient in page, url
        assert row.document.case.number in page, url
        assert words_of(row) not in page, url
        assert f"/dokumenter/{row.document.public_id}/" not in page, url
    for tail in ("", "pdf/"):
        url = f"/dokumenter/{row.document.public_id}/{tail}"
        assert browser.get(url).status_code == 404
    assert browser.post(url, form()).status_code == 404
    leader = sign_in(cast.leader)
    assert words_of(row) in leader.get(f"/dokumenter/{row.document.public_id}/").text
    assert f"/dokumenter/{row.document.public_id}/" in leader.get(f"/breve/{row.public_id}/").text


def test_the_office_fetches_to_send_with_one_click_that_is_journalled(cast, sign_in) -> None:
    row = delivery(cast)
    url, browser = f"/breve/{row.public_id}/hent/", sign_in(cast.secretary)
    waits = browser.post(url, form())
    job = Job.objects.get()
    assert waits["Location"] == f"/job/{job.public_id}/"
    assert job.result_url == f"/breve/{row.public_id}/"
    data = drawn(row)
    assert browser.get(url).status_code == 405
    answer = browser.post(url, form())
    assert (answer.status_code, answer.content) == (200, data)
    read = Read.objects.latest("pk")
    assert (read.user_id, read.channel) == (cast.secretary.pk, "pdf")
    assert (read.purpose, read.fields) == ("address_letter", "content")
    for who in (cast.teacher, cast.leader2, cast.pku_secretary):
        assert sign_in(who).post(url, form()).status_code == 404, who


def test_what_has_arrived_is_not_fetched_again(cast, sign_in) -> None:
    row = delivery(cast)
    drawn(row)
    url, browser = f"/breve/{row.public_id}/hent/", sign_in(cast.secretary)
    today = clock.today()
    how: dict[str, Any] = {"channel": "letter", "sent_on": today, "by": cast.secretary}
    deliveries.record_delivery(row, delivered_on=None, **how)
    assert browser.post(url, form()).status_code == 200
    deliveries.record_delivery(row, delivered_on=today, **how)
    assert browser.post(url, form()).status_code == 403
    assert url not in browser.get(f"/breve/{row.public_id}/").content.decode()


def test_a_protected_address_is_fetched_with_a_purpose(cast, sign_in) -> None:
    row = delivery(cast, "father")
    drawn(row)
    sent = sign_in(cast.secretary).post(f"/breve/{row.public_id}/hent/", form())
    assert sent.status_code == 200
    read = Read.objects.latest("pk")
    assert (read.purpose, read.fields) == ("address_letter", "protected_address")
    leader, page = sign_in(cast.leader), f"/dokumenter/{row.document.public_id}/"
    assert "Hemmelig vej" not in leader.get(page).content.decode()
    asked = leader.get(f"{page}pdf/")
    assert asked["Content-Type"].startswith("text/html")
    assert "Hemmelig vej" not in asked.content.decode()
    assert leader.post(f"{page}pdf/", form()).status_code == 422
    given_to = leader.post(f"{page}pdf/", form(purpose="address_letter", reason="Retur fra posten"))
    assert given_to.content == b"%PDF-1.7"
    read = Read.objects.latest("pk")
    assert (read.user_id, read.purpose, read.fields, read.reason) == (
        cast.leader.pk,
        "address_letter",
        "protected_address",
        "Retur fra posten",
    )


def test_pkus_secretary_has_pkus_letters_and_the_school_has_its_own(cast, sign_in) -> None:
    decision = course.signed(cast)
    pku = set(Delivery.objects.filter(document__decision_key=decision.public_id))
    others = set(Delivery.objects.all()) - pku
    assert pku
    assert others
    assert set(Delivery.objects.visible_to(cast.pku_secretary)) == pku
    assert set(Delivery.objects.visible_to(cast.secretary)) == others
    browser = sign_in(cast.pku_secretary)
    assert browser.get("/breve/").status_code == 200
    for row in pku:
        assert browser.get(f"/breve/{row.public_id}/").status_code == 200
        assert browser.get(f"/dokumenter/{row.document.public_id}/").status_code == 200
        assert sign_in(cast.secretary).get(f"/breve/{row.public_id}/").status_code == 404
    for row in others:
        assert browser.get(f"/breve/{row.public_id}/").status_code == 404
        assert browser.get(f"/dokumenter/{row.document.public_id}/").status_code == 404
    seen = Document.objects.visible_to(cast.leader)
    assert seen.filter(delivery__in=[row.pk for row in pku | others]).count() == len(pku | others)


@pytest.mark.parametrize("who", ["teacher", "psychologist", "chair", "council", "offer_head"])
def test_nobody_else_reads_or_sends_a_letter(cast, who: str) -> None:
    course.signed(cast)
    assert not Document.objects.visible_to(cast.people[who]).filter(delivery__isnull=False).exists()
    assert not Delivery.objects.visible_to(cast.people[who]).exists()
