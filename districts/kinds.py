"""Kinds of to-do and of timeline entry: what an app declares of its own in ``features.py``.

The tables of both keep the code of a kind and a reference to a row, so that they can hold what
belongs to apps that this one does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypedDict  # Any: models above the kinds

from haderslev.core.errors import Words
from haderslev.core.features import Contribution
from haderslev.core.identity import Referable
from haderslev.core.references import PageName

PUPIL = "districts.pupil"
COMMUNITY = "districts.learningcommunity"


class Concerned(TypedDict, total=False):
    """Whom something concerns: a pupil or a community or neither, and the number of the case."""

    # A Pupil and a LearningCommunity: the kinds stand below the models.
    pupil: Any
    community: Any
    case_number: str


class Subject(Referable, Protocol):
    """A row that a to-do or an entry of the timeline is about."""

    @property
    def concerns(self) -> Concerned:
        """Whom it concerns."""


def about_either(pupil: str, community: str) -> Mapping[str, str]:
    """Return a page that exists twice: for pupils and for communities."""
    return {PUPIL: pupil, COMMUNITY: community}


@dataclass(frozen=True)
class TodoKind(Contribution):
    """What is to be done; ``code`` begins with the name of the app."""

    label: Words  # what is to be done, as the person reads it
    page: PageName  # where it is done; opened with the row it is about, unless another is given
    takes_row: bool = True  # whether the page is opened with a row at all
    unnamed: bool = False  # the line shows the number of the case, never whom it is about
    # It is shown only while the person has a role that can be given access by name.
    personal: bool = False
    # It is shown only while its subject is open to the person's group.
    ends_with_access: bool = False


@dataclass(frozen=True)
class TimelineKind(Contribution):
    """What happened; ``code`` begins with the name of the app."""

    label: Words  # what happened, as the reader sees it
    needs: str  # permission that a reader must hold on the child or the community
    page: PageName = ""  # where its text stands, if it is not the page of the row
    # Whether the entry leads to a page: not where that needs more than the entry.
    linked: bool = True


@dataclass(frozen=True)
class FirstAct(Contribution):
    """What can be done with a pupil or a class from the start: a button on their pages."""

    label: Words  # words that begin with a verb
    needs: str  # permission that the act takes
    page: PageName  # where it is done, opened with the pupil or the class
