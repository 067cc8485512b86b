"""Referrals to PKU: written by the team, submitted by the leader, checked by PKU's secretary.

Sources: folkeskoleloven § 12 stk. 2 and § 22; H-PKU-1, H-PKU-3, H-PKU-4; forvaltningsloven § 19
(parents' remarks until the decision).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Document
from cases.services import documents, gatekeeping, letters, openings
from districts.acts import act
from districts.models import CustodyHolder, Unit
from districts.permissions import LEADERS, SCHOOL_TEAM, Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.dates import not_ahead
from haderslev.core.errors import DomainError, NotAllowedError, Words
from haderslev.core.policy import may, require
from haderslev.core.rows import change, check_revision, lock
from pku import features
from pku.material.referral import referral_payload
from pku.models import (
    Addendum,
    ParentView,
    PkuMeeting,
    Placement,
    PPVRequest,
    Referral,
    ReferralAnswer,
    ReferralQuestion,
    ReferralReturn,
    ReturnReason,
)
from pku.models.referrals import ENDED
from pku.selectors import holders_of, units_of

_State = Referral.State
ADDERS = _("The school and PKU's secretary add papers.")
_FROZEN = _("This is frozen and can not be changed.")
WRITING = (features.WRITE_REFERRAL, features.SUBMIT_REFERRAL, features.MEND_REFERRAL)

# Part → its title and its plain fields. Answers and parents' views have rows of their own.
PARTS: Mapping[str, tuple[Words, Sequence[str]]] = {
    "answers": (_("Answers to the seven questions"), ()),
    "views": (_("The pupil's and the parents' views"), ("pupil_view",)),
    "psychologist": (_("The psychologist's recommendation"), ("psychologist_recommendation",)),
    "offer": (
        _("The offer that is wished for"),
        "wished_offer wished_provider private_consent_on provisional provisional_reason".split(),
    ),
    "leader": (_("The school leader's recommendation"), ("leader_recommendation",)),
}
PLAIN = tuple(name for _title, names in PARTS.values() for name in names)
ANSWER, VIEW, REASON = "answer:", "view:", "reason:"


def questions() -> list[ReferralQuestion]:
    """Return the questions in force. One query."""
    return list(legal.in_force(ReferralQuestion.objects.all()))


def field_names(
    part: str, asked: Iterable[ReferralQuestion], holders: Iterable[CustodyHolder]
) -> list[str]:
    """Return the names of a part's fields, as forms and services use them."""
    names = list(PARTS[part][1])
    if part == "answers":
        names += [f"{ANSWER}{question.code}" for question in asked]
    if part == "views":
        for holder in holders:
            names += [f"{VIEW}{holder.public_id}", f"{REASON}{holder.public_id}"]
    return names


def is_open(referral: Referral, name: str) -> bool:
    """Tell whether a field can be written now: all of a draft, the named ones of a return."""
    if referral.state == _State.DRAFT:
        return True
    # A reason for a return opens the views of all parents.
    key = "parents_view" if name.startswith((VIEW, REASON)) else name
    return referral.state == _State.RETURNED and key in referral.open_fields


def current(referral: Referral) -> dict[str, object]:
    """Return every value that is saved, by field name. Two queries."""
    values: dict[str, object] = {name: getattr(referral, name) for name in PLAIN}
    for answer in referral.answers.select_related("question"):
        values[f"{ANSWER}{answer.question.code}"] = answer.text
    for view in referral.parent_views.select_related("custody_holder"):
        values[f"{VIEW}{view.custody_holder.public_id}"] = view.text
        values[f"{REASON}{view.custody_holder.public_id}"] = view.missing_reason
    return values


