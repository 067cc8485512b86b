"""Health: is the process alive, is it ready to serve."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

type Handler = Callable[[HttpRequest], HttpResponseBase]

LIVE = "/sundhed/live/"
READY = "/sundhed/klar/"


class HealthMiddleware:
    """Answer the two health addresses before anything else, whatever the host name."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """``live`` never touches the database; ``klar`` asks it one question."""
        if request.path == LIVE:
            return _plain("alive", 200)
        if request.path == READY:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1 FROM core_legalvalue LIMIT 1")
                    ready = cursor.fetchone() is not None
            except DatabaseError:
                ready = False
            return _plain("ready" if ready else "not ready", 200 if ready else 503)
        return self.get_response(request)


def _plain(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain", status=status)
    response["Cache-Control"] = "no-store"
    return response
