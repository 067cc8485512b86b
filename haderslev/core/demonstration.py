"""The accounts of a demonstration, which anybody can try."""

from collections.abc import Collection
from dataclasses import dataclass

from haderslev.core.features import Contribution, contributed

PASSWORD = "demo"  # noqa: S105 - of invented people, refused outside a demonstration


@dataclass(frozen=True)
class DemoAccount(Contribution):
    """An account that can be tried; ``code`` is its user name."""

    who: str  # who it is (Danish: it stands in the data)


def accounts() -> Collection[DemoAccount]:
    """Return the accounts to try; outside a demonstration there are none."""
    return contributed(DemoAccount).values()
