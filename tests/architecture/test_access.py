"""Every address has a rule, is reached as every account and as nobody, and never fails."""

import uuid
from typing import Any

import pytest
from django.test import Client

from cases.models import CouncilIdea, HearingParty
from districts.models import CustodyHolder
from tests.architecture.urls import Address, addresses, url_of
from tests.story import Story

ANSWERS = {200, 302, 303, 403, 404, 405, 409, 422}
OUTSIDERS = ("teacher2", "leader2", "admin", "controller")
PUBLIC = {
    "accounts:sign_in",
    "accounts:sign_out",
    "accounts:set_language",
    "account_login",
    "account_logout",
}
# What belongs to nobody in particular: seen by a role of the municipality, not by a school.
NOT_ABOUT_A_CHILD = {"districts.councilmeeting", "pku.pkumeeting", "core.job"}
ACCOUNTS = (
    "teacher",
    "teacher2",
    "plc",
    "practice",
    "psychologist",
    "family",
    "leader",
    "deputy",
    "leader2",
    "secretary",
    "council",
    "coordinator",
    "pku",
    "chair",
    "pku_secretary",
    "chief",
    "offer_head",
    "admin",
    "controller",
)


def test_every_view_declares_a_rule() -> None:
    assert [address.route for address in addresses() if address.rule is None] == []


def test_public_views_are_these() -> None:
    public = {address.name for address in addresses() if address.rule == "public"}
    assert public == PUBLIC


def _more(story: Story) -> dict[str, Any]:
    party = HearingParty.objects.order_by("pk").last()
    idea = CouncilIdea.objects.order_by("pk").last()
    holder = CustodyHolder.objects.filter(pupil=story.pupil).first()
    assert party is not None
    assert idea is not None
    assert holder is not None
    return {
        "party": party.pk,
        "idea": idea.public_id,
        "holder_id": holder.public_id,
        "code": "observation",
        "opening": "AAAAAAAA",
        "part": "answers",
        "number": 1,
        "kind": "network",
        "ask": 1,
        "districts.pupil": story.pupil,
        "districts.enrolment": story.pupil.enrolment,
        "districts.learningcommunity": story.community,
    }


@pytest.mark.parametrize("account", [*ACCOUNTS, "nobody"])
def test_every_address_as_every_account(told: Story, account: str) -> None:
    client = Client()
    if account != "nobody":
        client.force_login(told.cast.people[account])
    more = _more(told)
    wrong = []
    for address in addresses():
        url = url_of(address, more)
        for method in ("get", "post"):
            data = {"form_key": str(uuid.uuid4())} if method == "post" else {}
            answer = getattr(client, method)(url, data)
            if problem := _problem(address, account, answer):
                wrong.append(f"{method.upper()} {url} {address.name}: {problem}")
        if address.name in {"accounts:sign_out", "account_logout"} and account != "nobody":
            client.force_login(told.cast.people[account])
    assert wrong == []


def _problem(address: Address, account: str, answer: Any) -> str:
    status = answer.status_code
    if status not in ANSWERS:
        return f"{status}"
    if account == "nobody" and address.rule != "public":
        to_sign_in = status == 302 and answer["Location"].startswith("/log-ind/")
        return "" if to_sign_in or status in {403, 405} else f"nobody got {status}"
    if account in OUTSIDERS and address.model and address.model not in NOT_ABOUT_A_CHILD:
        return "" if status in {404, 405} else f"an outsider got {status}"
    return ""


def test_outsider_sees_no_trace_of_the_child(told: Story) -> None:
    """No list, count or page of another school carries the child's words, name or number."""
    marks = (told.pupil.last_name, told.case.number, "Hun bliver i garderoben", "Far bliver vred")
    told.cast.child2.last_name = "Andersson"
    told.cast.child2.save(update_fields=["last_name"])
    more = _more(told)
    for account in OUTSIDERS:
        client = Client()
        client.force_login(told.cast.people[account])
        for address in addresses():
            text = client.get(url_of(address, more)).content.decode(errors="replace")
            found = [mark for mark in marks if mark in text]
            # Who controls the log sees numbers of cases, never names or words.
            if account == "controller":
                found = [mark for mark in found if mark != told.case.number]
            assert found == [], f"{account} {address.name}"
