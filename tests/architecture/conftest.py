"""One complete world for all tests of a file that walk through every address."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from tests.architecture.world import complete_world
from tests.cast import find_cast
from tests.story import Story


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Story]:
    """Build the story with one of everything in a transaction that the file's tests share."""
    with django_db_blocker.unblock(), transaction.atomic():
        with translation.override("en"):
            story = complete_world(find_cast())
        yield story
        transaction.set_rollback(True)


@pytest.fixture
def told(world: Story, django_db_blocker: Any) -> Iterator[Story]:
    """Return the story with one of everything; what the test changes is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield world
        transaction.set_rollback(True)
