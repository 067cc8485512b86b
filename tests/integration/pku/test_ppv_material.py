"""The collected material of a PPV request: order, voices, what is missing, the same each time."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from cases.models import OutcomeType
from haderslev.core import clock
from haderslev.core.pdf.payload import check_payload, payload_sha256
from pku.material import parts
from pku.material.gather import gather
from pku.material.parts import childs_voice
from pku.material.ppv import ppv_request_payload
from pku.models import PPVRequest
from pku.services import ppv
from tests.integration.pku.ppv_course import SECRET, TEXTS, open_case, ready_course
from tests.people import Cast

pytestmark = pytest.mark.django_db

ORDER = [
    "barnets-stemme",
    "foraeldre",
    "faellesskabet",
    "barnet",
    "indsatser",
    "moeder",
    "spoergsmaal",
    "krav",
    "tidslinje",
]


def request_of(cast: Cast) -> PPVRequest:
    return ppv.start_request(ready_course(cast), requester="leader", texts=TEXTS, by=cast.teacher)


def payload_of(row: PPVRequest) -> dict:
    return ppv_request_payload(row, made_on=row.recorded_at)


def section(payload: dict, identity: str) -> dict:
    return next(item for item in payload["sections"] if item["id"] == identity)


def test_voices_come_first_and_the_community_before_the_child(cast):
    payload = payload_of(request_of(cast))
    check_payload(payload)
    assert [item["id"] for item in payload["sections"]] == ORDER
    assert [item["number"] for item in payload["sections"]] == list(range(1, 10))


def test_the_same_records_give_the_same_bytes(cast):
    row = request_of(cast)
    first = payload_sha256(payload_of(row))
    with override("en"):
        second = payload_sha256(payload_of(PPVRequest.objects.get(pk=row.pk)))
    assert first == second
    with clock.at(clock.now().replace(year=clock.now().year + 1)):
        assert payload_sha256(payload_of(row)) == first


def test_what_the_parents_may_not_see_stands_apart(cast):
    row = request_of(cast)
    payload = payload_of(row)
    blocks = section(payload, "barnets-stemme")["blocks"]
    kinds = [block["type"] for block in blocks]
    closed = next(place for place, block in enumerate(blocks) if block.get("text") == SECRET)
    assert kinds[closed - 2 : closed + 1] == ["subheading", "text", "quote"]
    assert SECRET not in str(payload["summary"])
    for_parents = childs_voice(gather(row.case), for_parents=True)
    assert SECRET not in str(for_parents)


def test_each_intervention_shows_level_weeks_goal_effect_and_evaluation(cast):
    payload = payload_of(request_of(cast))
    table = next(
        block for block in section(payload, "indsatser")["blocks"] if block["type"] == "table"
    )
    assert table["tiers"] == [1, 2]
    row = table["rows"][1]
    assert cast.child.first_name in row[1]
    assert row[1].startswith("2 ")
    assert "9" in row[1]
    assert "To voksne ved døren" in row[2]
    assert row[3] == "Kommer roligt ind"
    assert row[4] == "Færre konflikter"
    assert "2026" in row[5]


def test_each_parent_is_heard_under_the_own_name(cast):
    blocks = section(payload_of(request_of(cast)), "foraeldre")["blocks"]
    words = [block["text"] for block in blocks if block["type"] == "quote"]
    assert words == ["mother ser fremgang", "father ser fremgang"]


def test_an_empty_case_says_what_is_missing(cast):
    case = open_case(cast)
    row = ppv.start_request(case, requester="leader", texts={}, by=cast.teacher)
    payload = payload_of(row)
    check_payload(payload)
    missing = dict(payload["summary"])["Det mangler"]
    assert len(missing) == 7
    for item in payload["sections"]:
        assert item["blocks"]


def test_nothing_of_other_children_and_no_protected_address(cast):
    text = str(payload_of(request_of(cast)))
    assert cast.child_b.first_name not in text
    assert "Hemmelig vej" not in text
    assert cast.child.reveal_cpr()[-4:] not in text


@pytest.mark.parametrize(
    ("value", "written"), [(None, ""), (Decimal("22.0"), "22"), (Decimal("22.5"), "22,5")]
)
def test_hours_are_written_as_one_says_them(value, written):
    with override("da"):
        assert parts.hours(value) == written


def test_an_outcome_has_its_name_in_the_readers_language(cast):
    outcome = OutcomeType.objects.get(code="pku_refusal")
    with override("en"):
        assert str(outcome) == outcome.name_en
    with override("da"):
        assert str(outcome) == outcome.name_da
