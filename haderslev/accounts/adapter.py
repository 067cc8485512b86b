"""Our answers to the sign-in library: who may sign up (nobody), which words, where to go."""

from typing import Any  # allauth has no types

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from haderslev.accounts.models import User

# One sentence for an unknown user, a wrong password and a closed account: it gives nothing away.
_WRONG = _("The user name or the password is wrong. Check both and try again.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """An administrator makes the accounts: nobody registers, and no mail is sent."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _WRONG,
        "email_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "username_password_mismatch": _WRONG,
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("This is not your present password."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait five minutes, or call the administrator of the system."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody registers."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Find the person; a closed account gets the same answer as a wrong password."""
        user: User | None = super().authenticate(request, **credentials)
        return user if user is not None and user.is_active else None

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:  # noqa: ARG002 - allauth's signature
        """Answer for a closed account in the words for a wrong password."""
        messages.error(request, str(_WRONG))
        return HttpResponse(status=303, headers={"Location": reverse("accounts:sign_in")})

    def send_mail(self, template_prefix: str, email: str, context: object) -> None:
        """Send nothing: no mailer is set up, and no account is verified by mail."""
