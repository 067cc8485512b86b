"""Users, sign-in, dated memberships."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who use the system. What they may do follows from their memberships."""

    name = "haderslev.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Register the system check."""
        from haderslev.accounts import checks  # noqa: F401, PLC0415 - registers itself
