"""What the tests of starting need."""

import os

import pytest


@pytest.fixture
def as_root() -> None:
    """Only root may mount a small disk or run the server as another user; CI must be root."""
    if os.geteuid() != 0:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("only root may do this")
