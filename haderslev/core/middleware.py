"""Small middlewares: headers, language of the person, memory of the request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from haderslev.core import request_cache

type Handler = Callable[[HttpRequest], HttpResponseBase]

_FEATURES = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


class HeadersMiddleware:
    """Headers that Django has no setting for; personal pages are never stored."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _FEATURES)
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ("HX-Request",))
        return response


class UserLanguageMiddleware:
    """Speak the language that the person has chosen; before sign-in the cookie's, else Danish."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Activate it for this request."""
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = getattr(request.user, "language", "") or cookie
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            return self.get_response(request)


class RequestCacheMiddleware:
    """Open and close the memory of one request."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Begin, answer, end."""
        request_cache.begin()
        try:
            return self.get_response(request)
        finally:
            request_cache.end()
