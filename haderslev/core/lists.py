"""Long lists: so many rows a page, on every page."""

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

A_PAGE = 50


def listed_page[Row: Model](request: HttpRequest, rows: QuerySet[Row]) -> Page[Row]:
    """Return the page of the rows that is asked for (``?side=2``), or the nearest there is."""
    return Paginator(rows, A_PAGE).get_page(request.GET.get("side"))
