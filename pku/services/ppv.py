"""Asking for a PPV: a parent's own request, the school's request, the leader's signature.

Sources: folkeskoleloven § 12; bekendtgørelse 693/2014 §§ 2–3; K-meddelelse 37.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from cases.facts import CaseFacts
from cases.gates import Status, g3_ppv
from cases.models import Case, Document
from cases.selectors import case_facts
from cases.services import documents, gatekeeping, letters
from cases.services.cases import Informed, open_on_parents_request
from districts.kinds import TodoKind
from districts.models import CustodyHolder, Pupil, Unit
from districts.permissions import Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import calendar, clock, journalling, legal
from haderslev.core.errors import ConflictError, DomainError
from haderslev.core.pdf.document import LANGUAGE
from haderslev.core.policy import require
from pku import features
from pku.material.ppv import ppv_request_payload
from pku.models import ParentAsk, PPVRequest
from plans import features as plan_features
from plans.services import plans

LEADERS = (Role.LEADER, Role.DEPUTY)
_State = PPVRequest.State
# What the team writes; the parent's own words and the leader's reason are not among them.
TEXTS = (
    "consulted_on",
    "consulted_how",
    "problem",
    "questions",
    "resources",
    "difficulties",
    "academic",
    "social",
    "absence",
    "done_so_far",
    "school_statement",
    "school_statement_on",
    "pupil_view",
    "parents_view",
)
# Texts that the school's own request needs in addition to the gate's requirements.
_NEEDED = ("problem", "questions", "resources", "difficulties", "academic", "parents_view")
_CHANGED = _("Somebody has changed this request since you opened it.")


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

    Args:
        pupil: The child.
        ask: Who asks, when, in which words.
        informed: Whether the other custody holders were informed, when a case is opened.
        by: Who received the request.

    Raises:
        NotAllowedError: ``by`` is not staff around the child.
        DomainError: The one who asks has no custody, or the day lies in the future.
    """
    with transaction.atomic():
        pupil = Pupil.objects.select_for_update().get(pk=pupil.pk)
        check_may_record(pupil, by)
        _check_ask(pupil, ask)
        case = pupil.cases.open().first() or _open_case(pupil, ask, informed, by)
        request = _place(case, ask, by)
        _add_ask(request, ask, by)
    return request


def start_request(
    case: Case, *, requester: str, texts: Mapping[str, object], ready: bool = False, by: User
) -> PPVRequest:
    """Begin the school's request as a draft.

    Raises:
        NotAllowedError: ``by`` does not work with the child.
        DomainError: A community's case, a closed case, or a parent as the one who asks.
        ConflictError: The case has a request already.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        _check_may_write(case, by)
        if case.pupil_id is None:
            raise DomainError(_("A PPV is about a child. A class can ask for guidance."))
        if not case.is_open:
            raise DomainError(_("This case is closed."), code="closed")
        if requester == PPVRequest.Requester.PARENTS:
            raise DomainError(_("Record a parent's own request on the child's page."))
        if case.ppv_requests.all().open().exists():
            raise ConflictError(_("There is a request for PPV in this case already."))
        row = PPVRequest.objects.create(
            case=case, requester=requester, recorded_by=by, **_known(texts)
        )
        plans.step_taken(plan_features.GO_ON, case.target, by=by)
        journalling.act("pku.ppvrequest.drafted", row, by=by, data={"requester": requester})
        if ready:
            _ask_for_signature(row)
    return row


def save_request(
    request: PPVRequest,
    *,
    revision: int,
    texts: Mapping[str, object],
    ready: bool = False,
    by: User,
) -> PPVRequest:
    """Change the texts of a request that is not sent yet.

    Raises:
        NotAllowedError: ``by`` does not work with the child.
        ConflictError: Somebody has changed it since; both texts are in the error.
        DomainError: It is sent, and what is sent is frozen.
    """
    with transaction.atomic():
        row = locked(request)
        _check_may_write(row.case, by)
        _check_open_for_writing(row)
        values = _known(texts)
        if row.revision != revision:
            raise ConflictError(
                _CHANGED,
                mine={name: shown(value) for name, value in values.items()},
                theirs={name: shown(getattr(row, name)) for name in values},
                revision=row.revision,
            )
        for name, value in values.items():
            setattr(row, name, value)
        row.revision += 1
        row.save(update_fields=[*values, "revision"])
        journalling.act("pku.ppvrequest.changed", row, by=by, data={"revision": row.revision})
        if ready:
            _ask_for_signature(row)
    return row


def withdraw_request(request: PPVRequest, *, by: User) -> PPVRequest:
    """Withdraw the school's own draft. A parent's request can not be withdrawn here.

    Raises:
        NotAllowedError: ``by`` does not work with the child.
        DomainError: It is a parent's request, or no draft any more.
    """
    with transaction.atomic():
        row = locked(request)
        _check_may_write(row.case, by)
        if row.state != _State.DRAFT:
            raise DomainError(
                _("Only the school's own draft can be withdrawn here, not a parent's request.")
            )
        row.to_withdrawn()
        row.save(update_fields=["state"])
        todos.done(features.SIGN_PPV, about=row, by=by)
        journalling.act("pku.ppvrequest.withdrawn", row, by=by)
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
        row = locked(request)
        case = row.case
        require(by, "request_ppv", case, _("The school leader signs a request for PPV."))
        _check_open_for_writing(row)
        if row.revision != revision:
            raise ConflictError(_CHANGED, revision=row.revision)
        against = row.state == _State.DRAFT and parents_disagree(case_facts(case))
        if against and against_parents_reason:
            row.against_parents_reason = against_parents_reason
            row.save(update_fields=["against_parents_reason"])
        gatekeeping.check(case, "G3")
        _check_whole(row)
        _send(row, by)
        if against:
            _tell_parents(row, by)
        journalling.act(
            "pku.ppvrequest.signed",
            row,
            by=by,
            data={"requester": row.requester, "against": against},
        )
    return row


def parents_disagree(facts: CaseFacts) -> bool:
    """Tell whether a parent's newest answer about PPV is no."""
    rows = {item.code: item for item in g3_ppv(facts)}
    return rows["against_parents"].status is not Status.NOT_RELEVANT


