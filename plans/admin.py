"""Django admin for the catalogue of interventions. No plan is in it."""

from django.contrib import admin

from haderslev.core.admin import JournalledAdmin
from plans.models import Intervention


@admin.register(Intervention)
class InterventionAdmin(JournalledAdmin[Intervention]):
    """The catalogue: inspiration, which the municipality may add to (H-CAT-1 … H-CAT-15)."""

    list_display = ("name_da", "level", "group_da", "actors", "valid_from", "valid_until")
    list_filter = ("level",)
    search_fields = ("name_da", "group_da", "code")
    journal_fields = ("code", "valid_from")
