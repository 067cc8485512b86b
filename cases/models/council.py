"""The district council's sparring on a case without names. There is no field for a decision."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models.case import OF_CASE, Case, CaseRecord
from districts.models import CouncilMeeting
from haderslev.accounts.models import User
from haderslev.core import clock, legal
from haderslev.core.columns import PublicIdField
from haderslev.core.policy import Except, PermittedQuerySet, Policy, When, any_of, only, seen_by
from haderslev.core.states import StateField, StatefulModel
from plans.models import Plan, PlanVersion

COUNCIL_PERMISSIONS = frozenset({"view_council_sheet", "advise_case"})


def access_days(held_on: date | None = None) -> int:
    """Return how many days after a meeting its sheets stay open to the council."""
    return legal.days("council_access_after_days", held_on)


def _published() -> Q:
    """Return the condition for what a council may read now: not withdrawn, not too old.

    A case may stand on a second agenda while it is still open to the council for the first: a
    later agenda opens the case again, not the sheets of earlier meetings. Meetings of many days
    are measured by the rule of today.
    """
    oldest = clock.days_from_now(-access_days())
    return Q(meeting__published_at__isnull=False, meeting__held_on__gte=oldest) & ~Q(
        state=CouncilItem.State.WITHDRAWN
    )


class CouncilItem(CaseRecord, StatefulModel):
    """A case on a council's agenda."""

    class State(models.TextChoices):
        """Where it is."""

        ON_AGENDA = "on_agenda", _("On the agenda")
        ADVISED = "advised", _("Sparring given")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    page = "cases:council_item"
    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="council_items")
    meeting = models.ForeignKey(CouncilMeeting, models.PROTECT, related_name="items")
    state = StateField(
        State.choices,
        max_length=10,
        births="on_agenda",
        moves=(
            ("on_agenda", "advised", "The council has given its sparring."),
            ("on_agenda", "withdrawn", "The school takes it back."),
        ),
    )
    # False when the parents said no: then the sheet tells nothing particular of the child.
    with_particulars = models.BooleanField(default=True)
    grade = models.PositiveSmallIntegerField()
    situation = models.TextField(_("the situation, without names"))
    tried = models.TextField(_("what has been tried, without names"))
    question = models.TextField(_("the question to the council"))
    sparring = models.TextField(_("the council's sparring"), blank=True)
    present = models.CharField(_("those present"), max_length=400, blank=True)
    put_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    put_at = models.DateTimeField(default=clock.now)
    advised_on = models.DateField(null=True)
    advised_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PermittedQuerySet.as_manager()
    # The school sees its own items, the council those of a published agenda.
    policy = Policy(
        any_of(
            only(*COUNCIL_PERMISSIONS, source=When(_published, OF_CASE)),
            Except(COUNCIL_PERMISSIONS, OF_CASE),
        ),
        seen=seen_by("view_case", "view_council_sheet"),
    )
    races = ("one_open_item",)

    class Meta:
        verbose_name = _("council item")
        ordering = ("meeting__held_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="one_open_item", condition=Q(state="on_agenda")
            ),
            models.CheckConstraint(
                condition=~Q(state="advised") | (Q(advised_on__isnull=False) & ~Q(sparring="")),
                name="advised_with_sparring",
            ),
        ]

    @property
    def heading(self) -> str:
        """Return whom the sheet is about, as the council reads it: never a name."""
        if self.case.pupil_id is None:
            return gettext("A class in grade %(grade)s") % {"grade": self.grade}
        if not self.with_particulars:
            return gettext("A child")
        return gettext("A child in grade %(grade)s") % {"grade": self.grade}


class CouncilIdea(models.Model):
    """An idea of the council, and what the school does with it."""

    class Answer(models.TextChoices):
        """Tried, or not possible for a reason."""

        OPEN = "open", _("Not answered yet")
        TRY = "try", _("Is tried")
        NOT_POSSIBLE = "not_possible", _("Not possible, because …")

    public_id = PublicIdField()
    item = models.ForeignKey(CouncilItem, models.CASCADE, related_name="ideas")
    idea = models.TextField(_("idea"))
    answer = models.CharField(
        _("what the school does"), max_length=14, choices=Answer.choices, default=Answer.OPEN
    )
    because = models.TextField(_("Not possible, because"), blank=True)
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="+")
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, null=True, related_name="+")
    who = models.CharField(_("Who does it"), max_length=120, blank=True)
    starts_on = models.DateField(_("From"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(answer="not_possible") | ~Q(because=""), name="idea_because"
            ),
            models.CheckConstraint(
                condition=~Q(answer="try")
                | (Q(plan_version__isnull=False, starts_on__isnull=False) & ~Q(who="")),
                name="idea_tried_how",
            ),
        ]