def lacking(row: PPVRequest) -> list[str]:
    """Return the names of the texts that the school's own request still lacks."""
    if row.state != _State.DRAFT:
        return []
    return [field_name(PPVRequest, name) for name in _NEEDED if not getattr(row, name)]


def field_name(model: type[Model], name: str) -> str:
    """Return a field's name in words."""
    field: Any = model._meta.get_field(name)
    return str(field.verbose_name)


def advisory_units() -> list[Unit]:
    """Return the units that receive requests for PPV."""
    return list(Unit.objects.filter(kind=Unit.Kind.ADVISORY_TEAM, ends_on=None).order_by("pk"))


def locked(request: PPVRequest) -> PPVRequest:
    """Return the request under lock, with its case and its child."""
    rows = PPVRequest.objects.select_for_update(of=("self",))
    return rows.select_related("case__pupil").get(pk=request.pk)


def pupil_of(row: PPVRequest) -> Pupil:
    """Return the child; a PPV is always about one."""
    pupil = row.case.pupil
    if pupil is None:
        raise DomainError(_("A PPV is about a child. A class can ask for guidance."))
    return pupil


def check_may_record(pupil: Pupil, by: User) -> None:
    """Refuse those who are not staff around the child, who record a parent's request.

    Raises:
        NotAllowedError: ``by`` is not among them.
    """
    sentence = _("The staff of the child's school record a parent's request.")
    require(by, "record_parent_request", pupil, sentence)
    require(by, "view_pupil", pupil, sentence)


def _check_ask(pupil: Pupil, ask: Ask) -> None:
    if not pupil.custody_holders.current().filter(pk=ask.custody_holder.pk).exists():
        raise DomainError(_("Choose a parent with custody of the child."), field="custody_holder")
    if ask.asked_on > clock.today():
        raise DomainError(_("A day in the future can not be recorded."), field="asked_on")


def _check_may_write(case: Case, by: User) -> None:
    require(
        by,
        "write_ppv_request",
        case,
        _("The team around the child and the school leader write this."),
    )


def _check_open_for_writing(row: PPVRequest) -> None:
    if row.state not in {_State.DRAFT, _State.PARENT_REQUEST}:
        raise DomainError(_("This request is sent or withdrawn. It can not be changed."))
    if not row.case.is_open:
        raise DomainError(_("This case is closed."), code="closed")


def _check_whole(row: PPVRequest) -> None:
    if names := lacking(row):
        listed = ", ".join(names)
        raise DomainError(_("Write this first: %(fields)s.") % {"fields": listed}, code="not-whole")


def _known(texts: Mapping[str, object]) -> dict[str, object]:
    return {name: texts[name] for name in TEXTS if name in texts}


def shown(value: object) -> str:
    """Return a text or a day as the page of a conflict shows it."""
    return "" if value is None else str(value)


def _open_case(pupil: Pupil, ask: Ask, informed: Sequence[Informed], by: User) -> Case:
    """Open the case. Its reason is printed in letters to both parents, so it quotes neither."""
    with override(LANGUAGE):
        own = Informed(
            custody_holder=ask.custody_holder,
            told_on=ask.asked_on,
            told_how=gettext("Asked for the PPV"),
        )
        reason = gettext("A parent has asked for a pedagogical-psychological assessment (PPV).")
    others = [item for item in informed if item.custody_holder.pk != ask.custody_holder.pk]
    return open_on_parents_request(pupil=pupil, reason=reason, informed=[own, *others], by=by)


