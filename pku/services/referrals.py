"""The school's side of a referral: written by the team, approved and submitted by the leader.

Sources: folkeskoleloven § 12 stk. 2 and § 22; H-PKU-1.
"""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Document
from cases.services import documents, gatekeeping, letters, openings
from districts.models import Unit
from districts.permissions import Cause, Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.errors import ConflictError, DomainError
from haderslev.core.policy import require
from pku import features
from pku.material import referral as material
from pku.models import Placement, PPVRequest, Referral
from pku.services import referral_fields

WRITERS = _("The child's team and the school leader write the referral.")
REFERRERS = _("The school leader approves and submits the referral.")
CHANGED = _("Somebody has changed this since you opened it.")
PKU_ROLES = (Role.PKU_MEMBER, Role.PKU_CHAIR, Role.PKU_SECRETARY)
LEADERS = (Role.LEADER, Role.DEPUTY)
WRITING = (features.WRITE_REFERRAL, features.SUBMIT_REFERRAL, features.MEND_REFERRAL)
ENDED = (Referral.State.DECIDED, Referral.State.WITHDRAWN)


def start_referral(case: Case, *, by: User) -> Referral:
    """Begin a referral, prefilled from the PPV and the leader's decision.

    Raises:
        NotAllowedError: ``by`` does not write in this case.
        DomainError: The case is closed, is about a class, or has an open referral; or the child
            is in a special offer.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        require(by, "write_referral", case, WRITERS)
        if case.pupil_id is None or not case.is_open:
            raise DomainError(_("Only an open case about a pupil can be referred to PKU."))
        # Any case of the child: the offer may belong to an earlier one.
        if Placement.objects.filter(case__pupil=case.pupil_id, ended_on=None).exists():
            raise DomainError(
                _("The child is in a special offer. It is revisited, not referred."), code="placed"
            )
        if case.referrals.exclude(state__in=ENDED).exists():
            raise DomainError(_("The case has an open referral already."), code="open-referral")
        referral = Referral.objects.create(
            case=case,
            written_by=by,
            psychologist_recommendation=_psychologist_said(case),
        )
        todos.done(features.WRITE_REFERRAL, about=case, by=by)
        todos.give(features.WRITE_REFERRAL, referral, Role.TEACHER)
        journalling.act("pku.referral.started", referral, by=by)
    return referral


def save_part(
    referral: Referral, *, part: str, revision: int, values: Mapping[str, object], by: User
) -> Referral:
    """Save one part of a draft, or the opened fields of a returned referral.

    Raises:
        NotAllowedError: ``by`` does not write in this case, or not this part.
        DomainError: A field is not open.
        ConflictError: Somebody has changed the referral meanwhile; both texts are in the error.
    """
    with transaction.atomic():
        row = _locked(referral)
        if part == "leader":
            require(by, "refer_case", row.case, _("The school leader writes this."))
        require(by, "write_referral", row.case, WRITERS)
        saved = referral_fields.current(row)
        changed = [
            name for name, value in values.items() if (saved.get(name) or "") != (value or "")
        ]
        closed = [name for name in changed if not referral_fields.is_open(row, name)]
        if closed:
            raise DomainError(_("This is frozen and can not be changed."), code="not-open")
        _check_part(values, saved)
        if row.revision != revision:
            _conflict(row, values, saved)
        referral_fields.store(row, values)
        row.revision += 1
        plain = [name for names in referral_fields.PARTS.values() for name in names]
        row.save(update_fields=[*plain, "revision"])
        journalling.act(
            "pku.referral.saved", row, by=by, data={"part": part, "fields": sorted(changed)}
        )
    return row


def ask_to_submit(referral: Referral, *, by: User) -> Referral:
    """Ask the school leader to submit it: the team has finished writing.

    Raises:
        NotAllowedError: ``by`` does not write in this case.
        DomainError: It is not open for writing.
    """
    with transaction.atomic():
        row = _locked(referral)
        require(by, "write_referral", row.case, WRITERS)
        _require_editable(row)
        todos.done(features.WRITE_REFERRAL, features.MEND_REFERRAL, about=row, by=by)
        todos.give(features.SUBMIT_REFERRAL, row, *LEADERS)
        journalling.act("pku.referral.handed_over", row, by=by)
    return row


def submit(referral: Referral, *, revision: int, by: User) -> Referral:
    """Approve and submit: frozen as a new version, and the case is opened to PKU.

    The level of the case does not change.

    Raises:
        NotAllowedError: ``by`` does not refer in this case.
        GateError: Requirements of G5 are not met.
        ConflictError: Somebody has changed it since the leader read it.
    """
    with transaction.atomic():
        row = _locked(referral)
        require(by, "refer_case", row.case, REFERRERS)
        _require_editable(row)
        if row.revision != revision:
            raise ConflictError(CHANGED)
        gatekeeping.check(row.case, "G5")
        committee = committee_unit()
        row.submitted_by, row.submitted_on = by, clock.today()
        row.version += 1
        row.document = documents.freeze(
            row.case,
            kind=Document.Kind.PKU_REFERRAL,
            needs=Document.Needs.DOSSIER,
            title=str(Document.Kind.PKU_REFERRAL.label),
            payload=material.referral_payload(row),
            by=by,
            version=row.version,
        )
        row.open_fields = []
        row.revision += 1
        row.to_submitted()
        row.save(
            update_fields=[
                "state",
                "submitted_by",
                "submitted_on",
                "version",
                "document",
                "open_fields",
                "revision",
            ]
        )
        _after_submitting(row, committee, by)
    return row


def withdraw(referral: Referral, *, by: User) -> Referral:
    """Withdraw the referral; PKU's access ends at once.

    Raises:
        NotAllowedError: ``by`` does not refer in this case.
        TransitionNotAllowed: It is decided or withdrawn.
    """
    with transaction.atomic():
        row = _locked(referral)
        require(by, "refer_case", row.case, REFERRERS)
        row.to_withdrawn()
        row.save(update_fields=["state"])
        take_away(row, by=by)
        todos.done(*WRITING, about=row, by=by)
        if row.version:
            openings.close_case_openings(row.case, cause=Cause.REFERRED, by=by)
        timeline.note(features.REFERRAL_WITHDRAWN, row, by=by)
        journalling.act("pku.referral.withdrawn", row, by=by)
    return row


def take_away(referral: Referral, *, by: User) -> None:
    """Remove PKU's to-dos."""
    todos.done(
        features.CHECK_REFERRAL,
        features.READ_REFERRAL,
        features.PREPARE_DECISION,
        about=referral,
        by=by,
    )
    todos.done(features.SIGN_DECISION, about=referral.decisions.all(), by=by)


