"""What stands on a child's or a class's page: sections that the apps above contribute.

``districts`` knows no plans and no cases. Each app above registers functions from ``ready()``:
``pupil_sections.register`` for a child's page, ``community_sections.register`` for a class's. A
function gets the object and the reader, asks ``permitted(user, …)`` itself, and returns a
``Section``, or ``None`` when the reader may not know that there is anything to see.

Two queries a section at most: a page has up to seven of them, and at most 20 queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from haderslev.core.errors import Words

if TYPE_CHECKING:
    from districts.models import LearningCommunity, Pupil
    from haderslev.accounts.models import User


@dataclass(frozen=True)
class Link:
    """Something the reader may do from here; ``label`` begins with a verb."""

    label: Words
    url: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a section: what it is, where it stands, and a word about its state."""

    title: Words  # what it is
    url: str = ""  # its page
    meta: Words = ""  # a date, an author; never another child's name, never a level
    text: str = ""  # the first of what is written there (optional); the reader may read all of it
    tag: Words = ""  # a word about its state (optional)
    kind: str = ""  # colour of that word: "", "ok", "warn", "danger", "info"
    case_number: str = ""  # the case whose number stands here, for the log of look-ups (optional)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with rows, and what can be done next."""

    code: str  # anchor of the section: Danish, lower case, ASCII ("planer")
    title: Words  # heading
    rows: Sequence[Row] = ()  # the newest, at most ``MOST``
    empty: Words = ""  # why it is empty, and the next step
    # What the reader may do; the first stands out when the section is empty.
    links: Sequence[Link] = ()
    more: Link | None = None  # the page with all of it (optional)


MOST = 5


def case_numbers(sections: Iterable[Section]) -> set[str]:
    """Return the numbers of the cases that stand in the sections."""
    return {row.case_number for section in sections for row in section.rows if row.case_number}


type SectionMaker[Target] = Callable[[Target, User], Section | None]
type FactMaker[Target] = Callable[[Target, User], Sequence[Words]]


@dataclass
class Registry[Target]:
    """The functions that make up one kind of page."""

    makers: list[tuple[int, SectionMaker[Target]]] = field(default_factory=list)
    facts: list[FactMaker[Target]] = field(default_factory=list)

    def register(self, maker: SectionMaker[Target], *, order: int = 50) -> None:
        """Add a section; lower ``order`` is shown first. The same function counts once."""
        if maker not in [known for _, known in self.makers]:
            self.makers.append((order, maker))
            self.makers.sort(key=lambda pair: pair[0])

    def register_facts(self, maker: FactMaker[Target]) -> None:
        """Add short texts for the identity bar, such as when the parents were informed."""
        if maker not in self.facts:
            self.facts.append(maker)

    def sections_of(self, obj: Target, user: User) -> list[Section]:
        """Return the sections that the reader may see, in order."""
        found = [maker(obj, user) for _, maker in self.makers]
        return [section for section in found if section is not None]

    def facts_of(self, obj: Target, user: User) -> list[Words]:
        """Return the short texts for the identity bar."""
        return [fact for maker in self.facts for fact in maker(obj, user)]


# Orders in use: 10 observations, 20 plans, 30 guidance, 40 meetings, 50 cases, 60 PPV, 70 referrals
# and offers.
pupil_sections: Registry[Pupil] = Registry()
# Orders in use: 10 plans, 20 observations, 30 guidance, 40 meetings, 50 cases of the community. No
# row names a child: the class's page lists children in one place only.
community_sections: Registry[LearningCommunity] = Registry()
