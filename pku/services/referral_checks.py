"""PKU's side of a referral: quality check, return, meeting, adjournment, later papers.

Sources: H-PKU-3, H-PKU-4; forvaltningsloven § 19 (parents' remarks until the decision).
"""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from cases.services import openings
from districts.models import Pupil
from districts.permissions import Cause, Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.core.policy import may, require
from pku import features
from pku.models import Addendum, PkuMeeting, Referral, ReferralReturn, ReturnReason
from pku.services.referrals import LEADERS, take_away

CHECKERS = _("The secretary of PKU does this.")
ADDERS = _("The school and PKU's secretary add papers.")
WITH_PKU = (Referral.State.SUBMITTED, Referral.State.ACCEPTED, Referral.State.ADJOURNED)


def return_referral(
    referral: Referral,
    *,
    reasons: Collection[ReturnReason],
    note_text: str,
    phone_talk_on: date | None = None,
    by: User,
) -> Referral:
    """Return it to the school: the fields of the reasons open, and PKU's access ends.

    A return is not a decision.

    Raises:
        NotAllowedError: ``by`` is not PKU's secretary.
        DomainError: No reason is given, or a second return without a talk on the telephone.
        TransitionNotAllowed: It is not waiting for the quality check.
    """
    with transaction.atomic():
        row = locked(referral)
        require(by, "check_referral", row.case, CHECKERS)
        if not reasons:
            raise DomainError(_("Choose at least one reason."), field="reasons")
        if row.returns.exists() and phone_talk_on is None:
            raise DomainError(
                _("Before a second return, talk with the school on the telephone. Give the date."),
                field="phone_talk_on",
                code="phone-talk",
            )
        if phone_talk_on is not None and phone_talk_on > clock.today():
            raise DomainError(_("It can not lie in the future."), field="phone_talk_on")
        row.to_returned()
        row.open_fields = sorted({reason.field for reason in reasons})
        row.revision += 1
        row.save(update_fields=["state", "open_fields", "revision"])
        made = ReferralReturn.objects.create(
            referral=row, note=note_text, phone_talk_on=phone_talk_on, returned_by=by
        )
        made.reasons.set(reasons)
        _after_return(row, by)
    return row


def accept(referral: Referral, *, meeting: PkuMeeting, by: User) -> Referral:
    """Approve the quality and put it on a meeting; also after an adjournment.

    Raises:
        NotAllowedError: ``by`` is not PKU's secretary.
        DomainError: The meeting has been held.
        TransitionNotAllowed: It neither waits for the check nor is adjourned.
    """
    with transaction.atomic():
        row = locked(referral)
        require(by, "check_referral", row.case, CHECKERS)
        require(by, "schedule_referral", row.case, CHECKERS)
        _check_meeting(meeting)
        row.to_accepted()
        row.checked_by, row.checked_on, row.meeting = by, clock.today(), meeting
        row.save(update_fields=["state", "checked_by", "checked_on", "meeting"])
        todos.done(features.CHECK_REFERRAL, about=row, by=by)
        _wait_for_meeting(row)
        timeline.note(features.REFERRAL_ACCEPTED, row, by=by, detail=meeting.held_on)
        journalling.act(
            "pku.referral.accepted", row, by=by, data={"meeting": meeting.held_on.isoformat()}
        )
    return row


def adjourn(referral: Referral, *, reason: str, meeting: PkuMeeting, by: User) -> Referral:
    """Adjourn to another meeting, which is not a decision.

    Raises:
        NotAllowedError: ``by`` is not PKU's secretary.
        DomainError: No reason, or the meeting is not a coming one.
        TransitionNotAllowed: It is not on a meeting.
    """
    with transaction.atomic():
        row = locked(referral)
        require(by, "schedule_referral", row.case, CHECKERS)
        if not reason.strip():
            raise DomainError(_("Write why it waits."), field="reason")
        _check_meeting(meeting)
        if meeting.pk == row.meeting_id:
            raise DomainError(_("Choose another meeting."), field="meeting")
        row.to_adjourned()
        row.adjourned_reason, row.meeting = reason, meeting
        row.save(update_fields=["state", "adjourned_reason", "meeting"])
        take_away(row, by=by)
        _wait_for_meeting(row)
        timeline.note(features.REFERRAL_ADJOURNED, row, by=by, detail=meeting.held_on)
        journalling.act(
            "pku.referral.adjourned", row, by=by, data={"meeting": meeting.held_on.isoformat()}
        )
    return row


