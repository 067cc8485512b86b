"""The case: number, level, whom it is about, to whom it is open; and what its records share."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.kinds import Concerned
from districts.models import CustodyHolder
from districts.models.about import ONE_TARGET, AboutModel, PartModel
from districts.models.grants import OpeningBase
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.policy import Opened, PermittedQuerySet, Policy, Through, any_of, seen_by
from haderslev.core.states import StateField, StatefulModel
from haderslev.core.subject import Subject
from plans.models import Plan
from plans.models.about import ABOUT


class CaseQuerySet(PermittedQuerySet["Case"]):
    """Cases by rights and by level."""

    def open(self) -> Self:
        """Return those that are not closed."""
        return self.exclude(level=Case.Level.CLOSED)


class Case(AboutModel, StatefulModel):
    """A community's or a pupil's case. It carries no school: that follows from the enrolment."""

    class Level(models.TextChoices):
        """Where the effort is. The level is the effort's, never the child's."""

        PREVENTIVE = "preventive", _("Preventive")
        ANTICIPATORY = "anticipatory", _("Anticipatory")
        INTERVENING = "intervening", _("Intervening")
        CLOSED = "closed", _("Closed")

    class EntryGround(models.TextChoices):
        """Why a case begins higher, or without the usual beginning."""

        MOVED_IN = "moved_in", _("Moved in with an offer or a plan")
        FROM_DAYCARE = "from_daycare", _("Handed over from day care")
        URGENT = "urgent", _("Sudden and serious need")
        TAKEN_OVER = "taken_over", _("Taken over from an earlier system")
        PARENTS_REQUEST = "parents_request", _("The parents' request")

    page = "cases:case"
    public_id = PublicIdField()
    number = models.CharField(max_length=16, unique=True)
    level = StateField(
        Level.choices,
        max_length=12,
        default=Level.PREVENTIVE,
        moves=(
            ("preventive", "anticipatory", "An approved proposal."),
            ("anticipatory", "preventive", "An approved proposal down."),
            # It names the level after it, and may come while the case is lower.
            ("preventive anticipatory", "intervening", "A delivered decision."),
            ("intervening", "anticipatory", "A delivered decision: home again, or ceased."),
            (
                "preventive anticipatory intervening",
                "closed",
                "The leader closes it.",
            ),
        ),
    )
    # Where it began: above preventive only by an entry ground, and then for good.
    entry_level = models.CharField(
        max_length=12, choices=Level.choices, default=Level.PREVENTIVE, editable=False
    )
    reason = models.TextField(_("why the case is opened"))
    entry_ground = models.CharField(
        _("ground"), max_length=16, choices=EntryGround.choices, blank=True
    )
    entry_document = models.CharField(_("document"), max_length=300, blank=True)
    entered_by_name = models.CharField(_("the leader's name"), max_length=120, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_on = models.DateField(default=clock.today)
    opened_at = models.DateTimeField(default=clock.now)
    level_since = models.DateField(default=clock.today)
    closed_on = models.DateField(null=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    plans: models.ManyToManyField[Plan, CasePlan] = models.ManyToManyField(
        Plan, through="CasePlan", related_name="cases"
    )

    objects = CaseQuerySet.as_manager()
    # PKU knows a case by what its step asks for.
    policy = Policy(
        any_of(ABOUT, Opened("cases.CaseGroupPermission")),
        seen=seen_by("view_requirements"),
    )
    races = ("one_open_case_per_pupil", "one_open_case_per_community")

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ("-number",)
        constraints = [
            models.CheckConstraint(condition=ONE_TARGET, name="case_one_target"),
            models.CheckConstraint(
                condition=~Q(level="intervening") | Q(community=None),
                name="community_case_never_intervening",
            ),
            models.UniqueConstraint(
                fields=["pupil"],
                name="one_open_case_per_pupil",
                condition=~Q(level="closed"),
            ),
            models.UniqueConstraint(
                fields=["community"],
                name="one_open_case_per_community",
                condition=~Q(level="closed"),
            ),
            models.CheckConstraint(
                condition=~Q(level="closed") | (Q(closed_on__isnull=False) & ~Q(conclusion="")),
                name="closed_with_conclusion",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="level_birth",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NEW.level = 'closed' THEN "
                    "RAISE EXCEPTION 'a case is not born closed'; END IF; "
                    "IF NEW.level <> 'preventive' AND (NEW.entry_ground = '' OR "
                    "NEW.entry_document = '' OR NEW.entered_by_name = '') THEN "
                    "RAISE EXCEPTION 'a higher start needs ground, document and leader'; END IF; "
                    "RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Tell whether it is not closed."""
        return str(self.level) != self.Level.CLOSED

    @property
    def concerns(self) -> Concerned:
        """Return whom it concerns, for timeline and to-dos."""
        return {"pupil": self.pupil, "community": self.community, "case_number": self.number}

    def journal_subject(self) -> Subject:
        """About the pupil or the community, under its number."""
        return Subject.of(pupil=self.pupil_id, community=self.community_id, case=self.number)


OF_CASE = Through("case", Case)


class CaseRecord(PartModel):
    """A record of a case. The model declares ``case`` itself, for its own related name."""

    whole = "case"
    policy = Policy(OF_CASE, seen=seen_by("view_case"))

    class Meta:
        abstract = True


class CaseNumberSeries(models.Model):
    """The last number of a year; its row is locked while a number is taken."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last:04d}"


class CaseInformed(models.Model):
    """A parent was told that the case is opened, or why not (G1)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="informed")
    custody_holder = models.ForeignKey(CustodyHolder, models.PROTECT, related_name="+")
    informed_on = models.DateField(_("told on"), null=True, blank=True)
    informed_how = models.CharField(_("told how"), max_length=200, blank=True)
    not_informed_reason = models.TextField(_("why not"), blank=True)
    races = ("informed_once",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "custody_holder"], name="informed_once"),
            models.CheckConstraint(
                condition=(Q(informed_on__isnull=False) & ~Q(informed_how=""))
                | ~Q(not_informed_reason=""),
                name="informed_or_reason",
            ),
        ]


class CasePlan(models.Model):
    """A plan belongs to a case; it stays linked whatever happens to the class."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="case_plans")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="case_plans")
    linked_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "plan"], name="case_plan_once")]


class CaseOpening(OpeningBase):
    """A case is open to a group from outside, for a cause, until a date."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="openings")

    class Meta(OpeningBase.Meta):
        ordering = ("-opened_at",)
