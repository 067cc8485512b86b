"""The slow starts go first, so that no worker is left alone with one at the end."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move them to the front, whatever the order was shuffled to."""
    items.sort(key=lambda item: item.get_closest_marker("slow_start") is None)
