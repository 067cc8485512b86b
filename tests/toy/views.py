"""Pages of toys."""

from django.http import HttpResponse
from django.shortcuts import render

from districts.models import Pupil
from districts.services import timeline, todos
from haderslev.core.access import AccessRequest, on_object, with_permission
from tests.toy import features


@with_permission("lend_toy")
def toys(request: AccessRequest) -> HttpResponse:
    """Show the toys."""
    return render(request, "base.html")


@on_object(Pupil, "lend_toy")
def toy(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Lend a toy to a child."""
    todos.done(features.LEND, about=pupil, by=request.user)
    timeline.note(features.LENT, pupil, by=request.user)
    return render(request, "base.html")
