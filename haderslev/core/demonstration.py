"""The accounts of a demonstration: who can be tried, and what they are."""

from collections.abc import Collection
from dataclasses import dataclass

from haderslev.core.features import Contribution, contributed

PASSWORD = "demo"  # noqa: S105 - of invented people, refused outside a demonstration


@dataclass(frozen=True)
class DemoAccount(Contribution):
    """An account that can be tried; ``code`` is its user name.

    Attributes:
        who: Who it is (Danish: it stands in the data).
    """

    who: str


def accounts() -> Collection[DemoAccount]:
    """Return the accounts that can be tried; outside a demonstration there are none."""
    return contributed(DemoAccount).values()
