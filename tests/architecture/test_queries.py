"""No page asks the database more than twenty times.

Counted is every statement on the default connection while one GET is answered: the session and the
account, the rights, the page's own rows, savepoints, and the row of the journal of look-ups. What
is refused, not there or sent on is not a page and is not counted.
"""

import sys

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.architecture.test_access import _more
from tests.architecture.urls import addresses, url_of
from tests.story import Story

MOST = 20
WORST = 10
# Who works with most pages; the others see some of the same pages with fewer links.
ACCOUNTS = (
    "teacher",
    "leader",
    "secretary",
    "psychologist",
    "coordinator",
    "pku_secretary",
    "offer_head",
)


def test_no_page_asks_more_than_twenty_times(
    told: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    more = _more(told)
    asked: dict[str, int] = {}
    for account in ACCOUNTS:
        client = Client()
        client.force_login(told.cast.people[account])
        for address in addresses():
            url = url_of(address, more)
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(url)
            if answer.status_code == 200:
                asked[f"{address.name} as {account}"] = len(queries)
    worst = sorted(asked.items(), key=lambda item: item[1], reverse=True)
    with capsys.disabled():
        sys.stdout.writelines(f"\n{number:3} {page}" for page, number in worst[:WORST])
    assert [(page, number) for page, number in worst if number > MOST] == []
