"""Hearing the parties before a decision (partshøring).

Whoever does not hear the parties of the case is refused (NotAllowedError). Source:
forvaltningsloven § 19; the length of the deadline is municipal practice.
"""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cases import features
from cases.models import Case, Document, Hearing, HearingAnswerVersion, HearingParty
from cases.models.decisions import HEARING_TEXTS
from cases.services import letters
from cases.services.gatekeeping import require_open
from districts.acts import act
from districts.models import CustodyHolder
from districts.permissions import LEADERS
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.dates import not_ahead
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from haderslev.core.rows import change, check_revision, lock


@act("cases.hearing.drafted", right="hold_hearing")
def start_hearing(case: Case, /, *, by: User, **texts: str) -> Hearing:
    """Write the draft of a hearing; every custody holder is a party.

    Raises:
        DomainError: The case is a community's, closed, or a hearing is open already.
    """
    require_open(case)
    if case.pupil is None:
        raise DomainError(_("Only an open case about a pupil has parties to hear."))
    if case.hearings.filter(state__in=Hearing.OPEN).exists():
        raise DomainError(_("A hearing is open already."))
    hearing = Hearing.objects.create(case=case, **texts, made_by=by)
    _name_parties(hearing)
    return hearing


@act("cases.hearing.changed", right="hold_hearing", data=("revision",))
def change_hearing(row: Hearing, /, *, revision: int, by: User, **texts: str) -> Hearing:
    """Change the draft of a hearing.

    Raises:
        ConflictError: Somebody else has changed it meanwhile.
        DomainError: It is sent already.
    """
    require_open(row.case)
    if row.state != Hearing.State.DRAFT:
        raise DomainError(_("The hearing is sent and can not be changed. Send a new one."))
    sentence = _("Somebody has changed this hearing since you opened it.")
    check_revision(row, revision, texts, sentence=sentence)
    change(row, **texts, revision=revision + 1)
    return row


@act(
    "cases.hearing.sent",
    right="hold_hearing",
    notes=features.HEARING_SENT,
    data=("answer_by",),
)
def send_hearing(row: Hearing, *, answer_by: date, by: User) -> Hearing:
    """Send the hearing: one letter for each custody holder, with the same deadline.

    The parties are those who have custody on the day it is sent.

    Raises:
        DomainError: The deadline is too short, or nobody has custody.
    """
    require_open(row.case)
    least = clock.days_from_now(_least_days(clock.today()))
    if answer_by < least:
        text = _("The parties must have until %(day)s at least.") % {
            "day": date_format(least, "j. F Y")
        }
        raise DomainError(text, field="answer_by")
    _name_parties(row)
    row.move(Hearing.State.SENT, sent_on=clock.today(), answer_by=answer_by)
    with override("da"):
        deadline = date_format(answer_by, "j. F Y")
        blocks = letters.columns(row, HEARING_TEXTS)
    for party in row.parties.select_related("custody_holder"):
        letter = letters.make_letter(
            row.case,
            kind=Document.Kind.HEARING,
            code="hearing",
            custody_holder=party.custody_holder,
            values={"frist": deadline},
            by=by,
            blocks=blocks,
        )
        change(party, document=letter)
    todos.done(features.HOLD_HEARING, about=row.case, by=by)
    todos.give(features.CLOSE_HEARING, row, *LEADERS, due_on=answer_by)
    return row


@transaction.atomic
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
    hearing = lock(party.hearing)
    row = lock(party)
    require(by, "hold_hearing", hearing)
    require_open(hearing.case)
    if hearing.state != Hearing.State.SENT:
        raise DomainError(_("The hearing is not open."))
    if not answer and not no_remarks:
        raise DomainError(_("Write the answer, or tick that there are no remarks."), field="answer")
    if answer and not reply:
        raise DomainError(_("Write what the school says to the answer."), field="reply")
    not_ahead(answered_on, "answered_on")
    sentence = _("Somebody has written down this answer since you opened it.")
    check_revision(row, revision, {"answer": answer, "reply": reply}, sentence=sentence)
    said = {"answer": answer, "no_remarks": no_remarks, "reply": reply, "answered_on": answered_on}
    # The first answer replaces nothing.
    if row.answered_on is not None:
        kept = {name: getattr(row, name) for name in said}
        HearingAnswerVersion.objects.create(party=row, number=row.revision, replaced_by=by, **kept)
    change(row, **said, revision=revision + 1)
    data = {"party": row.pk, "revision": row.revision}
    journalling.act("cases.hearing.answered", hearing, by=by, data=data)
    timeline.note(features.HEARING_ANSWERED, hearing, by=by, on=answered_on)
    return row


@act(
    "cases.hearing.closed",
    right="hold_hearing",
    ends=(features.CLOSE_HEARING,),
    notes=features.HEARING_CLOSED,
)
def close_hearing(row: Hearing, *, assessment: str, by: User) -> Hearing:
    """Close the hearing: everybody has answered, or the deadline has passed.

    Raises:
        DomainError: A party may still answer.
    """
    require_open(row.case)
    silent = row.parties.filter(answered_on=None)
    if row.answer_by is not None and clock.today() <= row.answer_by and silent.exists():
        raise DomainError(_("A party has not answered, and the deadline has not passed."))
    # Who no longer has custody is not a party any more; their letter is waited for no longer.
    silent = silent.filter(custody_holder__in=_with_custody(row))
    if silent.filter(document__delivery__sent_on=None).exists():
        raise DomainError(_("A letter has not been sent, so that parent is not heard."))
    least = _least_days(row.sent_on or clock.today())
    if silent.filter(document__delivery__sent_on__gt=clock.days_from_now(-least)).exists():
        raise DomainError(_("A letter was sent late, and that parent has not had the time yet."))
    row.move(Hearing.State.CLOSED, assessment=assessment, closed_on=clock.today())
    todos.give(features.MAKE_DECISION, row.case, *LEADERS)
    return row


@act("cases.hearing.dropped", right="hold_hearing")
def drop_hearing(row: Hearing, *, by: User) -> Hearing:
    """Drop a draft that is not wanted: the case can be decided, or a new hearing begun.

    Where the PPV asked for a hearing, the decision waits for the leaders instead.

    Raises:
        ConflictError: It is sent, or dropped already.
    """
    require_open(row.case)
    row.move(Hearing.State.DROPPED)
    if todos.done(features.HOLD_HEARING, about=row.case, by=by):
        todos.give(features.MAKE_DECISION, row.case, *LEADERS)
    return row


def _least_days(sent_on: date) -> int:
    """Return the fewest days to answer, under the rule in force on the day it is sent."""
    return legal.days("hearing_answer_days_least", sent_on)


def _with_custody(hearing: Hearing) -> QuerySet[CustodyHolder]:
    return CustodyHolder.objects.current().filter(pupil=hearing.case.pupil)


def _name_parties(hearing: Hearing) -> None:
    """Make the parties of a draft equal to those who have custody today."""
    holders = _with_custody(hearing)
    if not holders:
        raise DomainError(_("No parent with custody is recorded."))
    hearing.parties.exclude(custody_holder__in=holders).delete()
    for holder in holders:
        HearingParty.objects.get_or_create(hearing=hearing, custody_holder=holder)
