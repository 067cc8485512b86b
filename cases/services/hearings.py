"""Hearing the parties before a decision (partshøring).

Source: forvaltningsloven § 19; the length of the deadline is municipal practice.
"""

from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cases import features
from cases.models import Case, Document, Hearing, HearingAnswerVersion, HearingParty
from cases.services import letters
from districts.models import CustodyHolder
from districts.permissions import Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.errors import ConflictError, DomainError
from haderslev.core.policy import require

_TEXTS = ("facts", "weighty", "intended", "rules")
LEADERS = (Role.LEADER, Role.DEPUTY)


def start_hearing(
    case: Case, *, facts: str, weighty: str, intended: str, rules: str, by: User
) -> Hearing:
    """Write the draft of a hearing; every custody holder is a party.

    Raises:
        NotAllowedError: ``by`` does not hear the parties of this case.
        DomainError: The case is a community's, closed, or a hearing is open already.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        _check_leader(locked, by)
        if locked.pupil is None:
            raise DomainError(_("Only an open case about a pupil has parties to hear."))
        if locked.hearings.filter(state__in=Hearing.OPEN).exists():
            raise DomainError(_("A hearing is open already."))
        hearing = Hearing.objects.create(
            case=locked, facts=facts, weighty=weighty, intended=intended, rules=rules, made_by=by
        )
        _name_parties(hearing)
        journalling.act("cases.hearing.drafted", hearing, by=by)
    return hearing


def change_hearing(hearing: Hearing, *, revision: int, by: User, **texts: str) -> Hearing:
    """Change the draft of a hearing.

    Raises:
        ConflictError: Somebody else has changed it meanwhile.
        DomainError: It is sent already.
    """
    with transaction.atomic():
        row: Hearing = Hearing.objects.select_for_update().get(pk=hearing.pk)
        _check_leader(row.case, by)
        if row.state != Hearing.State.DRAFT:
            raise DomainError(_("The hearing is sent and can not be changed. Send a new one."))
        if row.revision != revision:
            raise ConflictError(
                _("Somebody has changed this hearing since you opened it."),
                mine=texts,
                theirs={name: getattr(row, name) for name in _TEXTS},
                revision=row.revision,
            )
        for name in _TEXTS:
            setattr(row, name, texts[name])
        row.revision += 1
        row.save(update_fields=[*_TEXTS, "revision"])
        journalling.act("cases.hearing.changed", row, by=by, data={"revision": row.revision})
    return row


def send_hearing(hearing: Hearing, *, answer_by: date, by: User) -> Hearing:
    """Send the hearing: one letter for each custody holder, with the same deadline.

    The parties are those who have custody on the day it is sent.

    Raises:
        DomainError: The deadline is too short, or nobody has custody.
    """
    with transaction.atomic():
        row: Hearing = Hearing.objects.select_for_update().get(pk=hearing.pk)
        _check_leader(row.case, by)
        least = clock.days_from_now(_least_days(clock.today()))
        if answer_by < least:
            text = _("The parties must have until %(day)s at least.") % {
                "day": date_format(least, "j. F Y")
            }
            raise DomainError(text, field="answer_by")
        _name_parties(row)
        row.to_sent()
        row.sent_on, row.answer_by = clock.today(), answer_by
        row.save(update_fields=["state", "sent_on", "answer_by"])
        for party in row.parties.select_related("custody_holder"):
            _send_to(row, party, by)
        _after_sending(row, by)
    return row


def record_answer(
    party: HearingParty,
    *,
    revision: int,
    answer: str,
    no_remarks: bool,
    answered_on: date,
    reply: str,
    by: User,
) -> HearingParty:
    """Write down what a party answered, and what the school says to it.

    Late answers are taken as long as the hearing is open. An earlier text stays as a version.

    Raises:
        ConflictError: Somebody else has written it down meanwhile; both texts are in the error.
        DomainError: Neither an answer nor "no remarks", or no reply to an answer.
    """
    with transaction.atomic():
        hearing = Hearing.objects.select_for_update().get(pk=party.hearing_id)
        row = HearingParty.objects.select_for_update().get(pk=party.pk)
        _check_leader(hearing.case, by)
        if hearing.state != Hearing.State.SENT:
            raise DomainError(_("The hearing is not open."))
        _check_answer(answer, reply, answered_on, no_remarks=no_remarks)
        if row.revision != revision:
            raise ConflictError(
                _("Somebody has written down this answer since you opened it."),
                mine={"answer": answer, "reply": reply},
                theirs={"answer": row.answer, "reply": row.reply},
                revision=row.revision,
            )
        _keep_version(row, by)
        row.answer, row.no_remarks, row.reply = answer, no_remarks, reply
        row.answered_on = answered_on
        row.revision += 1
        row.save(update_fields=["answer", "no_remarks", "reply", "answered_on", "revision"])
        data = {"party": row.pk, "revision": row.revision}
        journalling.act("cases.hearing.answered", hearing, by=by, data=data)
        timeline.note(features.HEARING_ANSWERED, hearing, by=by, on=answered_on)
    return row


def _check_answer(answer: str, reply: str, answered_on: date, *, no_remarks: bool) -> None:
    if not answer and not no_remarks:
        raise DomainError(_("Write the answer, or tick that there are no remarks."), field="answer")
    if answer and not reply:
        raise DomainError(_("Write what the school says to the answer."), field="reply")
    if answered_on > clock.today():
        raise DomainError(_("A day in the future can not be recorded."), field="answered_on")


def _keep_version(row: HearingParty, by: User) -> None:
    """Keep what was written down before; the first answer replaces nothing."""
    if row.answered_on is None:
        return
    HearingAnswerVersion.objects.create(
        party=row,
        number=row.revision,
        answer=row.answer,
        no_remarks=row.no_remarks,
        answered_on=row.answered_on,
        reply=row.reply,
        replaced_by=by,
    )


def close_hearing(hearing: Hearing, *, assessment: str, by: User) -> Hearing:
    """Close the hearing: everybody has answered, or the deadline has passed.

    Raises:
        DomainError: A party may still answer.
    """
    with transaction.atomic():
        row: Hearing = Hearing.objects.select_for_update().get(pk=hearing.pk)
        _check_leader(row.case, by)
        waiting = row.parties.filter(answered_on=None).exists()
        if waiting and row.answer_by is not None and clock.today() <= row.answer_by:
            raise DomainError(_("A party has not answered, and the deadline has not passed."))
        _check_heard(row)
        row.to_closed()
        row.assessment, row.closed_on = assessment, clock.today()
        row.save(update_fields=["state", "assessment", "closed_on"])
        case = row.case
        journalling.act("cases.hearing.closed", row, by=by)
        timeline.note(features.HEARING_CLOSED, row, by=by)
        todos.done(features.CLOSE_HEARING, about=row, by=by)
        _give_decision(case)
    return row


def drop_hearing(hearing: Hearing, *, by: User) -> Hearing:
    """Drop a draft that is not wanted: the case can be decided, or a new hearing begun.

    Where the PPV asked for a hearing, the decision waits for the leaders instead.

    Raises:
        NotAllowedError: ``by`` does not hear the parties of this case.
        TransitionNotAllowed: It is sent, or dropped already.
    """
    with transaction.atomic():
        row: Hearing = Hearing.objects.select_for_update().get(pk=hearing.pk)
        _check_leader(row.case, by)
        row.to_dropped()
        row.save(update_fields=["state"])
        journalling.act("cases.hearing.dropped", row, by=by)
        if todos.done(features.HOLD_HEARING, about=row.case, by=by):
            _give_decision(row.case)
    return row


def _give_decision(case: Case) -> None:
    todos.give(features.MAKE_DECISION, case, *LEADERS)


def _check_heard(hearing: Hearing) -> None:
    """Who has not answered has been sent the letter, and has had the least time since then."""
    # Who no longer has custody is not a party any more; their letter is waited for no longer.
    heard = CustodyHolder.objects.current().filter(pupil=hearing.case.pupil)
    silent = hearing.parties.filter(answered_on=None, custody_holder__in=heard)
    if silent.filter(document__delivery__sent_on=None).exists():
        raise DomainError(_("A letter has not been sent, so that parent is not heard."))
    least = _least_days(hearing.sent_on or clock.today())
    if silent.filter(document__delivery__sent_on__gt=clock.days_from_now(-least)).exists():
        raise DomainError(_("A letter was sent late, and that parent has not had the time yet."))


def _least_days(sent_on: date) -> int:
    """Return how many days a party has to answer at least, by the rule of the day it is sent."""
    return legal.days("hearing_answer_days_least", sent_on)


def _name_parties(hearing: Hearing) -> None:
    """Make the parties of a draft equal to those who have custody today."""
    holders = CustodyHolder.objects.current().filter(pupil=hearing.case.pupil)
    if not holders:
        raise DomainError(_("No parent with custody is recorded."))
    hearing.parties.exclude(custody_holder__in=holders).delete()
    for holder in holders:
        HearingParty.objects.get_or_create(hearing=hearing, custody_holder=holder)


def _send_to(hearing: Hearing, party: HearingParty, by: User) -> None:
    assert hearing.answer_by is not None  # noqa: S101 - set by the sending
    with override("da"):
        deadline = date_format(hearing.answer_by, "j. F Y")
        blocks = [
            {"type": "subheading", "text": str(_("The facts"))},
            {"type": "text", "text": hearing.facts},
            {"type": "subheading", "text": str(_("What weight is given to"))},
            {"type": "text", "text": hearing.weighty},
            {"type": "subheading", "text": str(_("What we mean to decide"))},
            {"type": "text", "text": hearing.intended},
            {"type": "subheading", "text": str(_("The rules"))},
            {"type": "text", "text": hearing.rules},
        ]
    party.document = letters.make_letter(
        hearing.case,
        kind=Document.Kind.HEARING,
        code="hearing",
        custody_holder=party.custody_holder,
        values={"frist": deadline},
        by=by,
        blocks=blocks,
    )
    party.save(update_fields=["document"])


def _after_sending(row: Hearing, by: User) -> None:
    case = row.case
    journalling.act("cases.hearing.sent", row, by=by, data={"answer_by": str(row.answer_by)})
    timeline.note(features.HEARING_SENT, row, by=by)
    todos.done(features.HOLD_HEARING, about=case, by=by)
    todos.give(features.CLOSE_HEARING, row, *LEADERS, due_on=row.answer_by)


def _check_leader(case: Case, by: User) -> None:
    require(by, "hold_hearing", case, _("The school leader hears the parties."))
    if not case.is_open:
        raise DomainError(_("This case is closed."), code="closed")
