"""Signing in and out on our own addresses: the library's views, our forms, words and look."""

from http import HTTPStatus
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from haderslev.accounts.models import User
from haderslev.core import demonstration
from haderslev.core.errors import Words


def _plain(form: forms.Form) -> None:
    """Take away what the library writes inside the fields; our labels stand above them."""
    form.label_suffix = ""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        if isinstance(field.widget, forms.PasswordInput):
            field.help_text = ""


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """User name or e-mail, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        login = self.fields["login"]
        login.label = _("User name or e-mail")
        login.widget.attrs.update(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        self.fields["password"].label = _("Password")


class ConfirmPasswordForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The password once more, before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["password"].label = _("Password")


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """The present password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _(
            "At least 12 characters, and not your name. Three words in a row are easy to remember."
        )
        self.fields["password2"].label = _("New password again")


class AnswersByPost:
    """Errors are answered with 422 and a redirect after a POST with 303, as everywhere here."""

    def form_invalid(self, form: forms.Form) -> HttpResponseBase:
        """Show the form again with its errors."""
        response: HttpResponseBase = super().form_invalid(form)  # type: ignore[misc]  # a FormView's
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, and let the browser read the next page with GET."""
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a View's
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            response.status_code = HTTPStatus.SEE_OTHER
        return response


class SignIn(AnswersByPost, allauth_views.LoginView):  # type: ignore[misc]  # allauth has no types
    """Sign in; a demonstration shows who can be tried."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the accounts of the demonstration."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "accounts": demonstration.accounts(),
            "demo_password": demonstration.PASSWORD,
        }


class SignOut(AnswersByPost, allauth_views.LogoutView):  # type: ignore[misc]  # allauth has no types
    """Sign out, by POST alone, and leave nothing in the browser of a shared computer."""

    http_method_names = ["post"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """End the session and ask the browser to forget."""
        response: HttpResponseBase = super().post(*args, **kwargs)
        if self.request.is_secure():
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class Reauthenticate(AnswersByPost, allauth_views.ReauthenticateView):  # type: ignore[misc]  # allauth has no types
    """Give the password again before something sensitive."""

    form_class = ConfirmPasswordForm
    template_name = "accounts/reauthenticate.html"


class ChangePassword(AnswersByPost, allauth_views.PasswordChangeView):  # type: ignore[misc]  # allauth has no types
    """Change one's own password; the shared accounts of a demonstration keep theirs."""

    form_class = NewPasswordForm
    template_name = "accounts/password_change.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse in a demonstration, and for a person who signs in without a password of ours."""
        reason = _why_not(request.user)
        if reason:
            return render(request, "403.html", {"message": reason}, status=HTTPStatus.FORBIDDEN)
        return super().dispatch(request, *args, **kwargs)


def _why_not(user: User | AnonymousUser) -> Words:
    """Tell why a person cannot change the password here; empty when it can be changed."""
    if settings.DEMO:
        return _("The accounts of the demonstration keep their password.")
    if user.is_authenticated and not user.has_usable_password():
        return _("You do not sign in with a password of this system.")
    return ""
