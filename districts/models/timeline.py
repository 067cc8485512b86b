"""The timeline of a child, a community and a case: what happened, where it stands; no text."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from districts.models.communities import LearningCommunity
from districts.models.pupils import Pupil
from haderslev.core import clock
from haderslev.core.policy import (
    Needs,
    PermittedQuerySet,
    Policy,
    Through,
    When,
    any_of,
    only,
    seen_by,
)
from haderslev.core.words import WordsField


class TimelineKind(models.TextChoices):
    """What happened, as the reader sees it."""

    PUPIL_ADDED = "pupil_added", _("Pupil added")
    CLASS_CHANGED = "class_changed", _("Moved to another class")
    CLASS_CHANGE_UNDONE = "class_change_undone", _("Move to another class undone")
    PUPIL_CORRECTED = "pupil_corrected", _("Master data corrected")
    PARENTS_CHANGED = "parents_changed", _("Data about the parents changed")
    OBSERVATION = "observation", _("Observation")
    PLAN_APPROVED = "plan_approved", _("Plan put into use")
    PLAN_EVALUATED = "plan_evaluated", _("Plan evaluated")
    GUIDANCE_ASKED = "guidance_asked", _("Guidance asked for")
    GUIDANCE_ANSWERED = "guidance_answered", _("Guidance answered")
    GUIDANCE_WITHDRAWN = "guidance_withdrawn", _("Request for guidance withdrawn")
    MEETING = "meeting", _("Meeting held")
    ACCESS_OPENED = "access_opened", _("Access opened")
    ACCESS_PROLONGED = "access_prolonged", _("Access prolonged")
    ACCESS_CLOSED = "access_closed", _("Access closed")
    CASE_OPENED = "case_opened", _("Case opened")
    PARENTS_INFORMED = "parents_informed", _("Parents informed")
    LEVEL_PROPOSED = "level_proposed", _("Next level proposed")
    LEVEL_APPROVED = "level_approved", _("Next level approved")
    LEVEL_SENT_BACK = "level_sent_back", _("Proposal sent back")
    LEVEL_WITHDRAWN = "level_withdrawn", _("Proposal withdrawn")
    LEVEL_CHANGED = "level_changed", _("Level changed")
    REQUIREMENT_EXCEPTED = "requirement_excepted", _("Requirement set aside with a reason")
    CASE_CLOSED = "case_closed", _("Case closed")
    PPV_PARENT_REQUEST = "ppv_parent_request", _("A parent asked for PPV")
    PPV_REQUESTED = "ppv_requested", _("PPV asked for")
    PPV_RECEIVED = "ppv_received", _("PPV request received")
    PPV_GIVEN_BACK = "ppv_given_back", _("PPV request given back to the advisory team")
    PPV_WITHDRAWN = "ppv_withdrawn", _("A parent withdrew the request for PPV")
    PPV_REFUSED = "ppv_refused", _("A parent's request for PPV refused")
    PPV_SENT = "ppv_sent", _("PPV sent")
    HEARING_SENT = "hearing_sent", _("Hearing sent")
    HEARING_ANSWERED = "hearing_answered", _("Hearing answered")
    HEARING_CLOSED = "hearing_closed", _("Hearing closed")
    SUPPORT_DECIDED = "support_decided", _("The leader's decision")
    COUNCIL_ASKED = "council_asked", _("Put on the council's agenda")
    COUNCIL_ADVISED = "council_advised", _("Sparring from the council")
    COUNCIL_WITHDRAWN = "council_withdrawn", _("Taken off the council's agenda")
    REFERRAL_SUBMITTED = "referral_submitted", _("Referred to PKU")
    REFERRAL_RETURNED = "referral_returned", _("Referral returned")
    REFERRAL_ACCEPTED = "referral_accepted", _("Referral ready for the meeting")
    REFERRAL_ADJOURNED = "referral_adjourned", _("Referral adjourned")
    REFERRAL_WITHDRAWN = "referral_withdrawn", _("Referral withdrawn")
    ADDENDUM = "addendum", _("Later paper added")
    PKU_DECIDED = "pku_decided", _("Decision of PKU")
    LETTER = "letter", _("Letter made")
    LETTER_SENT = "letter_sent", _("Letter sent")
    LETTER_DROPPED = "letter_dropped", _("Letter not to be sent")
    DECISION_DELIVERED = "decision_delivered", _("Decision delivered")
    OFFER_STARTED = "offer_started", _("Special offer")
    OFFER_STATUS = "offer_status", _("Status for the revisitation")
    REVISITED = "revisited", _("Revisitation")


def _needed() -> list[str]:
    """Return the permissions that entries take."""
    rows = TimelineEntry.objects.order_by().values_list("needed_permission", flat=True)
    return list(rows.distinct())


_ABOUT = any_of(
    Through("pupil", Pupil), When(Q(pupil=None), Through("community", LearningCommunity))
)
_WRITTEN = Needs("needed_permission", among=_needed, source=_ABOUT)


class TimelineEntry(models.Model):
    """One thing that happened; its text stays with its owner."""

    pupil = models.ForeignKey("districts.Pupil", models.CASCADE, null=True, related_name="timeline")
    community = models.ForeignKey(
        "districts.LearningCommunity", models.CASCADE, null=True, related_name="timeline"
    )
    case_number = models.CharField(max_length=16, blank=True, db_index=True)
    kind = models.CharField(max_length=30, choices=TimelineKind.choices)
    detail = WordsField(max_length=120, blank=True)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by_name = models.CharField(max_length=120)
    needed_permission = models.CharField(max_length=40)
    url_name = models.CharField(max_length=60, blank=True)
    url_key = models.CharField(max_length=20, blank=True)

    objects = PermittedQuerySet.as_manager()
    policy = Policy(only("view_timeline", source=_WRITTEN), seen=seen_by("view_timeline"))

    class Meta:
        ordering = ("-happened_on", "-recorded_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(pupil__isnull=False) | Q(community__isnull=False),
                name="timeline_about_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.kind}"

    @property
    def url(self) -> str:
        """Return the page of its owner, if it has one."""
        return reverse(self.url_name, args=[self.url_key]) if self.url_name else ""
