"""Django admin for outcomes and requirements, to read. No case is in it."""

from django.contrib import admin

from cases.models import OutcomeType, RequirementText
from haderslev.core.admin import LookOnlyAdmin


@admin.register(OutcomeType)
class OutcomeTypeAdmin(LookOnlyAdmin[OutcomeType]):
    """Outcomes of decisions: who decides, what they need, where to complain."""

    list_display = ("name_da", "competence", "needs_period", "needs_revisitation", "valid_from")
    list_filter = ("competence",)


@admin.register(RequirementText)
class RequirementTextAdmin(LookOnlyAdmin[RequirementText]):
    """Requirements of each step in words."""

    list_display = ("code", "gate", "kind", "name_da", "source")
    list_filter = ("gate", "kind")
    search_fields = ("code", "name_da")
