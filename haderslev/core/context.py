"""What every page needs: menu, names, demonstration bar."""

from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from haderslev.core import ports
from haderslev.core.features import MenuItem, contributed

if TYPE_CHECKING:
    from django.contrib.auth.models import _AnyUser


def page(request: HttpRequest) -> Mapping[str, object]:
    """Return menu and names for the templates."""
    # An error page may be rendered before authentication.
    user = getattr(request, "user", AnonymousUser())
    signed_in = user.is_authenticated
    return {
        "menu": _menu(request, user) if signed_in else [],
        "role_names": ports.rights().role_names(user) if signed_in else [],
        "demonstration": settings.DEMO,
        "municipality": settings.MUNICIPALITY_NAME,
        "system_name": settings.SYSTEM_NAME,
        "version": settings.VERSION,
    }


def _menu(request: HttpRequest, user: "_AnyUser") -> list[dict[str, object]]:
    """Return the entries for the pages that the person may use, with their addresses."""
    rights = ports.rights()
    root = reverse("home")
    items: list[dict[str, object]] = []
    for item in sorted(contributed(MenuItem).values(), key=attrgetter("order")):
        if item.needs and not any(rights.holds(user, perm) for perm in item.needs):
            continue
        url = reverse(item.code)
        current = request.path == url if url == root else request.path.startswith(url)
        items.append({"label": item.label, "url": url, "current": current})
    return items
