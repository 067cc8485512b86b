"""A person's home: what waits for them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from districts.models import Todo
from haderslev.core import clock
from haderslev.core.access import AccessRequest, signed_in

MOST = 50


@require_GET
@signed_in
def home(request: AccessRequest) -> HttpResponse:
    """Show what waits for the person's roles today; a child is named by initials only."""
    rows = Todo.objects.open().for_user(request.user).select_related("pupil", "community", "unit")
    todos = list(rows[: MOST + 1])
    request.reads.listed(todo.pupil for todo in todos if todo.pupil)
    request.reads.fields = "list"
    context = {"todos": todos[:MOST], "more": len(todos) > MOST, "today": clock.today()}
    return render(request, "districts/home.html", context)
