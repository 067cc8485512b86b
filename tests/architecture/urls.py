"""Every address of the system, found by walking the resolver, with an object for each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from haderslev.core.access import access_rule


@dataclass(frozen=True)
class Address:
    """One URL pattern of our own."""

    name: str
    route: str
    rule: str | None
    kwargs: tuple[str, ...]

    @property
    def model(self) -> str:
        """Return the label of the model that the rule is about, empty if none."""
        label = (self.rule or "").partition(":")[0]
        return label if "." in label else ""


def walk(patterns: Any, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield route, name and pattern of every URL; an unknown kind of pattern fails."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield route, f"{space}{pattern.name}", pattern
        else:
            raise TypeError(pattern)


def addresses() -> list[Address]:
    """Return every address but Django admin's, which has its own rule."""
    found = []
    for route, name, pattern in walk(get_resolver().url_patterns):
        if route.startswith("admin/"):
            continue
        kwargs = tuple(pattern.pattern.converters)
        found.append(Address(name, route, access_rule(pattern.callback), kwargs))
    return found


def url_of(address: Address, more: dict[str, Any]) -> str:
    """Return the address with a real object of the model of its rule.

    ``more`` has the other parts of addresses, and by model label what is not the newest row.
    """
    values: dict[str, Any] = {}
    for key in address.kwargs:
        if key == "public_id":
            chosen = more.get(address.model) or newest(address.model)
            values[key] = chosen.public_id
        else:
            values[key] = more[key]
    return reverse(address.name, kwargs=values)


def newest(label: str) -> Any:
    """Return the newest row of a model."""
    row = apps.get_model(label)._default_manager.order_by("pk").last()
    assert row is not None, f"the story makes no {label}"
    return row