@act("pku.referral.started", right="write_referral", ends=(features.WRITE_REFERRAL,))
def start_referral(case: Case, *, by: User) -> Referral:
    """Begin a referral, prefilled from the PPV and the leader's decision.

    Raises:
        DomainError: The case is closed, is about a class, or has an open referral; or the child
            is in a special offer.
    """
    if case.pupil_id is None or not case.is_open:
        raise DomainError(_("Only an open case about a pupil can be referred to PKU."))
    # Any case of the child: the offer may belong to an earlier one.
    if Placement.objects.filter(case__pupil=case.pupil_id, ended_on=None).exists():
        raise DomainError(
            _("The child is in a special offer. It is revisited, not referred."), code="placed"
        )
    if case.referrals.exclude(state__in=ENDED).exists():
        raise DomainError(_("The case has an open referral already."), code="open-referral")
    # The arrangement that the newest PPV recommends.
    reported = case.ppv_requests.filter(state=PPVRequest.State.REPORTED)
    newest = reported.select_related("report").order_by("-report__sent_on").first()
    referral = Referral.objects.create(
        case=case,
        written_by=by,
        psychologist_recommendation=newest.report.arrangement if newest else "",
    )
    todos.give(features.WRITE_REFERRAL, referral, Role.TEACHER)
    return referral


def save_part(
    referral: Referral, *, part: str, revision: int, values: Mapping[str, object], by: User
) -> Referral:
    """Save one part of a draft, or the opened fields of a returned referral.

    Raises:
        NotAllowedError: ``by`` does not write in this case, or not this part.
        DomainError: A field is not open, or a provisional referral does not say why it can not
            wait (folkeskoleloven § 12 stk. 2).
        ConflictError: Somebody has changed the referral meanwhile; both texts are in the error.
    """
    with transaction.atomic():
        row = lock(referral)
        if part == "leader":
            require(by, "refer_case", row, _("The school leader writes this."))
        require(by, "write_referral", row)
        saved = current(row)
        changed = [
            name for name, value in values.items() if (saved.get(name) or "") != (value or "")
        ]
        if not all(is_open(row, name) for name in changed):
            raise DomainError(_FROZEN, code="not-open")
        now = {**saved, **values}
        if now["provisional"] and not now["provisional_reason"] and "provisional_reason" in values:
            raise DomainError(
                _("Write why it can not wait for the PPV."), field="provisional_reason"
            )
        check_revision(
            row,
            revision,
            {name: _as_text(value) for name, value in values.items()},
            theirs={name: _as_text(saved.get(name)) for name in values},
        )
        plain = {name: value for name, value in values.items() if name in PLAIN}
        change(row, **plain, revision=row.revision + 1)
        _store_answers_and_views(row, values)
        data = {"part": part, "fields": sorted(changed)}
        journalling.act("pku.referral.saved", row, by=by, data=data)
    return row


def _as_text(value: object) -> str:
    """Return a value as the page of a conflict shows it."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _store_answers_and_views(referral: Referral, values: Mapping[str, object]) -> None:
    """Write the rows of the answers and of the parents' views; an empty one is deleted."""
    for question in questions():
        name = f"{ANSWER}{question.code}"
        if name not in values:
            continue
        rows = ReferralAnswer.objects.filter(referral=referral, question__code=question.code)
        if not (text := str(values[name])):
            rows.delete()
        elif not rows.update(text=text):
            ReferralAnswer.objects.create(referral=referral, question=question, text=text)
    for holder in holders_of(referral.case):
        names = f"{VIEW}{holder.public_id}", f"{REASON}{holder.public_id}"
        if not values.keys() & set(names):
            continue
        text, reason = (str(values.get(name) or "") for name in names)
        if not text and not reason:
            ParentView.objects.filter(referral=referral, custody_holder=holder).delete()
        else:
            ParentView.objects.update_or_create(
                referral=referral,
                custody_holder=holder,
                defaults={"text": text, "missing_reason": "" if text else reason},
            )


@act(
    "pku.referral.handed_over",
    right="write_referral",
    ends=(features.WRITE_REFERRAL, features.MEND_REFERRAL),
)
def ask_to_submit(row: Referral, *, by: User) -> Referral:
    """Ask the school leader to submit it: the team has finished writing.

    Raises:
        DomainError: It is not open for writing.
    """
    _require_editable(row)
    todos.give(features.SUBMIT_REFERRAL, row, *LEADERS)
    return row


def _require_editable(row: Referral) -> None:
    gatekeeping.require_open(row.case)
    if not row.may_be_edited:
        raise DomainError(_FROZEN, code="not-open")


