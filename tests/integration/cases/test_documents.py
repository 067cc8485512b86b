"""Documents, papers, letters and their delivery; the PDF from the command line."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cases.models import Delivery, Document, DocumentFile, DocumentRecord
from cases.services import documents
from districts.models import Opening
from districts.permissions import Role
from districts.services.openings import open_access
from districts.services.units import role_group
from haderslev.core import clock
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.core.models import Job
from haderslev.journal.models import Read
from plans.features import INVITED
from tests.integration.cases import given
from tests.pdf.samples import ppv_request

BEGINS_AFTER = given.case

PAPER: dict[str, Any] = {
    "kind": "school_statement",
    "title": "Skoleudtalelse",
    "dated": clock.today(),
    "holder": "ligger i ESDH nr. 18",
    "text": "Skolen ser …",
}


def test_a_paper_is_written_down_and_corrected(cast) -> None:
    case = given.case(cast)
    row = documents.add_record(case, **PAPER, by=cast.teacher)
    changed = {**PAPER, "title": "Skoleudtalelse, ny"}
    documents.correct_record(row, revision=1, **changed, by=cast.leader)
    with pytest.raises(ConflictError) as error:
        documents.correct_record(row, revision=1, **PAPER, by=cast.teacher)
    assert error.value.theirs["title"] == "Skoleudtalelse, ny"
    assert error.value.mine["title"] == "Skoleudtalelse"
    with pytest.raises(NotAllowedError):
        documents.add_record(case, **PAPER, by=cast.secretary)
    late = {**PAPER, "dated": clock.today() + timedelta(days=1)}
    with pytest.raises(DomainError):
        documents.add_record(case, **late, by=cast.teacher)


def test_two_who_correct_at_once_see_both_texts(cast, sign_in) -> None:
    row = documents.add_record(given.case(cast), **PAPER, by=cast.teacher)
    url = f"/papirer/{row.public_id}/ret/"
    data = {**PAPER, "dated": clock.today().isoformat(), "revision": "1"}
    first = sign_in(cast.teacher).post(url, {**data, "title": "A", "form_key": str(uuid.uuid4())})
    assert first.status_code == 303
    late = sign_in(cast.leader).post(url, {**data, "title": "B", "form_key": str(uuid.uuid4())})
    assert late.status_code == 409
    assert DocumentRecord.objects.get().title == "A"


def test_a_letter_is_read_by_the_leader_only(cast, sign_in) -> None:
    given.case(cast)
    document = Document.objects.earliest("pk")
    url = f"/dokumenter/{document.public_id}/"
    for who, status in (
        (cast.secretary, 404),
        (cast.leader, 200),
        (cast.teacher, 404),
        (cast.leader2, 404),
        (cast.pku_secretary, 404),
    ):
        assert sign_in(who).get(url).status_code == status, who


def test_the_pdf_is_waited_for_and_fetched(cast, sign_in) -> None:
    given.case(cast)
    document = Document.objects.earliest("pk")
    url = f"/dokumenter/{document.public_id}/pdf/"
    browser = sign_in(cast.leader)
    assert browser.get(url)["Location"] == f"/dokumenter/{document.public_id}/"
    waits = browser.post(url)
    assert waits["Location"] == f"/job/{Job.objects.get().public_id}/"
    DocumentFile.objects.create(document=document, data=b"%PDF-1.7", sha256="0" * 64)
    answer = browser.get(url)
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.7")
    name = f"{document.case.number}-orienteringsbrev-1-{document.public_id}.pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert (
        Read.objects.filter(channel="pdf", about__contains=[f"pupil:{cast.child.pk}"]).count() == 1
    )
    assert sign_in(cast.teacher).get(url).status_code == 404


def test_the_office_sends_letters_and_records_it(cast, sign_in) -> None:
    given.case(cast)
    browser = sign_in(cast.secretary)
    page = browser.get("/breve/").content.decode()
    assert "Mother til Alma" in page
    assert "Storgade" not in page
    assert "Hemmelig" not in page
    row = Delivery.objects.earliest("pk")
    url = f"/breve/{row.public_id}/"
    data = {
        "form_key": str(uuid.uuid4()),
        "channel": "digital_post",
        "sent_on": clock.today().isoformat(),
        "delivered_on": "",
    }
    assert browser.post(url, data).status_code == 303
    row.refresh_from_db()
    assert (row.channel, row.sent_by) == ("digital_post", cast.secretary)
    done = {**data, "form_key": str(uuid.uuid4()), "delivered_on": clock.today().isoformat()}
    assert browser.post(url, done).status_code == 303
    again = {**done, "form_key": str(uuid.uuid4())}
    assert browser.post(url, again).status_code == 422
    assert sign_in(cast.teacher).get(url).status_code == 404
    assert sign_in(cast.teacher).get("/breve/").status_code == 404


def test_the_command_draws_and_writes_the_newest_material(cast, tmp_path: Path) -> None:
    case = given.case(cast)
    target = tmp_path / "ud.pdf"
    with pytest.raises(CommandError, match="no such material"):
        call_command("dossier", case.number, kind="ppv", output=target)
    with pytest.raises(CommandError, match=r"There is no case 1999-0001\."):
        call_command("dossier", "1999-0001", kind="ppv", output=target)
    documents.freeze(
        case,
        kind=Document.Kind.PPV_REQUEST,
        needs=Document.Needs.CASE,
        title="Indstilling",
        payload=ppv_request(),
        by=cast.leader,
    )
    for number in ([case.number], []):
        call_command("dossier", *number, kind="ppv", output=target)
        assert target.read_bytes().startswith(b"%PDF")
    with pytest.raises(CommandError, match="can not be written"):
        call_command("dossier", case.number, kind="ppv", output=tmp_path / "no" / "ud.pdf")


def test_a_leader_closes_an_invitation_before_its_date(cast, sign_in) -> None:
    case = given.case(cast)
    open_access(
        cast.child,
        to=role_group(cast.advisory, Role.PSYCHOLOGIST),
        cause=INVITED,
        basis="Aftale 1.9.",
        closes_on=clock.days_from_now(90),
        by=cast.teacher,
    )
    opening = Opening.objects.get()
    adviser, leader = sign_in(cast.psychologist), sign_in(cast.leader)
    assert adviser.get(f"/sager/{case.public_id}/").status_code == 200
    assert adviser.get(f"/sager/{case.public_id}/adgang/").status_code == 403
    page = leader.get(f"/sager/{case.public_id}/adgang/").content.decode()
    assert "Aftale 1.9." in page
    url = f"/sager/{case.public_id}/adgang/{opening.public_id}/luk/"
    assert leader.get(url).status_code == 200
    assert leader.post(url, {"form_key": str(uuid.uuid4())}).status_code == 303
    assert adviser.get(f"/sager/{case.public_id}/").status_code == 404
    assert leader.post(url, {"form_key": str(uuid.uuid4())}).status_code == 422
