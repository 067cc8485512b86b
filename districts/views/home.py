"""A person's home: their to-dos."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from districts import selectors
from districts.models import Pupil, Todo
from districts.scope import scope_of
from haderslev.core import clock
from haderslev.core.access import AccessRequest, signed_in
from haderslev.core.lists import listed_page
from haderslev.core.templatetags.core_tags import danish_date


@signed_in
def home(request: AccessRequest) -> HttpResponse:
    """Show the to-dos of the person's roles today; children only by their initials."""
    waiting = selectors.todos_for(request.user)
    page = listed_page(request, waiting)
    request.reads.listed(todo.pupil for todo in page if todo.pupil)
    request.reads.note(case=[todo.case_number for todo in page])
    request.reads.fields = "list"
    configures = bool(scope_of(request.user).units("manage_people"))
    mine = list(selectors.classes_of_teams(request.user))
    context = {
        "page": page,
        "todos": [_line(todo) for todo in page],
        "overdue": waiting.filter(due_on__lt=clock.today()).order_by().count(),
        "classes": selectors.first_acts_of(mine, request.user),
        "shortcuts": selectors.shortcuts(request.user),
        "setup": selectors.setup_check() if configures else {},
    }
    return render(request, "districts/home.html", context)


def _line(todo: Todo) -> dict[str, object]:
    """Return one line: what, about whom (a child by initials), until when."""
    parts: list[str] = []
    if todo.pupil is not None:
        classes = [row.community.name for row in todo.pupil.enrolments_today]  # type: ignore[attr-defined]  # prefetched
        parts.append(", ".join([initials(todo.pupil), *classes]))
    elif todo.community is not None or todo.unit is not None:
        parts.append(str(todo.community or todo.unit))
    if todo.case_number:
        parts.append(_("Case %(number)s") % {"number": todo.case_number})
    if todo.due_on is not None:
        parts.append(_("no later than %(day)s") % {"day": danish_date(todo.due_on)})
    return {
        "title": todo.label,
        "url": todo.url,
        "meta": " · ".join(parts),
        "tag": _("Overdue") if todo.is_overdue else "",
        "kind": "danger",
    }


def initials(pupil: Pupil) -> str:
    """Return the initials of a child: "A.P."."""
    return "".join(f"{part[0]}." for part in (pupil.first_name, pupil.last_name) if part)
