"""The request for a PPV: a parent's own or the school's, signed, withdrawn or refused.

Sources: folkeskoleloven § 12; bekendtgørelse 693/2014 §§ 2–3, 15; forvaltningsloven §§ 22–25;
K-meddelelse 37.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from cases.facts import CaseFacts
from cases.gates import Status, g3_ppv
from cases.models import Case, Document
from cases.selectors.facts import case_facts
from cases.services import documents, gatekeeping, letters
from cases.services.cases import Informed, open_on_parents_request
from districts.acts import act
from districts.models import CustodyHolder, Opening, Pupil, Unit
from districts.permissions import LEADERS, Role
from districts.services import openings, timeline, todos
from haderslev.accounts.models import User
from haderslev.core import calendar, clock, journalling, legal
from haderslev.core.dates import not_ahead
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError, Words
from haderslev.core.pdf.document import LANGUAGE
from haderslev.core.policy import may, require
from haderslev.core.rows import change, check_revision, lock
from pku import features
from pku.material import parts
from pku.material.ppv import ppv_request_payload
from pku.models import ParentAsk, PPVRequest
from pku.models.ppv import UNDER_WAY
from pku.selectors import holders_of, units_of
from pku.selectors.ppv import is_author
from plans import features as plan_features
from plans.services import plans

_State = PPVRequest.State
# What the team writes, in the order of the page; the parent's own words and the leader's reason are
# not among them.
TEXTS = (
    "problem questions consulted_on consulted_how pupil_view parents_view resources difficulties"
    " academic social absence done_so_far school_statement school_statement_on"
).split()
# Texts that the school's own request needs in addition to the gate's requirements.
NEEDED = "problem questions parents_view resources difficulties academic"
NEEDED_BY_GATE = "consulted_on consulted_how pupil_view done_so_far"
_CHANGED = _("Somebody has changed this request since you opened it.")
_NO_CHILD = _("A PPV is about a child. A class can ask for guidance.")


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What one parent asks for, as it was said."""

    custody_holder: CustodyHolder
    asked_on: date
    words: str
    wants_special: bool = False


def record_parent_request(
    pupil: Pupil, ask: Ask, *, informed: Sequence[Informed] = (), by: User
) -> PPVRequest:
    """Record a parent's own request for a PPV, at any level; no requirement blocks it.

    Without an open case it opens one on that ground. A draft of the school gives its texts to the
    parent's request and is withdrawn; a request that is under way keeps the parent's words too.
    ``informed`` says whether the other custody holders were, when a case is opened.

    Raises:
        NotAllowedError: ``by`` is not staff around the child.
        DomainError: The one who asks has no custody, or the day lies in the future.
    """
    with transaction.atomic():
        pupil = lock(pupil)
        _require_staff(pupil, by)
        if not pupil.custody_holders.current().filter(pk=ask.custody_holder.pk).exists():
            raise DomainError(
                _("Choose a parent with custody of the child."), field="custody_holder"
            )
        not_ahead(ask.asked_on, "asked_on")
        case = pupil.cases.open().first() or _open_case(pupil, ask, informed, by)
        row = _request_of_parent(case, ask, by)
        ParentAsk.objects.create(request=row, recorded_by=by, **vars(ask))
        if row.state == _State.PARENT_REQUEST:
            # The first parent who asked has waited longest.
            first = row.asks.earliest("asked_on").asked_on
            due_on = forward_before(first, recorded_at=row.recorded_at)
            todos.give(features.FORWARD_PPV, row, *LEADERS, due_on=due_on)
        journalling.act(
            "pku.ppvrequest.parent_asked", row, by=by, data={"wants_special": ask.wants_special}
        )
        timeline.note(features.PPV_PARENT_REQUEST, row, by=by, on=ask.asked_on)
    return row


def _require_staff(pupil: Pupil, by: User) -> None:
    """Refuse those who are not staff around the child, who record what a parent says."""
    sentence = _("The staff of the child's school record a parent's request.")
    require(by, "record_parent_request", pupil, sentence)
    require(by, "view_pupil", pupil, sentence)


def _open_case(pupil: Pupil, ask: Ask, informed: Sequence[Informed], by: User) -> Case:
    """Open the case. Its reason is printed in letters to both parents, so it quotes neither."""
    with override(LANGUAGE):
        own = Informed(
            custody_holder=ask.custody_holder,
            informed_on=ask.asked_on,
            informed_how=gettext("Asked for the PPV"),
        )
        reason = gettext("A parent has asked for a pedagogical-psychological assessment (PPV).")
    others = [item for item in informed if item.custody_holder.pk != ask.custody_holder.pk]
    return open_on_parents_request(pupil=pupil, reason=reason, informed=[own, *others], by=by)


