"""The slow starts go first, so that no worker is left alone with one at the end."""

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move them to the front, whatever the order was shuffled to."""
    items.sort(key=lambda item: item.get_closest_marker("slow_start") is None)


@pytest.fixture
def as_root() -> None:
    """Only root may mount a small disk or run the server as another user; CI must be root."""
    if os.geteuid() != 0:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("only root may do this")
