"""Typed references in the database, and the pages to which they lead.

The lower floors hold references to rows whose models they do not know, and a model says with
``page`` where such a row is read. No address needs a query: it is made from the name of the page
and the public id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Func, TextField, Value
from django.urls import get_resolver, reverse

from haderslev.core.identity import Referable, Reference

if TYPE_CHECKING:
    _CharField = models.CharField[Any, Any]
else:
    _CharField = models.CharField

# The name of a page; or its names by the label of the model with whose row it is opened.
type PageName = str | Mapping[str, str]


def page_url(page: PageName, row: Reference | Referable) -> str:
    """Return the address of a page that is opened with a row."""
    reference = row if isinstance(row, Reference) else Reference.to(row)
    name = page if isinstance(page, str) else page[reference.model]
    return reverse(name, args=[reference.key])


def url_of(row: Reference | Referable) -> str:
    """Return the address where a row is read; empty for a model that is gone or has no page."""
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
    """Tell whether there is a page of this name, whatever its address takes."""
    resolver = get_resolver()
    *spaces, last = name.split(":")
    for space in spaces:
        if space not in resolver.namespace_dict:
            return False
        _prefix, resolver = resolver.namespace_dict[space]
    return bool(resolver.reverse_dict.getlist(last))


def missing_pages(page: PageName) -> Iterator[str]:
    """Return the names that are of no page."""
    names = [page] if isinstance(page, str) else page.values()
    return (name for name in names if not page_exists(name))


class ReferenceField(_CharField):
    """A column with one reference, or without one where it is nullable. It takes rows, too."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 60, **kwargs})

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> Any:
        """Return the reference that stands in the database."""
        return self.to_python(value)

    def to_python(self, value: Any) -> Any:
        """Return a row, a text or a reference as a reference."""
        if value is None or isinstance(value, Reference):
            return value
        return Reference.read(value) if isinstance(value, str) else Reference.to(value)

    def get_prep_value(self, value: Any) -> Any:
        """Return the text for the database."""
        value = self.to_python(value)
        return None if value is None else str(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001 - Django's
        """Keep it on the object too, so that it is read as it will be read again."""
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def unresolved(self, alias: str) -> Iterable[str]:
        """Return the references in the database whose model is not there; one for each model."""
        rows = self.model._default_manager.using(alias).exclude(**{self.name: None}).order_by()
        model = Func(
            self.name, Value(":"), Value(1), function="split_part", output_field=TextField()
        )
        for label in rows.values_list(model, flat=True).distinct():
            if not is_model(label):
                yield label

    def deconstruct(self) -> Any:
        """Be a plain column of text to the migrations, which need not know the code."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
