"""Documents of a real course, not of samples: valid, equal when drawn again, without secrets."""

import hashlib
from pathlib import Path

from cases.models import Document
from cases.tasks import draw
from tests.pdf import verapdf
from tests.pdf.test_files import text_of
from tests.people import Cast
from tests.story import Story

KINDS = {
    "information",
    "ppv_request",
    "ppv_report",
    "ppv_letter",
    "hearing",
    "pku_referral",
    "pku_decision",
}


def test_every_kind_of_document_of_a_course_is_valid(cast: Cast, tmp_path: Path) -> None:
    story = Story(cast).until("decision_delivered")
    newest = {row.kind: row for row in Document.objects.filter(case=story.case).order_by("pk")}
    assert set(newest) >= KINDS
    files = []
    for kind, document in newest.items():
        data = draw(document)
        if kind == Document.Kind.PKU_REFERRAL:
            again = hashlib.sha256(draw(document)).digest()
            assert again == hashlib.sha256(data).digest()
        files.append(tmp_path / f"{kind}.pdf")
        files[-1].write_bytes(data)
    assert [verdict for verdict in verapdf.check(files) if not verdict.compliant] == []
    _, father = story.holders
    for file in files:
        text = text_of(file)
        assert story.pupil.reveal_cpr() not in text
        assert "{" not in text, f"an unfilled placeholder in {file.name}"
        assert "Demonstration" in text
    referral = text_of(tmp_path / "pku_referral.pdf")
    assert father.address not in referral
    assert "Far bliver vred hjemme" not in referral
