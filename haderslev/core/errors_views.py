"""Answers when something goes wrong outside a view."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from haderslev.core import access


def csrf_failure(request: HttpRequest, **_kwargs: object) -> HttpResponse:
    """Explain a form that is too old or came from elsewhere."""
    message = gettext(
        "The page was open too long or came from another place. Go back, reload and send."
    )
    return render(request, "403.html", {"message": message}, status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the person sees it but may not do this."""
    # Rules are raised with their codename, services with a sentence; only sentences are shown.
    text = str(exception or "")
    message = text if " " in text else ""
    return access.refusal(render(request, "403.html", {"message": message}, status=403))


def not_found(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django hands it over by this name
) -> HttpResponse:
    """Say that it does not exist, or that the person has no access: the same words."""
    return access.not_found(request)