def _request_of_parent(case: Case, ask: Ask, by: User) -> PPVRequest:
    """Return the request to which the parent's words belong; texts of a draft are kept."""
    row = case.ppv_requests.all().open().select_for_update(of=("self",)).first()
    if row is not None and row.state != _State.DRAFT:
        if row.asked_by_id is None:
            change(row, **_words_of(ask))
        return row
    texts: dict[str, object] = {}
    if row is not None:
        texts = {name: getattr(row, name) for name in TEXTS}
        row.move(_State.WITHDRAWN)
        todos.done(features.SIGN_PPV, about=row, by=by)
        journalling.act("pku.ppvrequest.withdrawn", row, by=by, data={"for": "parents_request"})
    return PPVRequest.objects.create(
        case=case,
        state=_State.PARENT_REQUEST,
        requester=PPVRequest.Requester.PARENTS,
        recorded_by=by,
        **_words_of(ask),
        **texts,
    )


def _words_of(ask: Ask | ParentAsk | None) -> dict[str, object]:
    """Return the columns of a request that rests on a parent's words, or on none."""
    return {
        "asked_by": ask.custody_holder if ask else None,
        "asked_on": ask.asked_on if ask else None,
        "asked_words": ask.words if ask else "",
        "wants_special": ask.wants_special if ask else False,
    }


def forward_before(asked_on: date, *, recorded_at: datetime) -> date:
    """Return the day by which the leader has answered a parent who asked."""
    recorded_on = timezone.localtime(recorded_at).date()
    return calendar.school_day_after(asked_on, legal.days("ppv_forward_school_days", recorded_on))


@act("pku.ppvrequest.drafted", right="write_ppv_request", data=("requester",))
def start_request(
    case: Case, *, requester: str, texts: Mapping[str, object], ready: bool = False, by: User
) -> PPVRequest:
    """Begin the school's request as a draft.

    Raises:
        DomainError: A community's case, a closed case, or a parent as the one who asks.
        ConflictError: The case has a request already.
    """
    if case.pupil_id is None:
        raise DomainError(_NO_CHILD)
    gatekeeping.require_open(case)
    if requester == PPVRequest.Requester.PARENTS:
        raise DomainError(_("Record a parent's own request on the child's page."))
    if case.ppv_requests.all().open().exists():
        raise ConflictError(_("There is a request for PPV in this case already."))
    row = PPVRequest.objects.create(
        case=case, requester=requester, recorded_by=by, **_columns(texts)
    )
    plans.step_taken(plan_features.GO_ON, case.target, by=by)
    if ready:
        todos.give(features.SIGN_PPV, row, *LEADERS)
    return row


@act("pku.ppvrequest.changed", right="write_ppv_request", data=("revision",))
def save_request(
    row: PPVRequest,
    *,
    revision: int,
    texts: Mapping[str, object],
    ready: bool = False,
    by: User,
) -> PPVRequest:
    """Change the texts of a request that is not sent yet.

    Raises:
        ConflictError: Somebody has changed it since; both texts are in the error.
        DomainError: It is sent, and what is sent is frozen.
    """
    _check_open_for_writing(row)
    values = _columns(texts)
    check_revision(row, revision, values, sentence=_CHANGED)
    change(row, **values, revision=row.revision + 1)
    if ready and row.state == _State.DRAFT:
        todos.give(features.SIGN_PPV, row, *LEADERS)
    return row


def _columns(texts: Mapping[str, object]) -> dict[str, object]:
    return {name: texts[name] for name in TEXTS if name in texts}


def _check_open_for_writing(row: PPVRequest) -> None:
    if row.state not in {_State.DRAFT, _State.PARENT_REQUEST}:
        raise DomainError(_("This request is sent or withdrawn. It can not be changed."))
    gatekeeping.require_open(row.case)


@act("pku.ppvrequest.withdrawn", right="write_ppv_request", ends=(features.SIGN_PPV,))
def withdraw_request(row: PPVRequest, *, by: User) -> PPVRequest:
    """Withdraw the school's own draft. A parent's request can not be withdrawn here.

    Raises:
        DomainError: It is a parent's request, or no draft any more.
    """
    if row.state != _State.DRAFT:
        raise DomainError(
            _("Only the school's own draft can be withdrawn here, not a parent's request.")
        )
    row.move(_State.WITHDRAWN)
    return row


