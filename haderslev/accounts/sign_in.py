"""Signing in and out on our own addresses: the library's views, our forms, words and look."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar  # allauth has no types

from allauth.account import views as allauth_views
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from haderslev.core import demonstration

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class PlainForm:
    """A form of the library without what it writes inside the fields; our labels stand above."""

    labels: ClassVar[dict[str, "_StrPromise"]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field.widget, forms.PasswordInput):
                field.help_text = ""
            if name in self.labels:
                field.label = self.labels[name]


class SignInForm(PlainForm, LoginForm):  # type: ignore[misc]  # allauth has no types
    """User name or e-mail, and password."""

    labels = {"login": _("User name or e-mail"), "password": _("Password")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs.update(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )


class ConfirmPasswordForm(PlainForm, ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The password once more, before something sensitive."""

    labels = {"password": _("Password")}


class NewPasswordForm(PlainForm, ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """The present password, and the new one twice."""

    labels = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _(
            "At least 12 characters, and not your name. Three words in a row are easy to remember."
        )


class AnswersByPost:
    """Errors are answered with 422 and a redirect after a POST with 303, as everywhere here."""

    def form_invalid(self, form: forms.Form) -> HttpResponseBase:
        """Show the form again with its errors."""
        response: HttpResponseBase = super().form_invalid(form)  # type: ignore[misc]  # a FormView's
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
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
        shown = {"accounts": demonstration.accounts(), "demo_password": demonstration.PASSWORD}
        return {**super().get_context_data(**kwargs), **shown}


class SignOut(AnswersByPost, allauth_views.LogoutView):  # type: ignore[misc]  # allauth has no types
    """Sign out, by POST alone, and leave nothing in the browser of a shared computer."""

    http_method_names = ["post"]

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        """End the session and ask the browser to forget."""
        response: HttpResponse = super().post(*args, **kwargs)
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
    success_url = reverse_lazy("accounts:me")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Refuse in a demonstration, and for a person who signs in without a password of ours."""
        user, reason = request.user, ""
        if settings.DEMO:
            reason = str(_("The accounts of the demonstration keep their password."))
        elif user.is_authenticated and not user.has_usable_password():
            reason = str(_("You do not sign in with a password of this system."))
        if reason:
            return render(request, "403.html", {"message": reason}, status=HTTPStatus.FORBIDDEN)
        return super().dispatch(request, *args, **kwargs)
