"""Mechanics without domain words."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from haderslev.core.database_rights import grant_rights


class CoreConfig(AppConfig):
    """Access, clock, state machine, outbox, documents."""

    name = "haderslev.core"
    label = "core"
    verbose_name = _("Reference data")

    def ready(self) -> None:
        """Grant the application's role its rights after each migration."""
        # Each app's ``checks.py`` registers itself.
        autodiscover_modules("checks")
        post_migrate.connect(grant_rights, sender=self)
