"""Small middlewares: health, headers, sign-in, the person's language, memory of the request."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.cache import patch_vary_headers

from haderslev.core import request_cache
from haderslev.core.forms import MECHANICS
from haderslev.core.models import LegalValue

type Handler = Callable[[HttpRequest], HttpResponseBase]

_FEATURES = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


class Middleware:
    """One link of the chain, holding the rest of it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response


class HealthMiddleware(Middleware):
    """Answer the two health addresses before anything else, whatever the host name."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """``live`` never touches the database; ``klar`` asks it one question."""
        if request.path == "/sundhed/live/":
            text, status = "alive", 200
        elif request.path == "/sundhed/klar/":
            try:
                ready = LegalValue.objects.exists()
            except DatabaseError:
                ready = False
            text, status = ("ready", 200) if ready else ("not ready", 503)
        else:
            return self.get_response(request)
        headers = {"Cache-Control": "no-store"}
        return HttpResponse(text, content_type="text/plain", status=status, headers=headers)


class HeadersMiddleware(Middleware):
    """Set headers for which Django has no setting; personal pages are never stored."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _FEATURES)
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ("HX-Request",))
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Redirect to sign-in, but do not lose text that was sent after the session had ended."""

    def handle_no_permission(  # type: ignore[override]  # a page, where Django only redirects
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Give a form's texts back to be copied (401); without any, redirect to sign-in."""
        texts = [
            value
            for name, values in request.POST.lists()
            if name not in MECHANICS
            for value in values
            if " " in value.strip()
        ]
        if not texts:
            return super().handle_no_permission(request, view_func)
        sign_in = redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL)).url
        context = {"texts": texts, "sign_in_url": sign_in}
        return render(request, "errors/signed_out.html", context, status=401)


class UserLanguageMiddleware(Middleware):
    """Use the language that the person has chosen; before sign-in the cookie's, else Danish."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Activate it for this request."""
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = getattr(request.user, "language", "") or cookie
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            return self.get_response(request)


class RequestCacheMiddleware(Middleware):
    """Run each request with its own short-lived cache."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Open the cache, answer, and forget it."""
        with request_cache.running():
            return self.get_response(request)
