"""Observations of a learning community, of the pedagogical practice, of pupils."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.kinds import Concerned
from districts.models import LearningCommunity, Pupil
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.dates import short_date
from haderslev.core.policy import Asking, Both, Own, Policy, Through, ThroughMany, any_of, seen_by
from haderslev.core.subject import Subject
from plans.hints import READABLE, without_names
from plans.models.about import StandingQuerySet, WithdrawableModel

_ABOUT = any_of(
    Through("community", LearningCommunity),
    ThroughMany("plans.ObservationPupil", "observation", "pupil", Pupil),
)


class Observation(WithdrawableModel):
    """What somebody saw and heard; what it may mean stands apart."""

    class Kind(models.TextChoices):
        """Where it comes from (H-OBS-3)."""

        WATCHING = "watching", _("Observation in everyday life")
        FOCUSED = "focused", _("Focused observation")
        CLASS_LOG = "class_log", _("Class log")
        INTERVIEW = "interview", _("Pupil interview")
        TALK = "talk", _("Talk with the pupil")
        WELLBEING = "wellbeing", _("National well-being survey")
        TOPI = "topi", _("TOPI")
        BRAIN_HEART = "brain_heart", _("Hjernen & Hjertet")
        CLASS_WELLBEING = "class_wellbeing", _("Klassetrivsel")
        TEST = "test", _("Test")
        ABSENCE = "absence", _("Absence")
        AULA = "aula", _("Aula message")
        OTHER = "other", _("Something else")

    class About(models.TextChoices):
        """What is observed (H-OBS-1, H-OBS-5)."""

        COMMUNITY = "community", _("The learning community")
        PRACTICE = "practice", _("The pedagogical practice")
        PUPIL = "pupil", _("One or several pupils")

    class Place(models.TextChoices):
        """Where it was."""

        LESSON = "lesson", _("Lesson")
        BREAK = "break", _("Break")
        TRANSITION = "transition", _("Transition")
        SFO = "sfo", _("After-school care")
        TRIP = "trip", _("Trip")
        OTHER = "other", _("Elsewhere")

    page = "plans:observation"
    public_id = PublicIdField()
    kind = models.CharField(_("Kind"), max_length=20, choices=Kind.choices, default=Kind.WATCHING)
    about = models.CharField(
        _("What is it about?"), max_length=10, choices=About.choices, default=About.COMMUNITY
    )
    community = models.ForeignKey(
        LearningCommunity, models.PROTECT, null=True, related_name="observations"
    )
    pupils: models.ManyToManyField[Pupil, ObservationPupil] = models.ManyToManyField(
        Pupil, through="ObservationPupil", related_name="observations"
    )
    seen = models.TextField(_("What did you see and hear?"), help_text=without_names(READABLE))
    child_words = models.TextField(_("The child's own words"), blank=True)
    interpretation = models.TextField(
        _("My interpretation"), blank=True, help_text=_("Kept apart from what you saw and heard.")
    )
    place = models.CharField(
        _("Where was it?"), max_length=12, choices=Place.choices, default=Place.LESSON
    )
    observed_at = models.DateTimeField(_("When was it?"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    author_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=1)

    objects = StandingQuerySet.as_manager()
    # Who wrote one may read it again while its child is still open to them.
    policy = Policy(
        any_of(
            _ABOUT, Asking({"view_observation": "add_observation"}, Both(Own("author"), _ABOUT))
        ),
        seen=seen_by("view_observation"),
    )

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ("-observed_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(about="pupil", community=None)
                | Q(about__in=["community", "practice"], community__isnull=False),
                name="observation_about",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
                name="observation_withdrawn_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {short_date(self.observed_at)}"

    @property
    def concerns(self) -> Concerned:
        """The community; its pupils have each an entry of their own."""
        return {"community": self.community}

    def journal_subject(self) -> Subject:
        """About its pupils or its community. One query if the pupils are not prefetched."""
        pupils = [pupil.pk for pupil in self.pupils.all()]
        return Subject.of(pupil=pupils, community=self.community_id)


class ObservationPupil(models.Model):
    """An observation is about this pupil; the other pupils' names are never shown beside it."""

    observation = models.ForeignKey(Observation, models.CASCADE, related_name="pupil_rows")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="observation_rows")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["observation", "pupil"], name="observation_pupil_once")
        ]


class ObservationVersion(models.Model):
    """An earlier text of a corrected observation, kept visible."""

    observation = models.ForeignKey(Observation, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    seen = models.TextField()
    child_words = models.TextField(blank=True)
    interpretation = models.TextField(blank=True)
    replaced_at = models.DateTimeField(default=clock.now)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(
                fields=["observation", "number"], name="observation_version_once"
            )
        ]