def add_addendum(
    referral: Referral,
    *,
    title: str,
    source: str,
    text: str,
    from_parent: bool = False,
    received_on: date | None = None,
    by: User,
) -> Addendum:
    """Add a later paper under the next number; a parent's remarks until the decision is made.

    Raises:
        NotAllowedError: ``by`` is neither of the school nor PKU's secretary.
        DomainError: It is not frozen yet, or it is decided.
    """
    with transaction.atomic():
        row = locked(referral)
        may_write = may(by, "write_referral", row)
        if not may_write:
            require(by, "check_referral", row.case, ADDERS)
        if row.state not in (*WITH_PKU, Referral.State.RETURNED):
            raise DomainError(
                _("Later papers are added from the submission until the decision is made."),
                code="no-addenda",
            )
        day = received_on or clock.today()
        if day > clock.today():
            raise DomainError(_("It can not lie in the future."), field="received_on")
        last = row.addenda.aggregate(last=Max("number"))["last"] or 0
        paper = Addendum.objects.create(
            referral=row,
            number=last + 1,
            title=title,
            source=source,
            text=text,
            from_parent=from_parent,
            received_on=day,
            added_by=by,
        )
        timeline.note(features.ADDENDUM, row, by=by, detail=str(paper.number))
        journalling.act("pku.referral.addendum_added", row, by=by, data={"number": paper.number})
    return paper


def reveal_cpr(referral: Referral, *, by: User) -> str:
    """Return the CPR number in the clear. The look-up is journalled by the page that asks.

    Raises:
        NotAllowedError: ``by`` holds no such right on this case.
    """
    case = referral.case
    if case.pupil is None or not (may(by, "reveal_cpr", case)):
        raise NotAllowedError(_("The school's leaders and PKU's secretary can see the number."))
    pupil: Pupil = case.pupil
    journalling.act("districts.pupil.cpr_revealed", pupil, by=by)
    return pupil.reveal_cpr()


def locked(referral: Referral) -> Referral:
    """Return the row, locked until the end of the transaction."""
    rows = Referral.objects.select_for_update(of=("self",)).select_related("case__pupil")
    return rows.get(pk=referral.pk)


def _check_meeting(meeting: PkuMeeting) -> None:
    if meeting.held_on < clock.today():
        raise DomainError(_("This meeting has been held. Choose a coming one."), field="meeting")


def _after_return(row: Referral, by: User) -> None:
    openings.close_case_openings(row.case, cause=Cause.REFERRED, by=by)
    take_away(row, by=by)
    todos.give(features.MEND_REFERRAL, row, Role.TEACHER, *LEADERS)
    timeline.note(features.REFERRAL_RETURNED, row, by=by)
    journalling.act("pku.referral.returned", row, by=by, data={"fields": row.open_fields})


def _wait_for_meeting(row: Referral) -> None:
    """Members read before the meeting; the secretary prepares the decision after it.

    What was prepared before an adjournment is corrected; there is one decision on a referral.
    """
    meeting = row.meeting
    assert meeting is not None  # noqa: S101 - both callers have just set it
    todos.give(
        features.READ_REFERRAL,
        row,
        Role.PKU_MEMBER,
        Role.PKU_CHAIR,
        unit=meeting.unit,
        due_on=meeting.held_on,
    )
    todos.give(
        features.PREPARE_DECISION,
        row,
        Role.PKU_SECRETARY,
        at=row.decisions.first(),
        unit=meeting.unit,
        due_on=meeting.held_on,
    )
