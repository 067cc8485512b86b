"""Pupils' master data: added and corrected; and the CPR number in the clear."""

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from districts import features
from districts.acts import act
from districts.models import LearningCommunity, Pupil
from districts.services import timeline
from districts.services.custody import Parent
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal, request_cache
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from haderslev.core.rows import change, check_revision, lock

CORRECTED_MEANWHILE = _("Somebody has corrected the master data since you opened them.")


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
    starts_on = starts_on or clock.today()
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
        check_not_too_far(starts_on)
        pupil.enrolments.create(community=community, starts_on=starts_on, recorded_by=by)
        request_cache.forget()
        for parent in parents:
            pupil.custody_holders.create(**parent)
        timeline.note(features.PUPIL_ADDED, pupil, by=by)
        data = {"community": community.public_id}
        journalling.act("districts.pupil.added", pupil, by=by, data=data)
    return pupil


def correct_pupil(pupil: Pupil, *, revision: int, by: User, **values: object) -> Pupil:
    """Correct name, language, interpreter or home municipality.

    Raises:
        ConflictError: Somebody has corrected them meanwhile; both versions are in the error.
        NotAllowedError: ``by`` may not.
    """
    with transaction.atomic():
        row = lock(pupil)
        require(by, "edit_pupil", row)
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        check_revision(row, revision, changed, sentence=CORRECTED_MEANWHILE)
        if changed:
            change(row, **changed, revision=row.revision + 1)
            timeline.note(features.PUPIL_CORRECTED, row, by=by)
            data = {"fields": list(changed)}
            journalling.act("districts.pupil.corrected", row, by=by, data=data)
    return row


@act("districts.pupil.cpr_corrected", right="edit_pupil", notes=features.PUPIL_CORRECTED)
def correct_cpr(row: Pupil, *, cpr: str, revision: int, by: User) -> Pupil:
    """Write another CPR number, for example when a replacement number becomes a real one.

    Raises:
        ConflictError: Somebody has corrected the master data meanwhile; no number is in the error.
        DomainError: It is not a CPR number, or another child has it.
    """
    check_revision(row, revision, {}, sentence=CORRECTED_MEANWHILE)
    row.set_cpr(cpr)
    row.revision += 1
    _save_number(row)
    return row


def reveal_cpr(pupil: Pupil, *, by: User) -> str:
    """Return the CPR number in the clear. The look-up is journalled by the page that asks.

    Raises:
        NotAllowedError: ``by`` may not see it.
    """
    require(by, "reveal_cpr", pupil)
    journalling.act("districts.pupil.cpr_revealed", pupil, by=by)
    return pupil.reveal_cpr()


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
