"""The journal: who did what, who saw what and why."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The lowest layer: it imports no other app."""

    name = "haderslev.journal"
    label = "journal"
    verbose_name = "Journal"