def submit(referral: Referral, *, revision: int, by: User) -> Referral:
    """Approve and submit: frozen as a new version, and the case is opened to PKU.

    The level of the case does not change.

    Raises:
        NotAllowedError: ``by`` does not refer in this case.
        GateError: Requirements of G5 are not met.
        ConflictError: Somebody has changed it since the leader read it.
    """
    with transaction.atomic():
        row = lock(referral)
        require(by, "refer_case", row)
        _require_editable(row)
        check_revision(row, revision)
        gatekeeping.check(row.case, "G5")
        committee = committee_unit()
        row.submitted_by, row.submitted_on = by, clock.today()
        row.version += 1
        document = documents.freeze(
            row.case,
            kind=Document.Kind.PKU_REFERRAL,
            needs=Document.Needs.DOSSIER,
            title=str(Document.Kind.PKU_REFERRAL.label),
            payload=referral_payload(row),
            by=by,
            version=row.version,
        )
        row.move(
            Referral.State.SUBMITTED,
            submitted_by=by,
            submitted_on=row.submitted_on,
            version=row.version,
            document=document,
            open_fields=[],
            revision=row.revision + 1,
        )
        openings.open_case_to(
            row.case,
            unit=committee,
            roles=features.PKU,
            cause=features.REFERRED,
            basis=openings.Basis.REFERRED,
            closes_on=None,
            by=by,
        )
        todos.done(*WRITING, about=row, by=by)
        todos.give(features.CHECK_REFERRAL, row, Role.PKU_SECRETARY, unit=committee)
        timeline.note(features.REFERRAL_SUBMITTED, row, by=by)
        journalling.act("pku.referral.submitted", row, by=by, data={"version": row.version})
        if row.version == 1:
            _inform_parents(row, by)
    return row


def committee_unit() -> Unit:
    """Return PKU.

    Raises:
        DomainError: The municipality has none in the system.
    """
    for unit in units_of(Unit.Kind.PKU):
        return unit
    raise DomainError(_("PKU is not set up. Ask the administrator."), code="no-committee")


def _inform_parents(row: Referral, by: User) -> None:
    """Write to each parent, if the municipality has a text for it."""
    try:
        legal.letter_text("referral_submitted")
    except ImproperlyConfigured:
        return
    for holder in holders_of(row.case):
        letters.make_letter(
            row.case,
            kind=Document.Kind.INFORMATION,
            code="referral_submitted",
            custody_holder=holder,
            values={},
            by=by,
        )


@act(
    "pku.referral.withdrawn",
    right="refer_case",
    ends=WRITING,
    notes=features.REFERRAL_WITHDRAWN,
)
def withdraw(row: Referral, *, by: User) -> Referral:
    """Withdraw the referral; PKU's access ends at once.

    Raises:
        ConflictError: It is decided or withdrawn.
    """
    row.move(Referral.State.WITHDRAWN)
    take_away(row, by=by)
    if row.version:
        openings.close_case_openings(row.case, cause=features.REFERRED, by=by)
    return row


