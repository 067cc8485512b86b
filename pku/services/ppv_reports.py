"""The psychologist's part: receive a request, write the PPV, send it.

Sources: folkeskoleloven § 12; bekendtgørelse 693/2014 §§ 3, 15.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from cases import features as case_features
from cases.models import Document
from cases.selectors.people import school_of
from cases.services import documents
from cases.services.openings import Basis
from districts.models import CustodyHolder
from districts.permissions import LEADERS
from districts.services import openings, timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.core.pdf.document import LANGUAGE
from haderslev.core.policy import may
from haderslev.core.rows import change, check_revision, lock
from haderslev.core.words import Kept
from pku import features
from pku.material import parts
from pku.material.ppv import ppv_report_payload
from pku.models import PPVDispatch, PPVGivenBack, PPVReport, PPVRequest
from pku.selectors import holders_of
from pku.selectors.ppv import is_author
from pku.services.ppv import (
    end_access,
    unended_openings,
    wait_for_psychologist,
    write_to_parents,
)

_State = PPVRequest.State
# What the psychologist writes, in the order of the page.
_NEEDED = (
    "author_profession basis child_perspective parents_perspective competences difficulties"
    " environment conclusion need arrangement recommendations"
)
TEXTS = (*_NEEDED.split(), "weekly_hours")
ONLY_AUTHOR = _("The psychologist who has received the request writes the PPV.")
_SAVED_ELSEWHERE = _("The PPV was saved in another window since you opened this page.")


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """How and when the PPV went to one recipient; without a custody holder it is the head."""

    channel: str
    sent_on: date
    custody_holder: CustodyHolder | None = None


def receive_request(request: PPVRequest, *, by: User) -> PPVRequest:
    """Receive a request: the psychologist gets access to the child, the parents a receipt.

    A request of a psychologist who has left the advisory team is taken over.

    Raises:
        NotAllowedError: ``by`` is no psychologist of the advisory team.
        ConflictError: Another has taken it.
    """
    with transaction.atomic():
        row = lock(request)
        if not may(by, "view_ppv_inbox", row):
            if row.state == _State.RECEIVED:
                raise ConflictError(_("Another psychologist has received this request."))
            raise NotAllowedError(_("A psychologist of the advisory team receives this request."))
        if row.state == _State.RECEIVED:
            with override(LANGUAGE):
                _let_go(row, reason=gettext("The psychologist has left the advisory team."), by=by)
        row.move(_State.RECEIVED, psychologist=by, received_on=clock.today())
        openings.open_access(
            row.case.pupil,  # type: ignore[arg-type]  # a request is always about a pupil
            to=by,
            cause=features.PPV,
            basis=Kept.of(Basis.PPV, row.case.number),
            closes_on=None,
            by=by,
            case=row.case.number,
        )
        todos.done(features.TAKE_PPV, about=row, by=by)
        todos.give(features.WRITE_PPV, row, user=by)
        timeline.note(features.PPV_RECEIVED, row, by=by, detail=by.name[:60])
        journalling.act("pku.ppvrequest.received", row, by=by)
        write_to_parents(
            row,
            "ppv_received",
            by=by,
            psykolog=by.name,
            psykolog_titel=by.title,
            modtaget=parts.day(row.received_on),
        )
    return row


def give_back(request: PPVRequest, *, reason: str, by: User) -> PPVRequest:
    """Give a received request back, so that another psychologist can take it.

    The draft of the PPV stays with the request; the profession of its author does not.

    Raises:
        NotAllowedError: Another psychologist has it.
        DomainError: The PPV is sent, or no reason is given.
    """
    with transaction.atomic():
        row = lock(request)
        _check_author(row, by)
        if not reason.strip():
            raise DomainError(_("Write the reason."), field="reason")
        _let_go(row, reason=reason, by=by)
        wait_for_psychologist(row)
    return row


def _let_go(row: PPVRequest, *, reason: str, by: User) -> None:
    """Release the request from its psychologist, and record who had it, until when and why."""
    had = row.psychologist
    assert had is not None  # noqa: S101 - it is received
    received_on = row.received_on or clock.today()
    PPVGivenBack.objects.create(
        request=row, psychologist=had, received_on=received_on, reason=reason
    )
    PPVReport.objects.filter(request=row).update(author_profession="")
    end_access(row, by=by)
    row.move(_State.REQUESTED, psychologist=None, received_on=None)
    timeline.note(features.PPV_GIVEN_BACK, row, by=by, detail=had.name[:60])
    journalling.act("pku.ppvrequest.given_back", row, by=by)


def save_report(
    request: PPVRequest, *, revision: int, texts: Mapping[str, object], by: User
) -> PPVReport:
    """Save the PPV as a draft that only its psychologist reads.

    Raises:
        NotAllowedError: Another psychologist writes it.
        ConflictError: It was saved elsewhere since; both texts are in the error.
        DomainError: It is sent, and what is sent is frozen.
    """
    with transaction.atomic():
        row = lock(request)
        _check_author(row, by)
        report = PPVReport.objects.select_for_update().filter(request=row).first()
        if report is None:
            report = PPVReport(request=row, revision=0)
        values = {name: texts[name] for name in TEXTS if name in texts}
        check_revision(report, revision, values, sentence=_SAVED_ELSEWHERE)
        for name, value in values.items():
            setattr(report, name, value)
        report.revision += 1
        report.save()
        journalling.act("pku.ppvrequest.written", row, by=by, data={"revision": report.revision})
    return report


def send_report(
    request: PPVRequest, *, revision: int, dispatches: Sequence[Dispatch], by: User
) -> PPVRequest:
    """Send the PPV to the school leader with a copy to each custody holder; then it is frozen.

    Raises:
        NotAllowedError: Another psychologist writes it.
        ConflictError: It was saved elsewhere since it was read.
        DomainError: Something is not written, somebody does not get it, or a date is impossible.
    """
    with transaction.atomic():
        row = lock(request)
        _check_author(row, by)
        report = PPVReport.objects.select_for_update().filter(request=row).first()
        if report is None or lacking(report):
            names = " · ".join(lacking(report)) if report else str(_("the PPV"))
            raise DomainError(_("Write this first: %(fields)s") % {"fields": names})
        check_revision(report, revision, sentence=_SAVED_ELSEWHERE)
        _check_dispatches(row, dispatches)
        _freeze(report, by)
        with override(LANGUAGE):
            leader = gettext("The school leader, %(school)s") % {
                "school": school_of(row.case) or ""
            }
        PPVDispatch.objects.bulk_create(
            PPVDispatch(
                report=report,
                recipient=sent.custody_holder.name if sent.custody_holder else leader,
                sent_by=by,
                **vars(sent),
            )
            for sent in dispatches
        )
        row.move(_State.REPORTED)
        closes_on = clock.today() + timedelta(days=legal.days("ppv_access_after_days"))
        for opening in unended_openings(row):
            openings.prolong(opening, closes_on=closes_on, by=by)
        todos.done(features.WRITE_PPV, about=row, by=by)
        todos.give(case_features.HOLD_HEARING, row.case, *LEADERS)
        write_to_parents(
            row,
            "ppv_sent",
            by=by,
            psykolog=by.name,
            psykolog_titel=by.title,
            konklusion=report.conclusion,
            anbefaling=report.arrangement,
            sendt=parts.day(report.sent_on),
        )
        timeline.note(features.PPV_SENT, row, by=by)
        journalling.act("pku.ppvrequest.sent", row, by=by, data={"need": report.need})
    return row


def lacking(report: PPVReport) -> list[str]:
    """Return the names of the texts that the PPV still lacks."""
    return [title for title, words in parts.named(report, _NEEDED) if not words]


def _check_author(row: PPVRequest, by: User) -> None:
    if not is_author(row, by):
        raise NotAllowedError(ONLY_AUTHOR)
    if row.state != _State.RECEIVED:
        raise DomainError(_("The PPV is sent. It can not be changed."))


def _check_dispatches(row: PPVRequest, dispatches: Sequence[Dispatch]) -> None:
    reached = {item.custody_holder.pk if item.custody_holder else None for item in dispatches}
    wanted = {None, *(holder.pk for holder in holders_of(row.case))}
    if reached != wanted or len(dispatches) != len(wanted):
        raise DomainError(_("The school leader and each parent with custody get the PPV."))
    first = row.received_on or clock.today()
    if any(not first <= item.sent_on <= clock.today() for item in dispatches):
        raise DomainError(
            _("It can not be sent before the request was received, or in the future.")
        )


def _freeze(report: PPVReport, by: User) -> None:
    report.sent_on = clock.today()
    payload = ppv_report_payload(report, made_on=clock.now())
    document = documents.freeze(
        report.request.case,
        kind=Document.Kind.PPV_REPORT,
        needs=Document.Needs.REPORT,
        title=payload["title"],
        payload=payload,
        by=by,
    )
    change(report, sent_on=report.sent_on, document=document)
