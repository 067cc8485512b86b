"""Every account follows every link from its first page, two steps deep; wide, narrow, dark."""

import re
from collections import Counter
from collections.abc import Generator, Iterator
from html import unescape
from typing import Literal
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import resolve

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
# Each kind of page is opened a few times an account, not once for each row of a list, and drawn
# for a few accounts; for the others it is only read for its links.
OF_A_KIND = 2
DRAWN_OF_A_KIND = 2
_LINK = re.compile(r'<a [^>]*href="([^"#]*)')
SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("accounts", [SCHOOL, MUNICIPALITY], ids=["school", "municipality"])
def test_every_account_finds_every_page_whole(
    sit_down: SitDown, people: Cast, accounts: tuple[str, ...]
) -> None:
    complete_world(people)
    drawn: Counter[str] = Counter()
    faults = [fault for name in accounts for fault in _crawl(sit_down(name), drawn)]
    assert faults == []


def _crawl(person: Person, drawn: Counter[str]) -> Iterator[str]:
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
            drawn[kind] += 1
            see = _look if drawn[kind] <= DRAWN_OF_A_KIND else _read
            text = yield from see(person, path)
            found += _links(person, path, text)
        level = found
    yield from person.complaints
    person.complaints.clear()


def _look(person: Person, path: str) -> Generator[str, None, str]:
    answer = person.go(path)
    if answer.status != 200:
        yield f"{person.name}: {answer.status} {path}"
        return ""
    if (count := person.page.locator("h1").count()) != 1:
        yield f"{person.name}: {count} h1 {path}"
    for width, scheme in SCREENS:
        person.page.set_viewport_size({"width": width, "height": 900})
        person.page.emulate_media(color_scheme=scheme)
        over = person.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            yield f"{person.name}: {over} px too wide at {width} {scheme}: {path}"
    return person.page.content()


def _read(person: Person, path: str) -> Generator[str, None, str]:
    """Ask for a page as the person's browser does, without drawing it."""
    answer = person.page.request.get(urljoin(person.address, path))
    if answer.status != 200:
        yield f"{person.name}: {answer.status} {path}"
    return answer.text()


def _links(person: Person, path: str, text: str) -> list[str]:
    """Return the addresses of our own pages; files and Django admin have tests of their own."""
    page = urljoin(person.address, path)
    found = [urlsplit(urljoin(page, unescape(link))) for link in _LINK.findall(text)]
    return [
        f"{each.path}?{each.query}" if each.query else each.path
        for each in found
        if each.netloc == urlsplit(person.address).netloc
        and not each.path.startswith("/admin/")
        and "/pdf/" not in each.path
    ]
