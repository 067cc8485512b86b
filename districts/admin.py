"""Django admin for units, roles at them, classes and teams. No child is in it."""

from typing import Any  # in signatures of Django admin

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from districts.models import (
    CouncilMeeting,
    Institution,
    LearningCommunity,
    School,
    TeamCommunity,
    Unit,
    UnitRole,
)
from districts.permissions import Role
from districts.services.units import ROLES_AT, role_group, roles_fit
from haderslev.core.admin import JournalledAdmin


class SchoolInline(admin.StackedInline[School, Unit]):
    """Number and address of a school."""

    model = School
    extra = 1


class InstitutionInline(admin.StackedInline[Institution, Unit]):
    """What is particular to a special school or another offer."""

    model = Institution
    extra = 1


@admin.register(Unit)
class UnitAdmin(JournalledAdmin[Unit]):
    """Places where roles are held. A new unit gets the roles that belong to its kind."""

    list_display = ("name", "kind", "parent", "starts_on", "ends_on")
    list_filter = ("kind",)
    search_fields = ("name",)
    raw_id_fields = ("parent",)
    fields = ("kind", "name", "parent", "starts_on", "ends_on")
    ordering = ("kind", "name_key")
    journal_fields = ("kind", "starts_on", "ends_on")
    list_select_related = ("parent",)

    def get_readonly_fields(
        self, _request: HttpRequest, obj: Unit | None = None
    ) -> tuple[str, ...]:
        """Keep the kind: the unit's roles depend on it."""
        return () if obj is None else ("kind",)

    def get_inlines(
        self, _request: HttpRequest, obj: Unit | None
    ) -> list[type[InlineModelAdmin[Any, Any]]]:
        """Ask for a school's or an offer's particulars once the unit is made."""
        if obj is not None and obj.kind == Unit.Kind.SCHOOL:
            return [SchoolInline]
        if obj is not None and obj.kind == Unit.Kind.INSTITUTION:
            return [InstitutionInline]
        return []

    def save_model(self, request: HttpRequest, obj: Unit, form: object, change: object) -> None:
        """Save, and make the roles of a new unit."""
        super().save_model(request, obj, form, change)
        if not change:
            for role in ROLES_AT[Unit.Kind(obj.kind)]:
                role_group(obj, role)


@admin.register(School)
class SchoolAdmin(JournalledAdmin[School]):
    """Schools with number and address."""

    list_display = ("unit", "number", "address")
    search_fields = ("unit__name", "number")
    raw_id_fields = ("unit",)
    journal_fields = ("number",)


@admin.register(Institution)
class InstitutionAdmin(JournalledAdmin[Institution]):
    """Special schools and other offers."""

    list_display = ("unit", "provider", "target_group")
    list_filter = ("provider",)
    search_fields = ("unit__name",)
    raw_id_fields = ("unit",)
    journal_fields = ("provider",)


class UnitRoleForm(forms.ModelForm[UnitRole]):
    """A role at a unit where it belongs."""

    class Meta:
        model = UnitRole
        fields = ("unit", "role")

    def clean(self) -> dict[str, object]:
        """Refuse a role at a kind of unit where it gives nothing."""
        values = super().clean() or {}
        unit, role = values.get("unit"), values.get("role")
        if unit is not None and role and not roles_fit(unit, Role(role)):
            raise forms.ValidationError(_("This role is not held at this kind of unit."))
        return values


@admin.register(UnitRole)
class UnitRoleAdmin(JournalledAdmin[UnitRole]):
    """Roles at units. Making one makes its group with the rights of the role."""

    form = UnitRoleForm
    list_display = ("role_name", "unit", "holders")
    list_filter = ("role",)
    search_fields = ("unit__name",)
    raw_id_fields = ("unit",)
    journal_fields = ("unit_id", "role", "group_id")
    list_select_related = ("unit",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnitRole]:
        """Read the holders of the role, too."""
        return super().get_queryset(request).prefetch_related("group__memberships__user")

    @admin.display(description=_("role"), ordering="role")
    def role_name(self, obj: UnitRole) -> str:
        """Return the role in words."""
        return obj.get_role_display()

    @admin.display(description=_("held by"))
    def holders(self, obj: UnitRole) -> str:
        """Return the names of those with an unended membership."""
        rows = obj.group.memberships.all()
        return ", ".join(row.user.name for row in rows if row.ends_on is None) or "–"

    def save_model(self, request: HttpRequest, obj: UnitRole, form: object, change: object) -> None:  # noqa: ARG002 - Django's signature
        """Make the role with its group and rights; the form's own row is not saved."""
        group = role_group(obj.unit, Role(obj.role))
        made = UnitRole.objects.get(group=group)
        obj.pk, obj.group = made.pk, group


class TeamInline(admin.StackedInline[TeamCommunity, LearningCommunity]):
    """Teams around a class, for a time. A row is ended, not removed."""

    model = TeamCommunity
    extra = 1
    can_delete = False
    fields = ("team", "starts_on", "ends_on")
    raw_id_fields = ("team",)


@admin.register(LearningCommunity)
class LearningCommunityAdmin(JournalledAdmin[LearningCommunity]):
    """Classes with school, grade and teams; their pupils are not shown here."""

    list_display = ("name", "school", "grade")
    list_filter = ("grade",)
    search_fields = ("name", "school__name")
    raw_id_fields = ("school",)
    ordering = ("school__name_key", "grade", "name_key")
    inlines = (TeamInline,)
    journal_fields = ("school_id", "grade", "team_id", "community_id", "starts_on", "ends_on")
    list_select_related = ("school",)


@admin.register(TeamCommunity)
class TeamCommunityAdmin(JournalledAdmin[TeamCommunity]):
    """Which team works with which class."""

    list_display = fields = ("team", "community", "starts_on", "ends_on")
    search_fields = ("team__name", "community__name")
    raw_id_fields = ("team", "community")
    journal_fields = ("team_id", "community_id", "starts_on", "ends_on")


@admin.register(CouncilMeeting)
class CouncilMeetingAdmin(JournalledAdmin[CouncilMeeting]):
    """The calendar of the district councils; agendas are made on their own pages."""

    list_display = ("district", "held_on", "place")
    list_filter = ("district",)
    date_hierarchy = "held_on"
    raw_id_fields = ("district",)
    fields = ("district", "held_on", "place")
    journal_fields = ("held_on",)
