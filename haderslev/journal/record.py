"""The only way to write the journal."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from haderslev.journal.models import Act, Read


def record_act(
    *,
    at: datetime,
    user_id: int | None,
    action: str,
    object_label: str,
    object_id: str,
    about: Iterable[str] = (),
    data: Mapping[str, object] | None = None,
    request_id: str = "",
) -> Act:
    """Write down an act, in the transaction of the act. One query.

    Args:
        at: When it was done.
        user_id: Who did it; None for the system itself.
        action: ``app.model.past_tense``.
        object_label: What it was done to, ``app.model``.
        object_id: Its public id.
        about: Whom and what it is about, as texts ``kind:value``.
        data: Codes, ids, field names, versions and hashes; never content.
        request_id: The request it came with.
    """
    return Act.objects.create(
        at=at,
        user_id=user_id,
        action=action,
        object_label=object_label,
        object_id=object_id,
        about=sorted(set(about)),
        data=dict(data or {}),
        request_id=request_id,
    )


def record_read(
    *,
    at: datetime,
    user_id: int,
    purpose: str,
    page: str,
    fields: str,
    channel: str,
    about: Iterable[str] = (),
    reason: str = "",
    request_id: str = "",
) -> Read:
    """Write down a look-up before its content leaves. One query.

    Source: Datatilsynet's catalogue of measures on logging; databeskyttelsesforordningen art. 15.
    """
    return Read.objects.create(
        at=at,
        user_id=user_id,
        purpose=purpose,
        page=page,
        fields=fields,
        channel=channel,
        about=sorted(set(about)),
        reason=reason,
        request_id=request_id,
    )