def committee_unit() -> Unit:
    """Return PKU.

    Raises:
        DomainError: The municipality has none in the system.
    """
    unit = Unit.objects.filter(kind=Unit.Kind.PKU, ends_on=None).order_by("pk").first()
    if unit is None:
        raise DomainError(_("PKU is not set up. Ask the administrator."), code="no-committee")
    return unit


def _locked(referral: Referral) -> Referral:
    rows = Referral.objects.select_for_update(of=("self",)).select_related("case__pupil")
    return rows.get(pk=referral.pk)


def _require_editable(row: Referral) -> None:
    if not row.case.is_open:
        raise DomainError(_("This case is closed."), code="closed")
    if not row.may_be_edited:
        raise DomainError(_("This is frozen and can not be changed."), code="not-open")


def _check_part(values: Mapping[str, object], saved: Mapping[str, object]) -> None:
    """Require a provisional referral to say why it can not wait (folkeskoleloven § 12 stk. 2)."""
    now = {**saved, **values}
    if now["provisional"] and not now["provisional_reason"] and "provisional_reason" in values:
        raise DomainError(_("Write why it can not wait for the PPV."), field="provisional_reason")


def _conflict(row: Referral, values: Mapping[str, object], saved: Mapping[str, object]) -> None:
    raise ConflictError(
        CHANGED,
        mine={name: referral_fields.as_text(value) for name, value in values.items()},
        theirs={name: referral_fields.as_text(saved.get(name)) for name in values},
        revision=row.revision,
    )


def _psychologist_said(case: Case) -> str:
    """Return the arrangement that the newest PPV recommends, to prefill the referral."""
    reported = case.ppv_requests.filter(state=PPVRequest.State.REPORTED)
    request = reported.select_related("report").order_by("-report__sent_on").first()
    return request.report.arrangement if request else ""


def _after_submitting(row: Referral, committee: Unit, by: User) -> None:
    openings.open_case_to(
        row.case,
        unit=committee,
        roles=PKU_ROLES,
        cause=Cause.REFERRED,
        basis=openings.Basis.REFERRED,
        closes_on=None,
        by=by,
    )
    todos.done(*WRITING, about=row, by=by)
    todos.give(features.CHECK_REFERRAL, row, Role.PKU_SECRETARY, unit=committee)
    timeline.note(features.REFERRAL_SUBMITTED, row, by=by)
    journalling.act("pku.referral.submitted", row, by=by, data={"version": row.version})
    if row.version == 1:
        _tell_parents(row, by)


def _tell_parents(row: Referral, by: User) -> None:
    """Write to each parent, where the municipality has a text for it."""
    try:
        legal.letter_text("referral_submitted")
    except ImproperlyConfigured:
        return
    for holder in referral_fields.custody_holders(row):
        letters.make_letter(
            row.case,
            kind=Document.Kind.INFORMATION,
            code="referral_submitted",
            custody_holder=holder,
            values={},
            by=by,
        )
