"""Typed references in the database, and the pages to which they lead.

The lower floors hold references to rows whose models they do not know, and a model says with
``page`` where such a row is read. No address needs a query: it is made from the name of the page
and the public id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.apps import apps
from django.db import models
from django.db.models import Func, TextField, Value
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, path, reverse

from haderslev.core.columns import MeaningField
from haderslev.core.identity import Referable, Reference

# The name of a page; or its names by the label of the model with whose row it is opened.
type PageName = str | Mapping[str, str]


def page(address: str, view: Callable[..., HttpResponse], name: str = "") -> URLPattern:
    """Return the page at an address, called after its view if it has no other name."""
    return path(address, view, name=name or view.__name__)


def page_url(page: PageName, row: Reference | Referable) -> str:
    """Return the address of a page that is opened with a row."""
    reference = row if isinstance(row, Reference) else Reference.to(row)
    name = page if isinstance(page, str) else page[reference.model]
    return reverse(name, args=[reference.key])


def url_of(row: Reference | Referable) -> str:
    """Return the address where a row is read; empty if its model is gone or has no page."""
    reference = row if isinstance(row, Reference) else Reference.to(row)
    page = page_of(apps.get_model(reference.model)) if is_model(reference.model) else ""
    return page_url(page, reference) if page else ""


def page_of(model: type[models.Model]) -> str:
    """Return the name of the page where rows of a model are read, if it says one."""
    page = getattr(model, "page", "")
    return page if isinstance(page, str) else ""


def is_model(label: str) -> bool:
    """Tell whether there is a model of this label."""
    try:
        apps.get_model(label)
    except (LookupError, ValueError):
        return False
    return True


def page_exists(name: str) -> bool:
    """Tell whether there is a page of this name, whatever arguments it takes."""
    resolver = get_resolver()
    *spaces, last = name.split(":")
    for space in spaces:
        if space not in resolver.namespace_dict:
            return False
        _prefix, resolver = resolver.namespace_dict[space]
    return bool(resolver.reverse_dict.getlist(last))


class ReferenceField(MeaningField):
    """A column with a reference, which may be set to a row."""

    def to_python(self, value: Reference | Referable | str | None) -> Reference | None:
        """Return a row, a text or a reference as a reference."""
        if value is None or isinstance(value, Reference):
            return value
        return Reference.read(value) if isinstance(value, str) else Reference.to(value)

    def unresolved(self, alias: str) -> Iterable[str]:
        """Return the labels in stored references that are of no model."""
        rows = self.model._default_manager.using(alias).exclude(**{self.name: None}).order_by()
        model = Func(
            self.name, Value(":"), Value(1), function="split_part", output_field=TextField()
        )
        labels = rows.values_list(model, flat=True).distinct()
        return (label for label in labels if not is_model(label))
