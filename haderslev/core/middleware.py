"""Small middlewares: headers, sign-in, language of the person, memory of the request."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.cache import patch_vary_headers

from haderslev.core import request_cache

type Handler = Callable[[HttpRequest], HttpResponseBase]

_MECHANICS = frozenset({"csrfmiddlewaretoken", "form_key", "revision"})
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


class SignInMiddleware(LoginRequiredMiddleware):
    """Lead to sign-in; a text that was sent after the session had ended is not lost."""

    def handle_no_permission(  # type: ignore[override]  # a page, where Django only redirects
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Give the texts of a form back to be copied, 401; without texts go to sign-in."""
        texts = [
            value
            for name, values in request.POST.lists()
            if name not in _MECHANICS
            for value in values
            if " " in value.strip()
        ]
        if not texts:
            return super().handle_no_permission(request, view_func)
        sign_in = redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL)).url
        context = {"texts": texts, "sign_in_url": sign_in}
        return render(request, "errors/signed_out.html", context, status=401)


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
        """Answer within it."""
        with request_cache.running():
            return self.get_response(request)
