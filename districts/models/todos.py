"""What waits for somebody. The user's word is "opgave"; Celery's tasks are something else."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from districts.models.communities import LearningCommunity, TeamCommunity
from districts.models.openings import Opening
from districts.models.pupils import Enrolment
from districts.models.units import Unit
from districts.permissions import Role
from districts.scope import scope_of
from haderslev.core import clock


class TodoKind(models.TextChoices):
    """What is to be done, as the person reads it."""

    FINISH_PLAN = "finish_plan", _("Finish the plan and put it into use")
    EVALUATE_PLAN = "evaluate_plan", _("Evaluate the plan")
    ASK_GUIDANCE = "ask_guidance", _("Ask for guidance, as the evaluation says")
    GO_ON = "go_on", _("Go on to the next level, as the evaluation says")
    MAKE_PLAN = "make_plan", _("Make the plan for level 2")
    ANSWER_GUIDANCE = "answer_guidance", _("Answer a request for guidance")
    READ_GUIDANCE = "read_guidance", _("Read the answer to your request for guidance")
    TELL_PARENTS = "tell_parents", _("Tell the parents of the case")
    DECIDE_LEVEL = "decide_level", _("Decide on the next level")
    ANSWER_QUESTION = "answer_question", _("Answer the school leader's question")
    SET_ASIDE = "set_aside", _("Decide whether a requirement is set aside")
    COMPLETE_EXCEPTION = "complete_exception", _("Write the reason for the urgent exception")
    PLACE_REQUEST = "place_request", _("Place a parent's request for PPV")
    FORWARD_PPV = "forward_ppv", _("Forward a parent's request for PPV")
    SIGN_PPV = "sign_ppv", _("Sign the PPV request")
    TAKE_PPV = "take_ppv", _("Receive a PPV request")
    WRITE_PPV = "write_ppv", _("Write and send the PPV")
    HOLD_HEARING = "hold_hearing", _("Hear the parties about the PPV")
    CLOSE_HEARING = "close_hearing", _("Follow up on the hearing")
    MAKE_DECISION = "make_decision", _("Make the school leader's decision")
    DELIVER_DECISION = "deliver_decision", _("Deliver the decision to each parent")
    PREPARE_COUNCIL = "prepare_council", _("Put the case on the district council's agenda")
    NEXT_AGENDA = "next_agenda", _("Read the next agenda of the district council")
    ADVISE_CASE = "advise_case", _("Record the council's sparring")
    READ_SPARRING = "read_sparring", _("Read the council's sparring")
    TRY_IDEA = "try_idea", _("Try the council's idea: make a new version of the plan")
    WRITE_REFERRAL = "write_referral", _("Write the referral to PKU")
    SUBMIT_REFERRAL = "submit_referral", _("Approve and send the referral to PKU")
    CHECK_REFERRAL = "check_referral", _("Quality-check a referral")
    MEND_REFERRAL = "mend_referral", _("Mend the returned referral")
    READ_REFERRAL = "read_referral", _("Read a referral for the next meeting")
    PREPARE_DECISION = "prepare_decision", _("Prepare PKU's decision")
    SIGN_DECISION = "sign_decision", _("Sign PKU's decision")
    SEND_LETTER = "send_letter", _("Send a letter")
    AFTER_DECISION = "after_decision", _("Plan the next steps after PKU's decision")
    GIVE_STATUS = "give_status", _("Give a status for the revisitation")
    REVISIT = "revisit", _("Make a new decision before the offer's end date")
    CHECK_SETUP = "check_setup", _("Go through the set-up check")
    SPOT_CHECK = "spot_check", _("Look through the latest look-ups")


class TodoQuerySet(models.QuerySet["Todo"]):
    """What waits, by whom it waits for today."""

    def open(self) -> Self:
        """Return what is not done."""
        return self.filter(done_at=None)

    def for_user(self, user: Any) -> Self:
        """Return what waits for this person: resolved by today's roles and enrolments."""
        scope = scope_of(user)
        if not scope.roles:
            return self.none()
        mine = Q(user=scope.user_id)
        if not scope.may_hold_personally:
            mine &= ~Q(kind=TodoKind.WRITE_PPV)
        for held in scope.roles:
            mine |= Q(role=held.role) & (
                Q(unit=held.unit_id) | _about_unit(held.unit_id, held.unit_kind)
            )
        return self.filter(mine).filter(_not_shut(scope.groups))


def _not_shut(group_ids: frozenset[int]) -> Q:
    """Return what does not name a child or a class that has been shut to the person again.

    Guidance is asked with an access that has an end; the line goes with the access, on its date
    or before, without anybody's act.
    """
    today = clock.today()
    opened = Opening.objects.filter(group__in=group_ids, closed_at=None, closes_on__gte=today)
    about = Q(pupil__in=opened.values("pupil")) | Q(
        pupil=None, community__in=opened.values("community")
    )
    return ~Q(kind=TodoKind.ANSWER_GUIDANCE) | (Q(due_on__gte=today) & about)


def _about_unit(unit_id: int, kind: str) -> Q:
    """Return what a role at this unit has to do with children and communities."""
    if kind == Unit.Kind.TEAM:
        communities: models.QuerySet[Any, Any] = (
            TeamCommunity.objects.active().filter(team=unit_id).values("community")
        )
    elif kind == Unit.Kind.SCHOOL:
        communities = LearningCommunity.objects.filter(school=unit_id).values("pk")
    else:
        return Q(pk__in=[])
    pupils = Enrolment.objects.active().filter(community__in=communities).values("pupil")
    return Q(unit=None, community__in=communities) | Q(unit=None, pupil__in=pupils)


class Todo(models.Model):
    """One thing waits for a role (or, rarely, a person). It goes away by the act itself."""

    kind = models.CharField(max_length=20, choices=TodoKind.choices)
    role = models.CharField(max_length=30, choices=Role.choices, blank=True)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="todos")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="todos"
    )
    pupil = models.ForeignKey("districts.Pupil", models.CASCADE, null=True, related_name="todos")
    community = models.ForeignKey(
        "districts.LearningCommunity", models.CASCADE, null=True, related_name="todos"
    )
    case_number = models.CharField(max_length=16, blank=True)
    subject_key = models.CharField(max_length=20)
    url_name = models.CharField(max_length=60)
    url_key = models.CharField(max_length=20, blank=True)
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = TodoQuerySet.as_manager()
    races = ("todo_open_once",)

    class Meta:
        ordering = (models.F("due_on").asc(nulls_last=True), "created_at")
        constraints = [
            models.CheckConstraint(
                condition=~Q(role="") | Q(user__isnull=False), name="todo_has_addressee"
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_key", "role", "user", "unit"],
                name="todo_open_once",
                condition=Q(done_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_key}"

    @property
    def url(self) -> str:
        """Return the page where it is done."""
        return reverse(self.url_name, args=[self.url_key] if self.url_key else [])

    @property
    def is_overdue(self) -> bool:
        """Tell whether its date has passed."""
        return self.due_on is not None and self.due_on < clock.today()
