"""What an app adds to cases: where a requirement is cured, and from where outsiders come."""

from __future__ import annotations

from dataclasses import dataclass

from haderslev.core.features import Contribution, MenuItem
from haderslev.core.references import PageName

# What a page can be opened with, besides the records of which ``PkuFacts.places`` tells.
CASE = "case"
TARGET = "target"
COMMUNITY = "community"


@dataclass(frozen=True)
class Cure(Contribution):
    """The page where a requirement is met; ``code`` is the requirement's.

    Attributes:
        needs: Permission that the act takes.
        page: The page; it must exist.
        opens: What it is opened with: the case, whom the case is about, the pupil's community,
            or the name of a record in ``PkuFacts.places``.
    """

    needs: str
    page: PageName
    opens: str = CASE


@dataclass(frozen=True)
class WayIn(MenuItem):
    """The list from which those come to whom a case is open, and who are outside it."""


def cures(codes: str, needs: str, page: PageName, opens: str = CASE) -> tuple[Cure, ...]:
    """Return the cures of several requirements, named in one line, that have one page."""
    return tuple(Cure(code, needs, page, opens) for code in codes.split())
