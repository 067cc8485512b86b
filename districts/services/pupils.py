"""Pupils' master data: added and corrected; and the CPR number in the clear."""

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from districts import features
from districts.models import Enrolment, LearningCommunity, Pupil
from districts.services import timeline
from districts.services.custody import Parent, insert_parent
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal, request_cache
from haderslev.core.errors import ConflictError, DomainError
from haderslev.core.policy import require

NOT_YOURS = _("Only the school's leaders and its office can change this.")
CORRECTED_MEANWHILE = _("Somebody has corrected the master data since you opened them.")
_FIELDS = ("first_name", "last_name", "home_municipality", "language", "needs_interpreter")


def add_pupil(
    *,
    first_name: str,
    last_name: str,
    cpr: str,
    community: LearningCommunity,
    starts_on: date | None = None,
    home_municipality: str,
    language: str = "",
    needs_interpreter: bool = False,
    parents: Collection[Parent] = (),
    by: User,
) -> Pupil:
    """Add a child to a class, with the parents.

    Raises:
        DomainError: The number is not a CPR number, or a child with it is known already.
        NotAllowedError: The class is not at a school of ``by``.

    Source: forvaltningsloven § 19 (each parent with custody is a party).
    """
    with transaction.atomic():
        sentence = _("You can only add pupils to classes of your own school.")
        require(by, "edit_pupil", community, sentence)
        pupil = Pupil(
            first_name=first_name,
            last_name=last_name,
            home_municipality=home_municipality,
            language=language,
            needs_interpreter=needs_interpreter,
        )
        pupil.set_cpr(cpr)
        _save_number(pupil)
        check_not_too_far(starts_on or clock.today())
        Enrolment.objects.create(
            pupil=pupil,
            community=community,
            starts_on=starts_on or clock.today(),
            recorded_by=by,
        )
        request_cache.forget()
        for parent in parents:
            insert_parent(pupil, parent)
        timeline.note(features.PUPIL_ADDED, pupil, by=by)
        journalling.act(
            "districts.pupil.added", pupil, by=by, data={"community": community.public_id}
        )
    return pupil


def correct_pupil(pupil: Pupil, *, revision: int, by: User, **values: object) -> Pupil:
    """Correct name, language, interpreter or home municipality.

    Raises:
        ConflictError: Somebody has corrected them meanwhile; both versions are in the error.
        NotAllowedError: ``by`` may not.
    """
    with transaction.atomic():
        row = locked(pupil, by)
        changed = [name for name in _FIELDS if getattr(row, name) != values[name]]
        if row.revision != revision:
            raise ConflictError(
                CORRECTED_MEANWHILE,
                mine={name: str(values[name]) for name in changed},
                theirs={name: str(getattr(row, name)) for name in changed},
                revision=row.revision,
            )
        if not changed:
            return row
        for name in changed:
            setattr(row, name, values[name])
        row.revision += 1
        row.save(update_fields=[*changed, "revision"])
        timeline.note(features.PUPIL_CORRECTED, row, by=by)
        journalling.act("districts.pupil.corrected", row, by=by, data={"fields": changed})
    return row


def correct_cpr(pupil: Pupil, *, cpr: str, revision: int, by: User) -> Pupil:
    """Write another CPR number, for example when a replacement number becomes a real one.

    Raises:
        ConflictError: Somebody has corrected the master data meanwhile; no number is in the error.
        DomainError: It is not a CPR number, or another child has it.
    """
    with transaction.atomic():
        row = locked(pupil, by)
        if row.revision != revision:
            raise ConflictError(CORRECTED_MEANWHILE, revision=row.revision)
        row.set_cpr(cpr)
        row.revision += 1
        _save_number(row)
        timeline.note(features.PUPIL_CORRECTED, row, by=by)
        journalling.act("districts.pupil.cpr_corrected", row, by=by)
    return row


def reveal_cpr(pupil: Pupil, *, by: User) -> str:
    """Return the CPR number in the clear. The look-up is journalled by the page that asks.

    Raises:
        NotAllowedError: ``by`` may not see it.
    """
    require(by, "reveal_cpr", pupil, _("Only the school's leaders can see the CPR number."))
    journalling.act("districts.pupil.cpr_revealed", pupil, by=by)
    return pupil.reveal_cpr()


def locked(pupil: Pupil, by: User) -> Pupil:
    """Return the row, locked, if ``by`` may change its master data.

    Raises:
        NotAllowedError: ``by`` may not.
    """
    row = Pupil.objects.select_for_update().get(pk=pupil.pk)
    require(by, "edit_pupil", row, NOT_YOURS)
    return row


def check_not_too_far(starts_on: date) -> None:
    """Refuse a first day that can only be a slip of the keyboard.

    Raises:
        DomainError: It is further ahead than the municipality plans classes.
    """
    if starts_on > clock.days_from_now(legal.days("class_longest_days_ahead")):
        raise DomainError(
            _("The first day is too far ahead. Classes are planned at most a year ahead."),
            field="starts_on",
        )


def _save_number(pupil: Pupil) -> None:
    """Save, and say that the number is taken without saying by whom."""
    try:
        with transaction.atomic():
            pupil.save()
    except IntegrityError as error:
        if "cpr_index" not in str(error.__cause__):
            raise
        raise DomainError(
            _(
                "A pupil with this CPR number is in the system already. If the child comes from"
                " another school, that school moves the child to your class."
            ),
            code="cpr-known",
            field="cpr",
        ) from error
