"""Every address has a rule, is reached as every account and as nobody, and never fails.

The same walk counts what a page asks the database, and looks for the child's traces where the
reader may not know of the child. Counted is every statement on the default connection while one
GET is answered: the session and the account, the rights, the page's own rows, savepoints, and the
row of the journal of look-ups. What is refused or sent on is not a page and is not counted.
"""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import CouncilIdea, HearingParty
from districts.models import CustodyHolder
from tests.architecture.urls import Address, addresses, url_of
from tests.story import Story

MOST_QUERIES = 60
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
        "step": "G3",
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
    traces = _traces(told, account)
    wrong = []
    for address in addresses():
        url = url_of(address, more)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url)
        # Now: the next request empties the list that it counts.
        asked = len(queries)
        posted = client.post(url, {"form_key": str(uuid.uuid4())})
        problems = (
            _problem(address, account, page),
            _problem(address, account, posted),
            _too_many(page, asked),
            _told_to_outsiders(page, traces),
            "a row without a name" if b" object (" in page.content else "",
        )
        wrong += [f"{url} {address.name}: {problem}" for problem in problems if problem]
        if address.name in {"accounts:sign_out", "account_logout"} and account != "nobody":
            client.force_login(told.cast.people[account])
    assert wrong == []


def _problem(address: Address, account: str, answer: Any) -> str:
    method, status = answer.request["REQUEST_METHOD"], answer.status_code
    if status not in ANSWERS:
        return f"{method} {status}"
    if account == "nobody" and address.rule != "public":
        to_sign_in = status == 302 and answer["Location"].startswith("/log-ind/")
        return "" if to_sign_in or status in {403, 405} else f"{method}: nobody got {status}"
    if account in OUTSIDERS and address.model and address.model not in NOT_ABOUT_A_CHILD:
        return "" if status in {404, 405} else f"{method}: an outsider got {status}"
    return ""


def _too_many(page: Any, queries: int) -> str:
    if page.status_code != 200 or queries <= MOST_QUERIES:
        return ""
    return f"{queries} queries"


def _traces(story: Story, account: str) -> tuple[str, ...]:
    """Return what of the child no list, count or page may show this account."""
    if account not in OUTSIDERS:
        return ()
    # The child of their own school has another name than the one they may not know of.
    story.cast.child2.last_name = "Andersson"
    story.cast.child2.save(update_fields=["last_name"])
    words = (story.pupil.last_name, "Hun bliver i garderoben", "Far bliver vred")
    # Who controls the log sees numbers of cases, never names or words.
    return words if account == "controller" else (*words, story.case.number)


def _told_to_outsiders(page: Any, traces: tuple[str, ...]) -> str:
    text = page.content.decode(errors="replace") if traces else ""
    found = [trace for trace in traces if trace in text]
    return f"shows {found}" if found else ""
