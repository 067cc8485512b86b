"""Users and their dated memberships of role groups."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from haderslev.core import clock
from haderslev.core.columns import DanishKey
from haderslev.core.models import PeriodRow
from haderslev.core.rows import PeriodQuerySet


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who works with the children: staff only, never a parent or a pupil."""

    LANGUAGES = (("da", _("Danish")), ("en", _("English")))
    THEMES = (("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark")))

    username = models.CharField(_("user name"), max_length=60, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    name = models.CharField(_("name"), max_length=120)
    name_key = DanishKey(source="name")
    title = models.CharField(_("job title"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="da")
    theme = models.CharField(_("colours"), max_length=5, choices=THEMES, default="auto")
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("made"), default=clock.now, editable=False)

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("name_key",)
        constraints = [
            # Rights come from memberships alone: a superuser would pass every rule.
            models.CheckConstraint(condition=Q(is_superuser=False), name="no_superusers"),
            models.UniqueConstraint(
                Lower("email"),
                name="email_once",
                condition=~Q(email=""),
                violation_error_message="",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Tell whether the person may open Django admin: who holds any model permission."""
        return self.is_active and bool(self.get_all_permissions())

    def get_full_name(self) -> str:
        """Return the name."""
        return self.name


class Membership(PeriodRow):
    """A person holds a role at a unit for a time: the only link from user to group."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    group = models.ForeignKey(
        Group, models.PROTECT, related_name="memberships", verbose_name=_("role at unit")
    )

    objects = PeriodQuerySet.as_manager()

    class Meta(PeriodRow.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("group__name", "starts_on")

    def __str__(self) -> str:
        return f"{self.user}: {self.group}"

    @property
    def counts_today(self) -> bool:
        """Tell whether the role is held today."""
        today = clock.today()
        return self.starts_on <= today and (self.ends_on is None or self.ends_on >= today)