def take_away(referral: Referral, *, by: User) -> None:
    """Remove PKU's to-dos."""
    kinds = (features.CHECK_REFERRAL, features.READ_REFERRAL, features.PREPARE_DECISION)
    todos.done(*kinds, about=referral, by=by)
    todos.done(features.SIGN_DECISION, about=referral.decisions.all(), by=by)


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
        ConflictError: It is not waiting for the quality check.
    """
    with transaction.atomic():
        row = lock(referral)
        require(by, "check_referral", row)
        if not reasons:
            raise DomainError(_("Choose at least one reason."), field="reasons")
        if row.returns.exists() and phone_talk_on is None:
            raise DomainError(
                _("Before a second return, talk with the school on the telephone. Give the date."),
                field="phone_talk_on",
                code="phone-talk",
            )
        not_ahead(phone_talk_on, "phone_talk_on")
        fields = sorted({reason.field for reason in reasons})
        row.move(Referral.State.RETURNED, open_fields=fields, revision=row.revision + 1)
        made = ReferralReturn.objects.create(
            referral=row, note=note_text, phone_talk_on=phone_talk_on, returned_by=by
        )
        made.reasons.set(reasons)
        openings.close_case_openings(row.case, cause=features.REFERRED, by=by)
        take_away(row, by=by)
        todos.give(features.MEND_REFERRAL, row, *SCHOOL_TEAM)
        timeline.note(features.REFERRAL_RETURNED, row, by=by)
        journalling.act("pku.referral.returned", row, by=by, data={"fields": fields})
    return row


def accept(referral: Referral, *, meeting: PkuMeeting, by: User) -> Referral:
    """Approve the quality and put it on a meeting; also after an adjournment.

    Raises:
        NotAllowedError: ``by`` is not PKU's secretary.
        DomainError: The meeting has been held.
        ConflictError: It neither waits for the check nor is adjourned.
    """
    with transaction.atomic():
        row = lock(referral)
        require(by, "check_referral", row)
        require(by, "schedule_referral", row)
        _check_meeting(meeting)
        row.move(Referral.State.ACCEPTED, checked_by=by, checked_on=clock.today(), meeting=meeting)
        todos.done(features.CHECK_REFERRAL, about=row, by=by)
        _wait_for_meeting(row, meeting)
        timeline.note(features.REFERRAL_ACCEPTED, row, by=by, detail=meeting.held_on)
        data = {"meeting": str(meeting.held_on)}
        journalling.act("pku.referral.accepted", row, by=by, data=data)
    return row


def adjourn(referral: Referral, *, reason: str, meeting: PkuMeeting, by: User) -> Referral:
    """Adjourn to another meeting, which is not a decision.

    Raises:
        NotAllowedError: ``by`` is not PKU's secretary.
        DomainError: No reason, or the meeting is not a coming one.
        ConflictError: It is not on a meeting.
    """
    with transaction.atomic():
        row = lock(referral)
        require(by, "schedule_referral", row)
        if not reason.strip():
            raise DomainError(_("Write why it waits."), field="reason")
        _check_meeting(meeting)
        if meeting.pk == row.meeting_id:
            raise DomainError(_("Choose another meeting."), field="meeting")
        row.move(Referral.State.ADJOURNED, adjourned_reason=reason, meeting=meeting)
        take_away(row, by=by)
        _wait_for_meeting(row, meeting)
        timeline.note(features.REFERRAL_ADJOURNED, row, by=by, detail=meeting.held_on)
        data = {"meeting": str(meeting.held_on)}
        journalling.act("pku.referral.adjourned", row, by=by, data=data)
    return row


def _check_meeting(meeting: PkuMeeting) -> None:
    if meeting.held_on < clock.today():
        raise DomainError(_("This meeting has been held. Choose a coming one."), field="meeting")


def _wait_for_meeting(row: Referral, meeting: PkuMeeting) -> None:
    """Members read before the meeting; the secretary prepares the decision after it.

    What was prepared before an adjournment is corrected; there is one decision on a referral.
    """
    unit, day = meeting.unit, meeting.held_on
    readers = (Role.PKU_MEMBER, Role.PKU_CHAIR)
    todos.give(features.READ_REFERRAL, row, *readers, unit=unit, due_on=day)
    decision = row.decisions.first()
    todos.give(
        features.PREPARE_DECISION, row, Role.PKU_SECRETARY, at=decision, unit=unit, due_on=day
    )


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
        row = lock(referral)
        if not may(by, "write_referral", row):
            require(by, "check_referral", row, ADDERS)
        if row.state in {_State.DRAFT, *ENDED}:
            raise DomainError(
                _("Later papers are added from the submission until the decision is made."),
                code="no-addenda",
            )
        day = received_on or clock.today()
        not_ahead(day, "received_on")
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
    if case.pupil is None or not may(by, "reveal_cpr", case):
        raise NotAllowedError(_("The school's leaders and PKU's secretary can see the number."))
    journalling.act("districts.pupil.cpr_revealed", case.pupil, by=by)
    return case.pupil.reveal_cpr()
