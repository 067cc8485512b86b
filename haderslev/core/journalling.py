"""Writing acts and look-ups: the only functions that add to the journal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

from haderslev.core import clock, ports, request_cache
from haderslev.core.identity import Referable
from haderslev.core.subject import Ids, Subject
from haderslev.journal.models import Act, Read

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User


class Journalled(Referable, Protocol):
    """A model that can say whom it is about."""

    def journal_subject(self) -> Subject:
        """Return whom and what it is about, in one query at most."""


def act(
    action: str,  # the label of the object's model and a past tense: ``app.model.past_tense``
    obj: Journalled,
    *,
    by: object,  # None for the system itself
    # Codes, ids, field names, days, versions and hashes; never content.
    data: Mapping[str, object] | None = None,
) -> None:
    """Write down that ``by`` did ``action`` to ``obj``, in the running transaction.

    Raises:
        ValueError: The action is called after another model.
    """
    if action.rpartition(".")[0] != obj._meta.label_lower:
        message = f"{action} is no act on {obj._meta.label_lower}"
        raise ValueError(message)
    label, key = obj._meta.label_lower, str(obj.public_id)
    write_act(action, label, key, by=by, about=obj.journal_subject(), data=data or {})


def write_act(
    action: str,
    label: str,
    key: str,
    *,
    by: object,
    about: Collection[str] = (),
    data: Mapping[str, object],
) -> None:
    """Write the row of an act on the row ``key`` of a model; else as ``act``. One query."""
    kept = {name: str(of) if isinstance(of, date) else of for name, of in data.items()}
    Act.objects.create(
        at=clock.now(),
        user_id=getattr(by, "pk", None),
        action=action,
        object_label=label,
        object_id=key,
        about=sorted(about),
        data=kept,
        request_id=request_cache.request_id(),
    )


@dataclass
class ReadLog:
    """What one request has looked up so far; written once, before the response leaves."""

    subject: set[str] = field(default_factory=set)
    fields: str = "content"
    purpose: str = ""
    reason: str = ""
    channel: str = "page"

    def about(self, *objects: Journalled) -> None:
        """Note that these objects are shown."""
        self.listed(objects)

    def listed(self, objects: Iterable[Journalled]) -> None:
        """Note that these objects stand in a list."""
        for obj in objects:
            self.subject |= obj.journal_subject()

    def note(self, **ids: Ids) -> None:
        """Note by kind what is shown without an object at hand: ``note(pupil=17)``."""
        self.subject |= Subject.of(**ids)

    def __bool__(self) -> bool:
        return bool(self.subject or self.reason)

    def write(self, user: User, page: str) -> None:
        """Write the row. Raises what the database raises: no row, no content.

        Source: Datatilsynet's catalogue of measures on logging; databeskyttelsesforordningen
        art. 15.
        """
        Read.objects.create(
            at=clock.now(),
            user_id=user.pk,
            purpose=self.purpose or ports.rights().purpose(user),
            page=page,
            fields=self.fields,
            channel=self.channel,
            about=sorted(self.subject),
            reason=self.reason,
            request_id=request_cache.request_id(),
        )
