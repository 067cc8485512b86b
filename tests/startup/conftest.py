"""What the tests of starting need."""

import os
import signal
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_counts() -> Iterator[None]:
    """Let what is started hear Ctrl-C, also where the suite runs in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def as_root() -> None:
    """Only root may mount a small disk or run the server as another user; CI must be root."""
    if os.geteuid() != 0:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("only root may do this")
