"""Writing, correcting and withdrawing observations."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from districts.acts import act
from districts.models import LearningCommunity, Pupil
from districts.services import timeline
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.core.policy import may, require
from haderslev.core.rows import change, check_revision
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
    if about == Observation.About.PUPIL:
        community = None
    else:
        pupils = ()
    with transaction.atomic():
        if not pupils and community is None:
            if about == Observation.About.PUPIL:
                raise DomainError(_("Choose the pupil or pupils it is about."), field="pupils")
            raise DomainError(_("Choose the class it is about."), field="about")
        if observed_at > clock.now():
            raise DomainError(_("It can not lie in the future."), field="observed_at")
        if community is not None:
            sentence = _("You may not write about this class. Its team can.")
            require(by, "add_observation", community, sentence)
        wanted = {pupil.pk for pupil in pupils}
        allowed = Pupil.objects.permitted(by, "add_observation").filter(pk__in=wanted)
        if wanted and allowed.count() != len(wanted):
            raise NotAllowedError(_("You may not write about this pupil. The pupil's team can."))
        observation = Observation.objects.create(
            about=about,
            kind=kind,
            community=community,
            seen=seen,
            child_words=child_words,
            interpretation=interpretation,
            place=place,
            observed_at=observed_at,
            author=by,
            author_title=by.title,
        )
        ObservationPupil.objects.bulk_create(
            ObservationPupil(observation=observation, pupil=pupil) for pupil in pupils
        )
        day = observed_at.date()
        concerned: Iterable[Pupil | Observation] = pupils or [observation]
        for each in concerned:
            timeline.note(features.OBSERVATION, observation, by=by, on=day, concerns=each.concerns)
        journalling.act("plans.observation.added", observation, by=by, data={"kind": kind})
    return observation


@act("plans.observation.corrected", data=("revision",))
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
        NotAllowedError: ``by`` is neither the author nor of the team.
    """
    _check_correctable(observation, by)
    texts = {"seen": seen, "child_words": child_words, "interpretation": interpretation}
    sentence = _("Somebody has corrected this observation since you opened it.")
    check_revision(observation, revision, texts, sentence=sentence)
    ObservationVersion.objects.create(
        observation=observation,
        number=observation.revision,
        replaced_at=clock.now(),
        replaced_by=by,
        **{name: getattr(observation, name) for name in texts},
    )
    change(observation, **texts, revision=revision + 1)
    return observation


@act("plans.observation.withdrawn")
def withdraw_observation(observation: Observation, *, reason: str, by: User) -> Observation:
    """Withdraw an observation that was written about the wrong child or is wrong.

    Raises:
        DomainError: It is withdrawn already.
        NotAllowedError: ``by`` is neither the author nor of the team.
    """
    _check_correctable(observation, by)
    change(observation, withdrawn_at=clock.now(), withdrawn_reason=reason)
    return observation


def _check_correctable(row: Observation, by: User) -> None:
    if row.author_id != by.pk and not may(by, "correct_observation", row):
        raise NotAllowedError(_("Only the author and the team can correct this."))
    if row.withdrawn_at is not None:
        raise DomainError(_("This observation is withdrawn."), code="withdrawn")
