"""Refusals in words, whatever language the tests run in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils.translation import override

from haderslev.core.errors import DomainError


@contextmanager
def refused(words: str, error: type[DomainError] = DomainError) -> Iterator[Any]:
    """Expect a refusal whose English sentence holds ``words``."""
    with pytest.raises(error) as caught:
        yield caught
    with override("en"):
        assert words in str(caught.value.message)
