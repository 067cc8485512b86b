"""What the pages of the cycle share."""

from collections.abc import Callable

from django.contrib import messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from districts.models import Pupil
from districts.sections import Row
from haderslev.accounts.models import User
from haderslev.core.access import AccessRequest
from haderslev.core.errors import Words
from haderslev.core.lists import listed_page
from haderslev.core.policy import may_see
from haderslev.core.references import url_of
from plans.selectors import advisers, lists
from plans.selectors.lists import Target

# Rows of a list on one page


def identity(target: Target, user: User) -> dict[str, object]:
    """Return whom the page is about, with a link when the person can open it."""
    return named(target, visible=may_see(user, target))


def named(target: Target, *, visible: bool) -> dict[str, object]:
    """Return whom the page is about, when it is known whether the person can open it."""
    class_ = lists.class_of(target)
    facts = [class_.school.name] if class_ else []
    if isinstance(target, Pupil) and class_:
        facts.insert(0, class_.name)
    name = target.full_name if isinstance(target, Pupil) else target.name
    return {"name": name, "url": url_of(target) if visible else "", "facts": facts}


def mention_names(request: HttpRequest, target: Target) -> None:
    """Say which words of the saved text are also first names of other pupils in the class."""
    class_ = lists.class_of(target)
    if class_ is None:
        return
    mechanics = ("csrfmiddlewaretoken", "form_key")
    written = "\n".join(str(text) for name, text in request.POST.items() if name not in mechanics)
    own = target.first_name if isinstance(target, Pupil) else ""
    found = [name for name in advisers.first_names_in(written, class_) if name != own]
    if found:
        message = gettext(
            "These words are also first names of pupils in the class: %(names)s."
            ' Is another child meant, then write "a classmate".'
        )
        messages.warning(request, message % {"names": ", ".join(found)})


def seen_by(target: Target) -> str:
    """Return the permission that opens the page of the pupil or the class."""
    return "view_pupil" if isinstance(target, Pupil) else "view_community"


def records[Record: models.Model](
    request: AccessRequest,
    target: Target,
    rows: QuerySet[Record],
    as_row: Callable[[Record], Row],
    *,
    title: Words,
    empty: Words,
) -> HttpResponse:
    """Show all records of one kind of a child or a class; its own page has the newest."""
    page = listed_page(request, rows)
    context = {
        "title": title,
        "page": page,
        "rows": [as_row(row) for row in page],
        "empty": empty,
        "identity": identity(target, request.user),
        "back": url_of(target),
    }
    return render(request, "plans/records.html", context)
