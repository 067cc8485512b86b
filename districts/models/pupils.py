"""Pupils, where they go to class, and who has custody."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from districts.kinds import Concerned
from districts.models.communities import LearningCommunity, TeamCommunity, units_of
from districts.scope import scope_of
from haderslev.accounts.models import User
from haderslev.core import clock, cpr, crypto
from haderslev.core.columns import DanishKey, PublicIdField
from haderslev.core.models import PeriodRow
from haderslev.core.policy import (
    AtUnits,
    Both,
    Opened,
    Own,
    PermittedQuerySet,
    Policy,
    Through,
    When,
    any_of,
    at,
    only,
    seen_by,
)
from haderslev.core.subject import Subject

# Whoever recorded a move today may correct it from the school that the child left. That school no
# longer sees the child, so for the rest of the day the row itself is found by the right held
# there.
_RECORDED_TODAY = Both(
    Own("recorded_by"),
    When(lambda: Q(recorded_at__date=clock.today()), at("came_from__school")),
)


class EnrolmentQuerySet(PermittedQuerySet["Enrolment"]):
    """Enrolments by rights and by time."""

    def active(self, on: date | None = None) -> Self:
        """Return those that count on a day, today if none is given."""
        day = on or clock.today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def recorded_today_by(self, user: User) -> Self:
        """Return what the person wrote today about children of classes whose data are theirs."""
        return self.filter(_RECORDED_TODAY.rows(scope_of(user), "edit_pupil"))


def _around(units: frozenset[int]) -> Q:
    """Return the pupils whose class of today is of these schools or teams."""
    by_team = TeamCommunity.objects.active().filter(team__in=units).values("community")
    near = Q(community__school__in=units) | Q(community__in=by_team)
    return Q(pk__in=Enrolment.objects.active().filter(near).values("pupil"))


def units_around(pupil: Pupil) -> frozenset[int]:
    """Return the school and the teams of today's class."""
    return units_of(pupil.community) if pupil.community else frozenset()


class Pupil(models.Model):
    """A child. The CPR number is stored encrypted; pages show a mask."""

    page = "districts:pupil"
    public_id = PublicIdField()
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    first_name_key = DanishKey(source="first_name")
    last_name_key = DanishKey(source="last_name")
    cpr_cipher = models.BinaryField(editable=False)
    cpr_index = models.CharField(max_length=64, unique=True, editable=False)
    born_on = models.DateField(_("born"))
    home_municipality = models.CharField(
        _("home municipality"),
        max_length=80,
        help_text=_("It decides who pays, also when the child goes to school here."),
    )
    language = models.CharField(_("language at home"), max_length=60, blank=True)
    needs_interpreter = models.BooleanField(_("interpreter needed"), default=False)
    revision = models.PositiveIntegerField(default=1)

    objects = PermittedQuerySet.as_manager()
    policy = Policy(
        any_of(AtUnits(_around, units_around), Opened("districts.PupilGroupPermission")),
        seen=seen_by("view_pupil"),
    )

    class Meta:
        verbose_name = _("pupil")
        verbose_name_plural = _("pupils")
        ordering = ("first_name_key", "last_name_key")

    def __str__(self) -> str:
        return self.full_name

    @property
    def concerns(self) -> Concerned:
        """The child."""
        return {"pupil": self}

    @property
    def full_name(self) -> str:
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def cpr_masked(self) -> str:
        """Return what pages, PDFs and letters show."""
        return cpr.MASK

    def set_cpr(self, text: str) -> None:
        """Encrypt a number (else ``DomainError``) and take the birthday from it."""
        digits = cpr.normalise(text)
        self.cpr_cipher = crypto.encrypt(digits, context="pupil.cpr")
        self.cpr_index = crypto.blind_index(digits)
        born = cpr.born_on(digits)
        assert born is not None  # noqa: S101 - normalise has looked
        self.born_on = born

    def reveal_cpr(self) -> str:
        """Return the number in the clear; only services.pupils.reveal_cpr calls this."""
        return cpr.formatted(crypto.decrypt(bytes(self.cpr_cipher), context="pupil.cpr"))

    @cached_property
    def enrolment(self) -> Enrolment | None:
        """Return today's enrolment. One query for each object."""
        rows = self.enrolments.active().select_related("community__school")
        return rows.first()

    @property
    def community(self) -> LearningCommunity | None:
        """Return today's class."""
        return self.enrolment.community if self.enrolment else None

    def journal_subject(self) -> Subject:
        """About this child."""
        return Subject.of(pupil=self.pk)


class Enrolment(PeriodRow):
    """A pupil belongs to a class for a time; never to two at once."""

    public_id = PublicIdField()
    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="enrolments")
    community = models.ForeignKey(LearningCommunity, models.PROTECT, related_name="enrolments")
    came_from = models.ForeignKey(LearningCommunity, models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    objects = EnrolmentQuerySet.as_manager()
    policy = Policy(
        any_of(Through("pupil", Pupil), only("edit_pupil", source=_RECORDED_TODAY)),
        seen=seen_by("view_pupil", "edit_pupil"),
        along=("pupil", "community__school", "came_from__school"),
    )
    races = ("enrolment_no_overlap",)

    class Meta(PeriodRow.Meta):
        ordering = ("-starts_on",)
        constraints = [
            *PeriodRow.Meta.constraints,
            ExclusionConstraint(
                name="enrolment_no_overlap",
                expressions=[
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("pupil", RangeOperators.EQUAL),
                ],
            ),
        ]

    def may_be_withdrawn(self, by: User) -> bool:
        """Tell whether it has not yet counted for a whole day, or ``by`` recorded it today."""
        today = clock.today()
        is_own = self.recorded_by_id is not None and self.recorded_by_id == by.pk
        return self.starts_on >= today or (
            is_own and timezone.localtime(self.recorded_at).date() == today
        )

    def journal_subject(self) -> Subject:
        """About the child."""
        return Subject.of(pupil=self.pupil_id)


class CustodyHolderQuerySet(models.QuerySet["CustodyHolder"]):
    """Custody holders by time."""

    def current(self, on: date | None = None) -> Self:
        """Return those who have custody on a day, today if none is given."""
        day = on or clock.today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), has_custody=True)


class CustodyHolder(models.Model):
    """A parent or another adult of the child; with custody they are party to the case."""

    class Relation(models.TextChoices):
        """What the adult is to the child."""

        MOTHER = "mother", _("Mother")
        FATHER = "father", _("Father")
        CO_PARENT = "co_parent", _("Co-parent")
        FOSTER = "foster", _("Foster parent")
        GUARDIAN = "guardian", _("Guardian")
        # Without a choice beforehand, an untouched form counts as empty.
        __empty__ = _("Choose")

    public_id = PublicIdField()
    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="custody_holders")
    name = models.CharField(_("name"), max_length=120)
    relation = models.CharField(_("relation"), max_length=12, choices=Relation.choices)
    has_custody = models.BooleanField(
        _("has custody"),
        default=True,
        help_text=_("Who has custody is a party: is heard and gets the letters."),
    )
    address = models.CharField(_("address"), max_length=200)
    address_protected = models.BooleanField(
        _("protected address"),
        default=False,
        help_text=_("It then never stands in a letter to anyone else, in a list or in material."),
    )
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    needs_interpreter = models.BooleanField(_("interpreter needed"), default=False)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = CustodyHolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("parent")
        verbose_name_plural = _("parents")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.name} ({self.get_relation_display()})"

    def journal_subject(self) -> Subject:
        """About the child."""
        return Subject.of(pupil=self.pupil_id)
