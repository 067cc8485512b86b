"""A browser, the running program, and people who sit down at it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from haderslev.accounts.models import User
from tests.browser.person import PASSWORD, Person
from tests.browser.site import Site, collect_static
from tests.cast import find_cast
from tests.people import Cast

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()

type SitDown = Callable[..., Person]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium; it ends with the module, and its event loop with it."""
    program = shutil.which("chromium")
    assert program, "chromium is missing: bin/test installs it"
    # The browser's driver has an event loop in this thread; nothing here runs inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def static_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collect the static files once."""
    folder = tmp_path_factory.mktemp("static")
    collect_static(folder, tmp_path_factory.mktemp("data"))
    return folder


@pytest.fixture
def people(committed_db: str) -> Cast:
    """Return the cast, who read English and have the password of the tests."""
    # Pages are found by their words; the msgids are the words in English.
    password = PBKDF2PasswordHasher().encode(PASSWORD, "only-for-tests")
    User.objects.update(password=password, language="en")
    return find_cast()


@pytest.fixture(scope="session")
def running_site(static_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the program of this worker; it runs on while its database is made anew."""
    site = Site(static_files, tmp_path_factory.mktemp("site"))
    yield site
    site.stop()


@pytest.fixture
def site(people: Cast, committed_db: str, running_site: Site) -> Iterator[Site]:
    """Run the program over this test's database."""
    running_site.start(committed_db)
    yield running_site
    running_site.stop_worker()
    connections["default"].close()


@pytest.fixture
def sit_down(chromium: Browser, site: Site) -> Iterator[SitDown]:
    """Return a function that lets somebody sign in at a browser of their own."""
    seated: list[Person] = []

    def sit(name: str, **options: Any) -> Person:
        person = Person(chromium, site.url, name, **options)
        seated.append(person)
        return person

    yield sit
    for person in seated:
        person.close()
