"""Every account follows every link from its first page, two steps deep; wide, narrow, dark."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Page

from tests.architecture.world import complete_world
from tests.browser.conftest import SitDown
from tests.browser.person import Person
from tests.people import Cast

pytestmark = pytest.mark.browser
SCHOOL = (
    "teacher", "teacher2", "plc", "practice", "psychologist", "family", "leader", "deputy",
    "leader2", "secretary",
)  # fmt: skip
MUNICIPALITY = (
    "council", "coordinator", "pku", "chair", "pku_secretary", "chief", "offer_head", "admin",
    "controller",
)  # fmt: skip
DEPTH = 2
# Each kind of page is looked at a few times, not once for each row of a list.
OF_A_KIND = 2
SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("accounts", [SCHOOL, MUNICIPALITY], ids=["school", "municipality"])
def test_every_account_finds_every_page_whole(
    sit_down: SitDown, people: Cast, accounts: tuple[str, ...]
) -> None:
    complete_world(people)
    faults = [fault for name in accounts for fault in _crawl(sit_down(name))]
    assert faults == []


def _crawl(person: Person) -> Iterator[str]:
    opened: set[str] = set()
    kinds: Counter[str] = Counter()
    level = ["/"]
    for _step in range(DEPTH + 1):
        found: list[str] = []
        for path in level:
            kind = resolve(path.partition("?")[0]).view_name
            if path in opened or kinds[kind] == OF_A_KIND:
                continue
            opened.add(path)
            kinds[kind] += 1
            yield from _look(person, path)
            found += _links(person.page)
        level = found
    yield from person.complaints
    person.complaints.clear()


def _look(person: Person, path: str) -> Iterator[str]:
    answer = person.go(path)
    if answer.status != 200:
        yield f"{person.name}: {answer.status} {path}"
        return
    if (count := person.page.locator("h1").count()) != 1:
        yield f"{person.name}: {count} h1 {path}"
    for width, scheme in SCREENS:
        person.page.set_viewport_size({"width": width, "height": 900})
        person.page.emulate_media(color_scheme=scheme)
        over = person.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            yield f"{person.name}: {over} px too wide at {width} {scheme}: {path}"


def _links(page: Page) -> list[str]:
    """Return the addresses of our own pages; files and Django admin have tests of their own."""
    found = page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
    host = urlsplit(page.url).netloc
    return [
        f"{each.path}?{each.query}" if each.query else each.path
        for each in map(urlsplit, found)
        if each.netloc == host and not each.path.startswith("/admin/") and "/pdf/" not in each.path
    ]
