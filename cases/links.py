"""Acts on the case page: each app contributes links to what the person may do now.

An app registers a function from ``ready()``. It asks ``held_on(user, case)`` itself, and returns
only what this person may do with this case now.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cases.models import Case
from haderslev.accounts.models import User
from haderslev.core.errors import Words


@dataclass(frozen=True)
class ActLink:
    """An act: words that begin with a verb, where it is done, and whether it is the next step."""

    label: Words
    url: str
    primary: bool = False


type ActFinder = Callable[[Case, User], Sequence[ActLink]]

_finders: list[ActFinder] = []


def register(find: ActFinder) -> None:
    """Add a function; the same function counts once."""
    if find not in _finders:
        _finders.append(find)


def links_for(case: Case, user: User) -> list[ActLink]:
    """Return everything the person may do with the case now, the next step first."""
    found = [link for find in _finders for link in find(case, user)]
    return sorted(found, key=lambda link: not link.primary)