def _place(case: Case, ask: Ask, by: User) -> PPVRequest:
    """Return the request to add the parent's words to; texts of a draft are kept."""
    row = case.ppv_requests.all().open().select_for_update(of=("self",)).first()
    if row is None:
        return _new_parent_request(case, ask, {}, by)
    if row.state == _State.DRAFT:
        texts = {name: getattr(row, name) for name in TEXTS}
        row.to_withdrawn()
        row.save(update_fields=["state"])
        todos.done(features.SIGN_PPV, about=row, by=by)
        journalling.act("pku.ppvrequest.withdrawn", row, by=by, data={"for": "parents_request"})
        return _new_parent_request(case, ask, texts, by)
    if row.asked_by_id is None:
        row.asked_by, row.asked_on = ask.custody_holder, ask.asked_on
        row.asked_words, row.wants_special = ask.words, ask.wants_special
        row.save(update_fields=["asked_by", "asked_on", "asked_words", "wants_special"])
    return row


def _new_parent_request(case: Case, ask: Ask, texts: Mapping[str, object], by: User) -> PPVRequest:
    return PPVRequest.objects.create(
        case=case,
        state=_State.PARENT_REQUEST,
        requester=PPVRequest.Requester.PARENTS,
        asked_by=ask.custody_holder,
        asked_on=ask.asked_on,
        asked_words=ask.words,
        wants_special=ask.wants_special,
        recorded_by=by,
        **texts,
    )


def _add_ask(row: PPVRequest, ask: Ask, by: User) -> None:
    ParentAsk.objects.create(
        request=row,
        custody_holder=ask.custody_holder,
        asked_on=ask.asked_on,
        words=ask.words,
        wants_special=ask.wants_special,
        recorded_by=by,
    )
    if row.state == _State.PARENT_REQUEST:
        # The first parent who asked has waited longest.
        first = row.asks.earliest("asked_on").asked_on
        due_on = forward_before(first, recorded_at=row.recorded_at)
        _give_leaders(features.FORWARD_PPV, row, due_on=due_on)
    journalling.act(
        "pku.ppvrequest.parent_asked", row, by=by, data={"wants_special": ask.wants_special}
    )
    timeline.note(features.PPV_PARENT_REQUEST, row, by=by, on=ask.asked_on)


def _ask_for_signature(row: PPVRequest) -> None:
    if row.state == _State.DRAFT:
        _give_leaders(features.SIGN_PPV, row)


def forward_before(asked_on: date, *, recorded_at: datetime) -> date:
    """Return the day by which the leader has answered a parent who asked."""
    recorded_on = timezone.localtime(recorded_at).date()
    return calendar.school_day_after(asked_on, legal.days("ppv_forward_school_days", recorded_on))


def _give_leaders(kind: TodoKind, row: PPVRequest, *, due_on: date | None = None) -> None:
    todos.give(kind, row, *LEADERS, due_on=due_on)


def _send(row: PPVRequest, by: User) -> None:
    if not advisory_units():
        raise DomainError(_("The municipality has no advisory team to send it to."))
    row.signed_by, row.signed_on = by, clock.today()
    payload = ppv_request_payload(row, made_on=clock.now())
    row.document = documents.freeze(
        row.case,
        kind=Document.Kind.PPV_REQUEST,
        needs=Document.Needs.DOSSIER,
        title=payload["title"],
        payload=payload,
        by=by,
    )
    row.to_requested()
    row.save(update_fields=["state", "signed_by", "signed_on", "document"])
    todos.done(features.FORWARD_PPV, features.SIGN_PPV, about=row, by=by)
    wait_for_psychologist(row)
    timeline.note(features.PPV_REQUESTED, row, by=by)


def wait_for_psychologist(row: PPVRequest) -> None:
    """Give the advisory team the to-do, which never names the child."""
    for unit in advisory_units():
        todos.give(features.TAKE_PPV, row, Role.PSYCHOLOGIST, unit=unit)


def _tell_parents(row: PPVRequest, by: User) -> None:
    """Write to each parent why the school asks although one of them disagrees (§ 2 stk. 3)."""
    for holder in pupil_of(row).custody_holders.current():
        letters.make_letter(
            row.case,
            kind=Document.Kind.PPV_LETTER,
            code="ppv_against_parents",
            custody_holder=holder,
            values={"begrundelse": row.against_parents_reason},
            by=by,
        )
