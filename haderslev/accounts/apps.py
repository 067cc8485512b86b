"""Users, sign-in, dated memberships."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People who use the system. What they may do follows from their memberships."""

    name = "haderslev.accounts"
    label = "accounts"
    verbose_name = _("People and roles")