def sign_request(
    request: PPVRequest, *, revision: int, against_parents_reason: str = "", by: User
) -> PPVRequest:
    """Sign a request and send it to the advisory team; the material is frozen with it.

    A parent's own request is only forwarded: no requirement blocks it. The level stays.

    Raises:
        NotAllowedError: ``by`` does not lead the child's school.
        GateError: The school's own request does not meet the requirements.
        ConflictError: Somebody has changed it since the leader read it.
        DomainError: It is sent already, or something is not written.
    """
    with transaction.atomic():
        row = lock(request)
        case = row.case
        require(by, "request_ppv", case, _("The school leader signs a request for PPV."))
        _check_open_for_writing(row)
        check_revision(row, revision, sentence=_CHANGED)
        against = row.state == _State.DRAFT and parents_disagree(case_facts(case))
        if against and against_parents_reason:
            change(row, against_parents_reason=against_parents_reason)
        gatekeeping.check(case, "G3")
        if names := " · ".join(lacking(row)):
            raise DomainError(
                _("Write this first: %(fields)s") % {"fields": names}, code="not-whole"
            )
        _send(row, by)
        if against:
            # Why the school asks although one of the parents disagrees (§ 2 stk. 3).
            words = row.against_parents_reason
            write_to_parents(row, "ppv_against_parents", by=by, begrundelse=words)
        data = {"requester": row.requester, "against": against}
        journalling.act("pku.ppvrequest.signed", row, by=by, data=data)
    return row


def _send(row: PPVRequest, by: User) -> None:
    if not units_of(Unit.Kind.ADVISORY_TEAM):
        raise DomainError(_("The municipality has no advisory team to send it to."))
    row.signed_by, row.signed_on = by, clock.today()
    payload = ppv_request_payload(row, made_on=clock.now())
    document = documents.freeze(
        row.case,
        kind=Document.Kind.PPV_REQUEST,
        needs=Document.Needs.DOSSIER,
        title=payload["title"],
        payload=payload,
        by=by,
    )
    row.move(_State.REQUESTED, signed_by=by, signed_on=row.signed_on, document=document)
    todos.done(features.FORWARD_PPV, features.SIGN_PPV, about=row, by=by)
    wait_for_psychologist(row)
    timeline.note(features.PPV_REQUESTED, row, by=by)


def parents_disagree(facts: CaseFacts) -> bool:
    """Tell whether a parent's newest answer about PPV is no."""
    rows = {item.code: item for item in g3_ppv(facts)}
    return rows["against_parents"].status is not Status.NOT_RELEVANT


def lacking(row: PPVRequest) -> list[str]:
    """Return the names of the texts that the school's own request still lacks."""
    asked = parts.named(row, NEEDED) if row.state == _State.DRAFT else []
    return [title for title, words in asked if not words]


def wait_for_psychologist(row: PPVRequest) -> None:
    """Give the advisory team the to-do, which never names the child."""
    for unit in units_of(Unit.Kind.ADVISORY_TEAM):
        todos.give(features.TAKE_PPV, row, Role.PSYCHOLOGIST, unit=unit)


def withdraw_parent_request(
    request: PPVRequest,
    *,
    ask: ParentAsk,
    withdrawn_on: date,
    withdrawn_how: str,
    words: str,
    by: User,
) -> PPVRequest:
    """Record that a parent withdraws the request. Only that parent can; staff record it.

    When no parent's request remains, a request that parents made ends, even after it was sent to
    the advisory team or received there, and with it the psychologist's access. The school's own
    request, to which a parent had added words, continues.

    Raises:
        NotAllowedError: ``by`` is neither staff around the child nor the psychologist who has it.
        DomainError: The PPV is sent, it is withdrawn already, or the date is impossible.
    """
    with transaction.atomic():
        row = lock(request)
        if row.case.pupil is None:
            raise DomainError(_NO_CHILD)
        _require_staff(row.case.pupil, by)
        mine = ParentAsk.objects.select_for_update().get(pk=ask.pk, request=row)
        if row.state not in UNDER_WAY:
            raise DomainError(_("Nothing is under way: the PPV is sent, refused or withdrawn."))
        if mine.withdrawn_on is not None:
            raise DomainError(_("This is withdrawn already."))
        if not words.strip():
            raise DomainError(_("Write what the parent said."), field="words")
        if not mine.asked_on <= withdrawn_on <= clock.today():
            raise DomainError(
                _("It can not be withdrawn before it was asked for, or in the future."),
                field="withdrawn_on",
            )
        change(
            mine,
            withdrawn_on=withdrawn_on,
            withdrawn_how=withdrawn_how,
            withdrawn_words=words,
            withdrawal_by=by,
        )
        data = {"ask": mine.pk, "state": row.state}
        journalling.act("pku.ppvrequest.parent_withdrew", row, by=by, data=data)
        # Recorded first: what follows may end the access of whoever records it.
        timeline.note(features.PPV_WITHDRAWN, row, by=by, on=withdrawn_on)
        still = row.asks.filter(withdrawn_on=None).select_related("custody_holder").first()
        if still is None and row.requester == PPVRequest.Requester.PARENTS:
            end_access(row, by=by)
            row.move(_State.WITHDRAWN_BY_PARENT)
            todos.done(features.FORWARD_PPV, about=row, by=by)
        else:
            change(row, **_words_of(still))
    return row


