"""Django admin for staff and their roles. An administrator gives roles to others, never to herself.

Admin has no sign-in page of its own: its door is ours, with its throttle.
"""

from typing import Any  # as Django's own forms take it

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from haderslev.accounts.models import Membership, User
from haderslev.core import demonstration
from haderslev.core.admin import JournalledAdmin

_FOUR_EYES = _("Nobody gives a role to themself. Another administrator can do it.")


def _own_password(_request: HttpRequest, _extra_context: object = None) -> HttpResponse:
    """Redirect to our own page, where attempts are throttled."""
    return redirect("accounts:password_change")


# The stock pages would accept passwords past the throttle of our sign-in page.
setattr(admin.site, "login", secure_admin_login(admin.site.login))  # noqa: B010 - a method of a lazy object
setattr(admin.site, "password_change", _own_password)  # noqa: B010 - the same


class RoleField(forms.ModelChoiceField[Group]):
    """Role groups by role and unit, such as "Skoleleder · Åskolen"."""

    def label_from_instance(self, obj: Group) -> str:
        """Return role and unit."""
        return str(obj.unit_role)


class MembershipForm(forms.ModelForm[Membership]):
    """A role for a time."""

    group = RoleField(
        label=_("role at unit"),
        queryset=Group.objects.filter(unit_role__isnull=False)
        .select_related("unit_role__unit")
        .order_by("unit_role__unit__kind", "unit_role__unit__name_key", "unit_role__role"),
        help_text=_("A role that is missing here is made under roles at units."),
    )

    class Meta:
        model = Membership
        fields = ("user", "group", "starts_on", "ends_on")

    by: User | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            # Who and what stay as they are; the page shows them in words.
            del self.fields["group"]

    def clean(self) -> dict[str, object]:
        """Refuse a role for oneself, in words beside the form."""
        values = super().clean() or {}
        user = values.get("user") or getattr(self.instance, "user", None)
        if self.by is not None and user is not None and user.pk == self.by.pk:
            raise forms.ValidationError(_FOUR_EYES, code="four-eyes")
        return values


@admin.register(Membership)
class MembershipAdmin(JournalledAdmin[Membership]):
    """Who holds which role at which unit, from when to when. It is ended, never removed."""

    form = MembershipForm
    list_display = ("user", "role", "starts_on", "ends_on", "counts_today")
    list_filter = ("group__unit_role__role",)
    search_fields = ("user__name", "user__username", "group__unit_role__unit__name")
    raw_id_fields = ("user",)
    ordering = ("user__name_key", "starts_on")
    journal_fields = ("user_id", "group_id", "starts_on", "ends_on")
    list_select_related = ("user", "group__unit_role__unit")

    @admin.display(description=_("role at unit"), ordering="group__unit_role__role")
    def role(self, obj: Membership) -> str:
        """Return role and unit."""
        return str(getattr(obj.group, "unit_role", obj.group))

    @admin.display(description=_("counts today"), boolean=True)
    def counts_today(self, obj: Membership) -> bool:
        """Tell whether the role is held today."""
        return obj.counts_today

    def get_fields(self, _request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        """Show role and unit in words once the row is made."""
        return ("user", "group" if obj is None else "role", "starts_on", "ends_on")

    def get_readonly_fields(
        self, _request: HttpRequest, obj: Membership | None = None
    ) -> tuple[str, ...]:
        """Keep who, what and since when: what was done by that right stays explained."""
        return () if obj is None else ("user", "role", "starts_on")

    def get_form(
        self,
        request: HttpRequest,
        obj: Membership | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: object,
    ) -> type[forms.ModelForm[Membership]]:
        """Tell the form who is asking."""
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})


class NewUserForm(forms.ModelForm[User]):
    """A new person, without a password: nobody can sign in with it yet."""

    class Meta:
        model = User
        fields = ("username", "name", "title", "email", "language")

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        """Save without a usable password."""
        self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class UserAdmin(JournalledAdmin[User], StockUserAdmin[User]):
    """Staff. Rights come from memberships; there are no superusers and no undated groups."""

    add_form = NewUserForm
    fieldsets = (
        (None, {"fields": ("username", "name", "title", "email", "is_active")}),
        (_("How the pages look"), {"fields": ("language", "theme")}),
        (
            _("Password"),
            {
                "fields": ("password",),
                "description": _(
                    "A new person has no password. Set one here, tell it in person, and let the"
                    " person change it under My page."
                ),
            },
        ),
        (_("Roles"), {"fields": ("roles", "give_role")}),
    )
    add_fieldsets = ((None, {"fields": NewUserForm.Meta.fields}),)
    list_display = ("name", "username", "title", "is_active", "roles")
    list_filter = ("is_active", "memberships__group__unit_role__role")
    search_fields = ("name", "username", "email")
    ordering = ("name_key",)
    filter_horizontal = ()
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Read roles and units along."""
        rows = super().get_queryset(request)
        return rows.prefetch_related("memberships__group__unit_role__unit")

    @admin.display(description=_("roles"))
    def roles(self, obj: User) -> str:
        """Return today's roles and units, in words."""
        rows = [str(row.group.unit_role) for row in obj.memberships.all() if row.counts_today]
        return ", ".join(rows) or "–"

    @admin.display(description="")
    def give_role(self, obj: User) -> str:
        """Return a link to the page where a role is given."""
        url = f"{reverse('admin:accounts_membership_add')}?user={obj.pk}"
        return format_html('<a href="{}">{}</a>', url, _("Give a role"))

    def get_readonly_fields(
        self, _request: HttpRequest, obj: User | None = None
    ) -> tuple[str, ...]:
        """Keep the shared accounts of a demonstration as they are."""
        if obj is not None and _is_shared(obj):
            return ("roles", "give_role", "username", "email", "is_active")
        return ("roles", "give_role")

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Set somebody's password, but not that of a shared account of a demonstration."""
        user = self.get_object(request, id)
        if user is not None and _is_shared(user):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)


def _is_shared(user: User) -> bool:
    return user.username in {account.code for account in demonstration.accounts()}
