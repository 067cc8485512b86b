"""A person's own page: language, colours, password."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from haderslev.accounts.models import User
from haderslev.core.access import AccessRequest, form_page, post_only, public, signed_in
from haderslev.core.forms import BaseModelForm
from haderslev.core.pages import ActPage, act_page, see_other
from haderslev.core.rows import change


class MeForm(BaseModelForm[User]):
    """How a person wants to see the pages."""

    class Meta:
        model = User
        fields = ("language", "theme")
        widgets = dict.fromkeys(fields, forms.RadioSelect)
        help_texts = {"theme": _("Dark is easier on the eyes in a dim room.")}


def _save(*, by: User, **choices: str) -> None:
    change(by, **choices)


def _remember_language(response: HttpResponse, language: str) -> HttpResponse:
    """Let the browser remember the language for the sign-in page."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@form_page
@signed_in
def me(request: AccessRequest) -> HttpResponse:
    """Show and change one's own choices."""
    return _remember_language(_choices(request), request.user.language)


@act_page
def _choices(request: AccessRequest) -> ActPage:
    user = request.user
    return ActPage(
        title=_("My page"),
        submit=_("Save"),
        back=reverse("home"),
        done=_("Saved."),
        template="accounts/me.html",
        context={"may_change_password": user.has_usable_password() and not settings.DEMO},
        forms=[MeForm(request.POST or None, instance=user)],
        act=_save,
        then=reverse("accounts:me"),
    )


@post_only
@public
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language from the sign-in page, and on the person who is signed in."""
    asked = request.POST.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    user = request.user
    if user.is_authenticated:
        change(user, language=language)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    return _remember_language(see_other(target), language)