def refuse_request(request: PPVRequest, *, revision: int, reason: str, by: User) -> PPVRequest:
    """Refuse a parent's request; each parent gets the reasons and how to complain.

    Who decides is a dated value. A parent who wishes support over the threshold, a special class
    or a special school has a right to the PPV: that request can not be refused.

    Raises:
        NotAllowedError: ``by`` does not decide this.
        DomainError: The PPV must be made, it is no parent's request, or something is missing.
        ConflictError: Somebody has changed it since it was read.
    """
    with transaction.atomic():
        row = lock(request)
        if not decides(row, by):
            raise NotAllowedError(deciders())
        if not _is_refusable(row):
            raise DomainError(_("Only a parent's request that waits here can be refused."))
        if must_be_made(row):
            raise DomainError(
                _("The parent wishes special education. Then the PPV must be made."),
                code="must-be-made",
            )
        if not reason.strip():
            raise DomainError(_("Write the reason."), field="reason")
        if not holders_of(row.case):
            raise DomainError(_("No parent with custody is recorded."))
        check_revision(row, revision, sentence=_CHANGED)
        end_access(row, by=by)
        row.move(_State.REFUSED, refusal_reason=reason, refused_by=by, refused_on=clock.today())
        todos.done(features.FORWARD_PPV, about=row, by=by)
        timeline.note(features.PPV_REFUSED, row, by=by)
        journalling.act("pku.ppvrequest.refused", row, by=by)
        write_to_parents(
            row, "ppv_refused", by=by, complaint="complaint_ppv_refused", begrundelse=reason
        )
    return row


def may_refuse(row: PPVRequest, user: User) -> bool:
    """Tell whether this person can refuse this request now."""
    return _is_refusable(row) and not must_be_made(row) and decides(row, user)


def must_be_made(row: PPVRequest) -> bool:
    """Tell whether a parent who asks has a right to the PPV (K-meddelelse 37)."""
    return row.asks.filter(withdrawn_on=None, wants_special=True).exists()


def _leader_decides() -> bool:
    """Tell whether the school leader decides, as by law, rather than the psychologist."""
    return legal.is_on("ppv_refused_by_leader")


def _is_refusable(row: PPVRequest) -> bool:
    wanted = _State.PARENT_REQUEST if _leader_decides() else _State.RECEIVED
    return row.requester == PPVRequest.Requester.PARENTS and row.state == wanted


def decides(row: PPVRequest, user: User) -> bool:
    """Tell whether it is this person who decides on this request."""
    return may(user, "request_ppv", row) if _leader_decides() else is_author(row, user)


def deciders() -> Words:
    """Return the sentence that says who decides."""
    if _leader_decides():
        return _("The school leader decides on a parent's request for PPV.")
    return _("The psychologist who has received the request decides on it.")


def write_to_parents(
    row: PPVRequest, code: str, *, by: User, complaint: str = "", **values: str
) -> None:
    """Write to each parent with custody; a letter with complaint guidance is a decision."""
    for holder in holders_of(row.case):
        letters.make_letter(
            row.case,
            kind=Document.Kind.PPV_LETTER,
            code=code,
            custody_holder=holder,
            values={"anledning": _occasion(row, holder), **values},
            by=by,
            complaint=complaint,
            decision_key=row.public_id if complaint else "",
        )


def _occasion(row: PPVRequest, holder: CustodyHolder) -> str:
    """Say who asked, without quoting one parent to the other."""
    asking = row.asks.filter(withdrawn_on=None, custody_holder=holder)
    child = {"child": row.case.pupil.first_name if row.case.pupil else ""}
    with override(LANGUAGE):
        if asking.exists():
            return gettext("You have asked for an assessment of %(child)s.") % child
        if row.requester == PPVRequest.Requester.PARENTS:
            return gettext("A parent has asked for an assessment of %(child)s.") % child
        return gettext("The school has asked for an assessment of %(child)s.") % child


def end_access(row: PPVRequest, *, by: User) -> None:
    """End the psychologist's access and the to-dos that the request gave."""
    for opening in unended_openings(row):
        openings.close(opening, by=by)
    todos.done(features.TAKE_PPV, features.WRITE_PPV, about=row, by=by)


def unended_openings(row: PPVRequest) -> list[Opening]:
    """Return the psychologist's openings without an end; a sent PPV gives them one."""
    if row.psychologist_id is None:
        return []
    rows = Opening.objects.filter(pupil=row.case.pupil_id, user=row.psychologist_id)
    return list(rows.filter(cause=features.PPV, closed_at=None, closes_on=None))
