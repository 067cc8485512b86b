"""Meetings: the team's and the network's, with what each parent answered per topic."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder
from districts.models.about import ONE_TARGET, AboutModel
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.dates import short_date
from haderslev.core.features import CodeField
from haderslev.core.policy import Policy, seen_by
from plans.hints import OTHER_PARENT
from plans.kinds import Topic, topics
from plans.models.about import ABOUT, StandingQuerySet, WithdrawableModel


class Meeting(AboutModel, WithdrawableModel):
    """A meeting that was held."""

    class Kind(models.TextChoices):
        """What kind of meeting."""

        TEAM = "team", _("Team meeting")
        NETWORK = "network", _("Network meeting")

    page = "plans:meeting"
    public_id = PublicIdField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    held_on = models.DateField(_("Held on"), default=clock.today)
    place = models.CharField(_("Place"), max_length=120, blank=True)
    parents_words = models.TextField(_("The parents' words"), blank=True, help_text=OTHER_PARENT)
    child_words = models.TextField(_("The child's words"), blank=True)
    discussion = models.TextField(_("What was discussed"), blank=True)
    agreements = models.TextField(_("Agreements: what, who, when"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=1)

    objects = StandingQuerySet.as_manager()
    policy = Policy(ABOUT, seen=seen_by("view_meeting"))

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("-held_on", "-pk")
        constraints = [
            models.CheckConstraint(condition=ONE_TARGET, name="meeting_one_target"),
            models.CheckConstraint(
                condition=Q(kind="team") | Q(pupil__isnull=False), name="network_meeting_of_pupil"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
                name="meeting_withdrawn_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {short_date(self.held_on)}"


class MeetingParticipant(models.Model):
    """Somebody who was there, with role."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="participants")
    name = models.CharField(_("Name"), max_length=120)
    role = models.CharField(_("Role"), max_length=120)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"


class MeetingAnswer(models.Model):
    """What one parent answered to one topic. Asked is what counts, not the answer."""

    class Answer(models.TextChoices):
        """What was answered."""

        AGREES = "agrees", _("Agrees")
        DISAGREES = "disagrees", _("Disagrees")
        SILENT = "silent", _("No answer after two attempts")
        __empty__ = _("Not asked")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="answers")
    custody_holder = models.ForeignKey(CustodyHolder, models.PROTECT, related_name="answers")
    topic = CodeField(Topic, verbose_name=_("topic"), max_length=10)
    answer = models.CharField(_("Answer"), max_length=10, choices=Answer.choices)
    first_attempt_on = models.DateField(
        _("First attempt"), null=True, blank=True, help_text=_("Only without an answer.")
    )
    second_attempt_on = models.DateField(_("Second attempt"), null=True, blank=True)
    remark = models.TextField(_("Remark"), blank=True, help_text=OTHER_PARENT)

    class Meta:
        ordering = ("topic", "custody_holder")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "custody_holder", "topic"], name="meeting_answer_once"
            ),
            models.CheckConstraint(
                condition=~Q(answer="silent")
                | Q(first_attempt_on__isnull=False, second_attempt_on__gt=F("first_attempt_on")),
                name="silence_after_two_attempts",
            ),
        ]

    @property
    def topic_in_words(self) -> str:
        """Return what was asked."""
        return str(topics()[self.topic].label)
