"""The suite runs on real PostgreSQL, in the application's own role.

One template is built as the owner: migrated, with the reference data and the cast; each worker
works in a clone of it. ``db`` is a transaction in it that is rolled back; ``committed_db`` is a
clone of it for tests that need commits. Django's flushing tests are not used: the application may
not truncate.
"""

import base64
import gc
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("CPR_KEY", base64.b64encode(b"k" * 32).decode())
os.environ.setdefault("CPR_INDEX_KEY", base64.b64encode(b"i" * 32).decode())
os.environ.setdefault("DATA_DIR", str(Path(tempfile.gettempdir()) / "haderslev-test"))
os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
os.environ["DEMO"] = "1"
os.environ.pop("REDIS_URL", None)

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import translation

from tests.beginnings import begin
from tests.cast import find_cast
from tests.people import Cast, make_cast

pytest_plugins = ["tests.figures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know the long campaigns."""
    parser.addoption("--full", action="store_true", help="walk further in the random campaigns")


@pytest.fixture
def campaign(pytestconfig: pytest.Config) -> int:
    """Return how many times as far as usual a random campaign goes."""
    return 8 if pytestconfig.getoption("--full") else 1


def pytest_configure(config: pytest.Config) -> None:
    """Make settings fit for tests: plain static files found when asked for, quick passwords."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Every test client loads the middleware anew, and WhiteNoise would read all files each time.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A slow machine is no fault.
    hypothesis.settings.register_profile("haderslev", deadline=None)
    hypothesis.settings.load_profile("haderslev")
    # Looking for garbage among all that Django keeps for good took a twelfth of the time.
    gc.set_threshold(200_000, 20, 100)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    """Give this worker a database: a clone of the template, built once for all workers."""
    name = f"haderslev_test_{worker_id}_{os.getpid()}"
    with django_db_blocker.unblock():
        template = _template()
        _make_database(name, template)
        _use_database(name)
    yield
    with django_db_blocker.unblock():
        _use_database(name)
    _drop_database(name)


def _template() -> str:
    """Return the name of the template; the first worker builds it as the owner."""
    name = f"haderslev_template_{_fingerprint()}"
    with owner_connection() as connection:
        # Held until the connection closes: the other workers wait for the same template here.
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if found.fetchone():
            return name
        draft = f"{name}_draft"
        _make_database(draft)
        _use_database(draft)
        call_command("migrate", database="owner", verbosity=0)
        call_command("load_reference", verbosity=0)
        make_cast()
        _use_database(draft)
        connection.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    return name


def _fingerprint() -> str:
    """Return a digest of what the template is made from."""
    root = Path(settings.BASE_DIR)
    patterns = (
        "*/migrations/*.py",
        "haderslev/*/migrations/*.py",
        "*/features.py",
        "fixtures/reference/*.toml",
    )
    names = ("tests/people.py", "districts/permissions.py", "districts/services/units.py")
    files = [path for pattern in patterns for path in sorted(root.glob(pattern))]
    digest = hashlib.sha256()
    for path in [*files, *(root / name for name in names)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(autouse=True)
def _words_of_the_code() -> Iterator[None]:
    """Say sentences in English outside requests, whatever the catalogue; pages follow the user."""
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast of the database of this worker."""
    return find_cast()


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Give a test a database of its own with real commits: a clone of the template.

    Threads and other processes may use it; it is dropped afterwards. The template itself is
    cloned, because nobody is ever connected to it: a browser test runs in a context of its own,
    where this worker's other connections can not be seen, and so not be closed.
    """
    own = str(settings.DATABASES["default"]["NAME"])
    name = f"{own}_clone"
    with django_db_blocker.unblock():
        _make_database(name, _template())
        _use_database(name)
        yield name
        _use_database(own)
    _drop_database(name)


def _use_database(name: str) -> None:
    # Threads make connections of their own from the same settings.
    for alias in ("default", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture
def sign_in(db: None) -> Any:
    """Return a function that makes a browser signed in as one of the cast."""

    def browser(user: Any) -> Client:
        client = Client()
        client.force_login(user, backend="haderslev.accounts.backends.MembershipBackend")
        return client

    return browser


def owner_connection(database: str = "") -> psycopg.Connection[Any]:
    """Connect as the owner of the databases."""
    values: dict[str, Any] = settings.DATABASES["owner"]
    return psycopg.connect(
        host=values["HOST"] or None,
        port=values["PORT"] or None,
        user=values["USER"],
        password=values["PASSWORD"] or None,
        dbname=database or os.environ.get("TEST_MAINTENANCE_DATABASE", "haderslev"),
        autocommit=True,
    )


def _make_database(name: str, template: str = "template0") -> None:
    _drop_database(name)
    with owner_connection() as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


_END_SESSIONS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def _drop_database(name: str) -> None:
    with owner_connection() as connection:
        # Not WITH (FORCE): that would end autovacuum too, which the owner may not.
        connection.execute(_END_SESSIONS, [name])
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')


@pytest.fixture(scope="module", autouse=True)
def _beginning(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tell what the file begins after, if it says so."""
    step = getattr(request.module, "BEGINS_AFTER", None)
    if step is None:
        yield
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock(), begin(step):
        yield
