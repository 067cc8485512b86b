"""Writing, correcting and withdrawing observations."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from districts.models import LearningCommunity, Pupil
from districts.services import timeline
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.core.policy import require
from plans import features
from plans.models import Observation, ObservationVersion
from plans.models.observations import ObservationPupil


def add_observation(
    *,
    about: str,
    kind: str,
    seen: str,
    place: str,
    observed_at: datetime,
    community: LearningCommunity | None = None,
    pupils: Collection[Pupil] = (),
    child_words: str = "",
    interpretation: str = "",
    by: User,
) -> Observation:
    """Write an observation of a community, of the practice in it, or of one or several pupils.

    Raises:
        DomainError: Nobody is named, or it lies in the future.
        NotAllowedError: ``by`` may not write about one of them.

    Source: H-OBS-1 … H-OBS-5.
    """
    with transaction.atomic():
        of_pupils = about == Observation.About.PUPIL
        _check_target(community, pupils, observed_at, of_pupils=of_pupils)
        _check_allowed(by, None if of_pupils else community, pupils if of_pupils else ())
        observation = Observation.objects.create(
            about=about,
            kind=kind,
            community=None if of_pupils else community,
            seen=seen,
            child_words=child_words,
            interpretation=interpretation,
            place=place,
            observed_at=observed_at,
            author=by,
            author_title=by.title,
        )
        if of_pupils:
            ObservationPupil.objects.bulk_create(
                ObservationPupil(observation=observation, pupil=pupil) for pupil in pupils
            )
        about_each = [pupil.concerns for pupil in pupils] if of_pupils else [observation.concerns]
        for concerns in about_each:
            timeline.note(
                features.OBSERVATION,
                observation,
                by=by,
                on=observed_at.date(),
                concerns=concerns,
            )
        journalling.act("plans.observation.added", observation, by=by, data={"kind": kind})
    return observation


def correct_observation(
    observation: Observation,
    *,
    revision: int,
    seen: str,
    child_words: str,
    interpretation: str,
    by: User,
) -> Observation:
    """Correct the text; the earlier text stays visible as a version.

    Raises:
        ConflictError: Somebody else has corrected it meanwhile; both texts are in the error.
        DomainError: It is withdrawn.
    """
    with transaction.atomic():
        row = Observation.objects.select_for_update().get(pk=observation.pk)
        _check_correctable(row, by)
        if row.revision != revision:
            raise ConflictError(
                _("Somebody has corrected this observation since you opened it."),
                mine={"seen": seen, "child_words": child_words, "interpretation": interpretation},
                theirs={
                    "seen": row.seen,
                    "child_words": row.child_words,
                    "interpretation": row.interpretation,
                },
                revision=row.revision,
            )
        ObservationVersion.objects.create(
            observation=row,
            number=row.revision,
            seen=row.seen,
            child_words=row.child_words,
            interpretation=row.interpretation,
            replaced_at=clock.now(),
            replaced_by=by,
        )
        row.seen, row.child_words, row.interpretation = seen, child_words, interpretation
        row.revision += 1
        row.save(update_fields=["seen", "child_words", "interpretation", "revision"])
        journalling.act("plans.observation.corrected", row, by=by, data={"revision": row.revision})
    return row


def withdraw_observation(observation: Observation, *, reason: str, by: User) -> Observation:
    """Withdraw an observation that was written about the wrong child or is wrong.

    Raises:
        DomainError: It is withdrawn already.
    """
    with transaction.atomic():
        row = Observation.objects.select_for_update().get(pk=observation.pk)
        _check_correctable(row, by)
        row.withdrawn_at = clock.now()
        row.withdrawn_reason = reason
        row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        journalling.act("plans.observation.withdrawn", row, by=by)
    return row


def _check_target(
    community: LearningCommunity | None,
    pupils: Collection[Pupil],
    observed_at: datetime,
    *,
    of_pupils: bool,
) -> None:
    if of_pupils and not pupils:
        raise DomainError(_("Choose the pupil or pupils it is about."), field="pupils")
    if not of_pupils and community is None:
        raise DomainError(_("Choose the class it is about."), field="about")
    if observed_at > clock.now():
        raise DomainError(_("It can not lie in the future."), field="observed_at")


def _check_allowed(
    by: User, community: LearningCommunity | None, pupils: Collection[Pupil]
) -> None:
    if community is not None:
        sentence = _("You may not write about this class. Its team can.")
        require(by, "add_observation", community, sentence)
    wanted = {pupil.pk for pupil in pupils}
    if wanted:
        may = Pupil.objects.permitted(by, "add_observation").filter(pk__in=wanted)
        if may.count() != len(wanted):
            raise NotAllowedError(_("You may not write about this pupil. The pupil's team can."))


def _check_correctable(row: Observation, by: User) -> None:
    allowed = Observation.objects.permitted(by, "correct_observation").filter(pk=row.pk)
    if row.author_id != by.pk and not allowed.exists():
        raise NotAllowedError(_("Only the author and the team can correct this."))
    if row.withdrawn_at is not None:
        raise DomainError(_("This observation is withdrawn."), code="withdrawn")
