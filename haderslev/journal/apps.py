"""The journal: who did what, who saw what and why."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Lowest room of the house: it knows no other."""

    name = "haderslev.journal"
    label = "journal"
    verbose_name = "Journal"
