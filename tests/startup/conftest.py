"""What the tests of starting need."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Give a folder that the server's own user may enter.

    Not pytest's: every run of pytest that begins meanwhile closes the folder above it again.
    """
    with TemporaryDirectory(prefix="haderslev-startup-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def as_root() -> None:
    """Only root may mount a small disk or run the server as another user; CI must be root."""
    if os.geteuid() != 0:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("only root may do this")
