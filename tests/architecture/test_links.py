"""No page links to what the reader may not open: every link from an account's pages is followed."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from tests.architecture.test_access import ACCOUNTS
from tests.figures import Note
from tests.story import Story

_LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')
# Files are drawn by a worker, and Django admin has tests of its own.
_ELSEWHERE = re.compile(r"^/(admin|static)/|/pdf/")
GOOD = {200, 302}
# Enough of each kind of page; lists have many rows of the same kind.
OF_A_KIND = 8


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_link_opens(told: Story, account: str, figure: Note) -> None:
    client = Client()
    client.force_login(told.cast.people[account])
    seen = {"/"}
    waiting = [("", "/")]
    refused = []
    most = 0
    kinds: Counter[str] = Counter()
    while waiting:
        page, address = waiting.pop()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        most = max(most, len(queries))
        if answer.status_code not in GOOD:
            refused.append(f"{page} links to {address}: {answer.status_code}")
            continue
        for link in _LINK.findall(answer.content.decode()):
            found = link.replace("&amp;", "&")
            if found in seen or _ELSEWHERE.search(found):
                continue
            seen.add(found)
            kind = resolve(found.partition("?")[0]).view_name
            kinds[kind] += 1
            if kinds[kind] <= OF_A_KIND:
                waiting.append((address, found))
    assert refused == []
    figure("queries-page", most)
