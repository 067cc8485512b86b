"""What PKU's decision must say, and what whoever signs may set aside."""

import uuid

import pytest

from cases.services import gatekeeping
from haderslev.core.errors import DomainError, GateError, NotAllowedError
from pku.models import PkuDecision
from pku.services import decisions
from tests.integration.pku import committee_course as course
from tests.integration.pku.test_decisions import keyed, letters_of, post_data, url
from tests.people import Cast

pytestmark = pytest.mark.django_db
BEGINS_AFTER = course.accepted


def left_out(cast: Cast) -> PkuDecision:
    text = course.text_of(cast, dialogue_council="", left_out=True)
    return decisions.prepare_for_referral(course.accepted(cast), text=text, by=cast.pku_secretary)


def test_who_signs_sets_an_own_requirement_aside_and_never_a_legal_one(cast: Cast, sign_in):
    row = left_out(cast)
    case, page = row.case, f"/sager/{row.case.public_id}/krav/"
    with pytest.raises(GateError):
        decisions.sign(row, revision=row.revision, by=cast.chair)
    for user in (cast.leader, cast.pku_secretary):
        with pytest.raises(NotAllowedError):
            gatekeeping.except_requirement(case, "dialogue", reason="x", by=user)
    with pytest.raises(NotAllowedError):
        gatekeeping.except_requirement(case, "plan_in_use", reason="x", by=cast.chair)
    for code in ("reasons_three_parts", "four_eyes"):
        with pytest.raises(DomainError):
            gatekeeping.except_requirement(case, code, reason="x", by=cast.chair)
    with pytest.raises(DomainError):
        gatekeeping.except_requirement(case, "dialogue", urgent=True, sentence="x", by=cast.chair)

    chair = sign_in(cast.chair)
    signing = url("sign_decision", row.public_id)
    assert 'class="form"' not in chair.get(signing).text
    shown = chair.get(f"{page}?krav=G6").content.decode()
    assert f"{page}dialogue/fravig/" in shown
    assert "/fravig/" not in chair.get(f"{page}?krav=G5").content.decode()
    assert f'/sager/{case.public_id}/"' not in shown
    assert chair.get(f"/sager/{case.public_id}/").status_code == 403
    assert "krav=G6" in chair.get(url("decision", row.public_id)).content.decode()
    done = chair.post(f"{page}dialogue/fravig/", keyed(reason="Rådet holdt ferie."))
    assert done.status_code == 303
    assert "Rådet holdt ferie." in chair.get(f"{page}?krav=G6").content.decode()
    assert 'class="form"' in chair.get(signing).text
    signed = decisions.sign(row, revision=row.revision, by=cast.chair)
    assert signed.state == "signed"
    assert letters_of(signed)


def test_the_page_leads_the_secretary_to_what_is_missing(cast: Cast, sign_in):
    row = left_out(cast)
    address = f"/sager/{row.case.public_id}/krav/?krav=G6"
    assert (
        url("correct_decision", row.public_id)
        in sign_in(cast.pku_secretary).get(address).content.decode()
    )
    theirs = sign_in(cast.leader).get(address).content.decode()
    assert url("correct_decision", row.public_id) not in theirs
    assert "/fravig/" not in theirs


def test_an_own_requirement_may_be_left_out_in_the_form(cast: Cast, sign_in):
    row = course.accepted(cast)
    address, office = url("prepare_decision", row.public_id), sign_in(cast.pku_secretary)
    assert office.post(address, post_data(cast, dialogue_council="")).status_code == 422
    data = post_data(cast, dialogue_council="", left_out="on")
    assert office.post(address, {**data, "facts": ""}).status_code == 422
    assert office.post(address, {**data, "form_key": str(uuid.uuid4())}).status_code == 303
