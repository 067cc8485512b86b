"""Django admin for core's tables, and the journal that every admin page writes."""

import json
from collections.abc import Iterable
from typing import Any  # in signatures of Django admin

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from haderslev.core import clock
from haderslev.core.journalling import write_act
from haderslev.core.models import Holiday, LegalValue, Purpose, TextTemplate


class JournalledAdmin[Row: Model](admin.ModelAdmin[Row]):
    """A stock admin page whose changes are written to the journal of acts.

    The journal gets field names and ids, never values. ``journal_fields`` names columns whose
    raw values are ids or codes and belong in it too.
    """

    journal_fields: tuple[str, ...] = ()
    # No bulk changes: each row is an act of its own.
    actions = None
    # An object's page is reached through one's rights on it, not from here.
    view_on_site = False

    def log_addition(self, request: HttpRequest, obj: Row, message: object) -> LogEntry:
        """Journal an addition."""
        self.write_down(request, obj, "added")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Row, message: object) -> LogEntry:
        """Journal a change and the names of its fields."""
        self.write_down(request, obj, "changed", fields=_changed_fields(message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Row]) -> list[LogEntry]:
        """Journal a removal."""
        for obj in queryset:
            self.write_down(request, obj, "removed")
        return super().log_deletions(request, queryset)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        """Save inline rows; each is an act of its own."""
        super().save_formset(request, form, formset, change)
        for obj in formset.new_objects:
            self.write_down(request, obj, "added")
        for obj, fields in formset.changed_objects:
            self.write_down(request, obj, "changed", fields=list(fields))
        for obj in formset.deleted_objects:
            self.write_down(request, obj, "removed")

    def write_down(self, request: HttpRequest, obj: Model, what: str, **data: object) -> None:
        """Add the act to the journal, in the transaction of the page."""
        names: Iterable[str] = getattr(obj, "journal_columns", self.journal_fields)
        codes = {name: str(getattr(obj, name)) for name in names if hasattr(obj, name)}
        write_act(
            f"{obj._meta.label_lower}.{what}",
            obj._meta.label_lower,
            str(getattr(obj, "public_id", obj.pk)),
            by=request.user,
            data={**codes, **data},
        )


def _changed_fields(message: object) -> list[str]:
    """Return the field names in Django's own message, without their values."""
    parts = json.loads(message) if isinstance(message, str) and message[:1] == "[" else message
    if not isinstance(parts, list):
        return []
    return sorted({name for part in parts for name in part.get("changed", {}).get("fields", [])})


class LookOnlyAdmin[Row: Model](JournalledAdmin[Row]):
    """Reference data that is only read here; it changes with a new version of the system."""

    def has_add_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(LegalValue)
class LegalValueAdmin(JournalledAdmin[LegalValue]):
    """Legal numbers: one that is in force is ended and followed by another, never rewritten."""

    list_display = ("code", "name_da", "value", "unit", "is_legal", "valid_from", "valid_until")
    list_filter = ("is_legal",)
    search_fields = ("code", "name_da")
    journal_fields = ("code", "valid_from")

    def get_readonly_fields(
        self, _request: HttpRequest, obj: LegalValue | None = None
    ) -> list[str]:
        """Keep whatever has been in force: decisions rest on it."""
        if obj is None or obj.valid_from > clock.today():
            return []
        return [field.name for field in obj._meta.fields if field.name not in {"id", "valid_until"}]


@admin.register(TextTemplate)
class TextTemplateAdmin(LookOnlyAdmin[TextTemplate]):
    """Texts of letters."""

    list_display = ("code", "title", "valid_from", "valid_until")
    search_fields = ("code", "title")


@admin.register(Purpose)
class PurposeAdmin(LookOnlyAdmin[Purpose]):
    """Purposes of look-ups with their legal basis."""

    list_display = ("code", "name_da", "source", "valid_from")


@admin.register(Holiday)
class HolidayAdmin(JournalledAdmin[Holiday]):
    """Days when schools are closed; deadlines in school days skip them."""

    list_display = ("name", "first_on", "last_on")
    date_hierarchy = "first_on"
    journal_fields = ("first_on", "last_on")
    ordering = ("-first_on",)


admin.site.site_title = _("Set-up")
admin.site.index_title = _("Units, people and reference data")
