"""What an app adds to the system, declared in its ``features.py`` and nowhere else.

An app is found by its pieces: each module-level value of ``<app>/features.py`` that is a
``Contribution``, or a tuple of them, is contributed. Whoever shows them asks
``contributed(MenuItem)``; whoever writes one names the constant, so that an editor finds it::

    # plans/features.py
    FINISH_PLAN = TodoKind("plans.finish_plan", _("Finish the plan and put it into use"))
    MENU = (MenuItem("plans:plans", _("Plans"), needs=("view_plan",), order=30),)

Start-up refuses an app whose contributions name what does not exist (``core.checks``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast  # Any: the options of a field

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from haderslev.core.columns import MeaningField
from haderslev.core.errors import Words
from haderslev.core.references import PageName, is_model, page_exists


@dataclass(frozen=True)
class Contribution:
    """One thing that an app adds. ``code`` is unique among those of its kind."""

    code: str

    def __str__(self) -> str:
        return self.code

    def named_pages(self) -> Iterable[str]:
        """Return the names of the pages that it leads to: its ``page``, if it has one."""
        page: PageName = getattr(self, "page", "")
        return [page] if isinstance(page, str) else page.values()

    def named_model(self) -> str:
        """Return the label of the model that it is about: its ``model``, if it has one."""
        return getattr(self, "model", "")

    def problems(self) -> Iterable[str]:
        """Return what is wrong with it, for the check at start-up: what it names must exist."""
        kind = type(self).__name__
        for page in self.named_pages():
            if page and not page_exists(page):
                yield f"{kind} {self.code} names the page {page}, which does not exist."
        model = self.named_model()
        if model and not is_model(model):
            yield f"{kind} {self.code} names the model {model}, which does not exist."


@dataclass(frozen=True)
class MenuItem(Contribution):
    """An entry of the menu; ``code`` is the name of its page."""

    label: Words  # words of the entry
    needs: tuple[str, ...] = ()  # permissions of which one is needed; without any everybody sees it
    order: int = 50  # lower stands first

    def problems(self) -> Iterable[str]:
        """Its page must exist, without an id in the address."""
        try:
            reverse(self.code)
        except NoReverseMatch:
            yield f"The menu names the page {self.code}, which does not exist."


@dataclass(frozen=True)
class Shortcut(MenuItem):
    """A link on the home page of those who hold one of ``needs`` at a unit."""


@dataclass(frozen=True)
class Page(Contribution):
    """A page, as the log of look-ups calls it; ``code`` is its name."""

    label: Words

    def named_pages(self) -> Iterable[str]:
        """The page itself."""
        return (self.code,)


@dataclass(frozen=True)
class Act(Contribution):
    """An act, as the journal calls it: ``code`` is ``app.model.past_tense``."""

    label: Words


@dataclass(frozen=True)
class Seen(Contribution):
    """What was seen on a page, as the log of look-ups calls it."""

    label: Words


@dataclass(frozen=True)
class SetupTable(Contribution):
    """A table that must not be empty, or some page is unusable; ``code`` is its model."""

    def named_model(self) -> str:
        """The table itself."""
        return self.code


def pages(words: Mapping[str, Words]) -> tuple[Page, ...]:
    """Return the pages of an app from their names and words."""
    return tuple(Page(code, label) for code, label in words.items())


def acts(words: Mapping[str, Words]) -> tuple[Act, ...]:
    """Return the acts of an app from their names and words."""
    return tuple(Act(code, label) for code, label in words.items())


def contributed[Kind: Contribution](kind: type[Kind]) -> Mapping[str, Kind]:
    """Return all contributions of exactly this kind, by code; the lowest app comes first."""
    return cast("Mapping[str, Kind]", _by_kind().get(kind, {}))


def problems() -> Iterator[str]:
    """Return what is wrong with the contributions of all apps."""
    seen: set[tuple[type, str]] = set()
    for each in _all():
        if (type(each), each.code) in seen:
            yield f"Two apps contribute {type(each).__name__} {each.code}."
        seen.add((type(each), each.code))
        yield from each.problems()


class CodeField(MeaningField):
    """A column with a contribution's code; codes that no app contributes any more stay readable."""

    def __init__(self, of: type[Contribution] | None = None, **kwargs: Any) -> None:
        self.of = of
        super().__init__(**kwargs)

    def to_python(self, value: Contribution | str | None) -> str | None:
        """Return a contribution as its code."""
        return str(value) if isinstance(value, Contribution) else value

    def unresolved(self, alias: str) -> Iterable[str]:
        """Return the codes in the database that no app contributes."""
        known = contributed(self.of) if self.of else {}
        rows = self.model._default_manager.using(alias).exclude(**{f"{self.name}__in": known})
        return rows.order_by().values_list(self.name, flat=True).distinct()


@cache
def _by_kind() -> Mapping[type[Contribution], Mapping[str, Contribution]]:
    found: dict[type[Contribution], dict[str, Contribution]] = defaultdict(dict)
    for each in _all():
        found[type(each)][each.code] = each
    return found


@cache
def _all() -> tuple[Contribution, ...]:
    return tuple(
        item
        for config in reversed(list(apps.get_app_configs()))
        if find_spec(f"{config.name}.features")
        for value in vars(import_module(f"{config.name}.features")).values()
        for item in (value if isinstance(value, tuple) else (value,))
        if isinstance(item, Contribution)
    )


# What core itself adds.
PAGES = pages(
    {
        "core:job": _("A document is made"),
        "core:cancel_job": _("Stop making a document"),
        "core:retry_job": _("Make a document again"),
    }
)
SEEN = (Seen("content", _("Content")), Seen("list", _("A list")))
SETUP = (SetupTable("core.legalvalue"), SetupTable("core.texttemplate"), SetupTable("core.holiday"))
