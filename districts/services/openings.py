"""Opening and closing: the only place where rows of rights with an end are written."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import TextChoices
from django.utils import timezone

from districts import features
from districts.kinds import TimelineKind
from districts.models import (
    CommunityGroupPermission,
    CommunityUserPermission,
    LearningCommunity,
    Opening,
    Pupil,
    PupilGroupPermission,
    PupilUserPermission,
)
from districts.models.openings import OpeningBase
from districts.permissions import Cause, Role, of_opened_community, of_opened_pupil
from districts.services import timeline
from haderslev.core import clock, journalling, request_cache
from haderslev.core.words import Kept

type Holder = Group | Any


def open_pupil(
    pupil: Pupil,
    *,
    to: Holder,
    cause: Cause,
    basis: TextChoices | str | Kept,
    closes_on: Any,
    by: Any,
    case: str = "",
) -> Opening:
    """Open a pupil to a group or a person until a date. Journalled, in the timeline."""
    opening = Opening.objects.create(
        pupil=pupil, **_holder(to), cause=cause, basis=basis, closes_on=closes_on, opened_by=by
    )
    _sync_pupil(opening)
    journalling.act("districts.pupil.access_opened", pupil, by=by, data=_data(opening))
    _note(features.ACCESS_OPENED, opening, by, case=case)
    return opening


def open_community(
    community: LearningCommunity,
    *,
    to: Holder,
    cause: Cause,
    basis: TextChoices | str | Kept,
    closes_on: Any,
    by: Any,
) -> Opening:
    """Open a community to a group or a person until a date. Journalled, in the timeline."""
    opening = Opening.objects.create(
        community=community,
        **_holder(to),
        cause=cause,
        basis=basis,
        closes_on=closes_on,
        opened_by=by,
    )
    _sync_community(opening)
    journalling.act(
        "districts.learningcommunity.access_opened", community, by=by, data=_data(opening)
    )
    _note(features.ACCESS_OPENED, opening, by)
    return opening


def close(opening: Opening, *, by: Any) -> None:
    """Close an opening now; other openings of the same holder go on."""
    if opening.closed_at is not None:
        return
    opening.closed_at = clock.now()
    opening.save(update_fields=["closed_at"])
    data = _data(opening)
    if opening.pupil is not None:
        _sync_pupil(opening)
        journalling.act("districts.pupil.access_closed", opening.pupil, by=by, data=data)
    if opening.community is not None:
        _sync_community(opening)
        journalling.act(
            "districts.learningcommunity.access_closed", opening.community, by=by, data=data
        )
    _note(features.ACCESS_CLOSED, opening, by)


def prolong(opening: Opening, *, closes_on: Any, by: Any) -> None:
    """Move the end of an opening."""
    opening.closes_on = closes_on
    opening.save(update_fields=["closes_on"])
    data = _data(opening)
    if opening.pupil is not None:
        _sync_pupil(opening)
        journalling.act("districts.pupil.access_prolonged", opening.pupil, by=by, data=data)
    if opening.community is not None:
        _sync_community(opening)
        journalling.act(
            "districts.learningcommunity.access_prolonged", opening.community, by=by, data=data
        )


def _note(kind: TimelineKind, opening: Opening, by: Any, *, case: str = "") -> None:
    who = _name(opening.group or opening.user)
    timeline.note(kind, opening, by=by, detail=who, case_number=case)


def _sync_pupil(opening: Opening) -> None:
    siblings = Opening.objects.filter(
        pupil=opening.pupil_id, group=opening.group_id, user=opening.user_id
    )
    wanted = wanted_rows(siblings, lambda row: of_opened_pupil(row.cause))
    write_rows(opening.pupil, opening, PupilGroupPermission, PupilUserPermission, wanted)


def _sync_community(opening: Opening) -> None:
    siblings = Opening.objects.filter(
        community=opening.community_id, group=opening.group_id, user=opening.user_id
    )
    wanted = wanted_rows(siblings, lambda row: of_opened_community(row.cause))
    write_rows(
        opening.community, opening, CommunityGroupPermission, CommunityUserPermission, wanted
    )


def wanted_rows(openings: Any, codenames: Any) -> dict[str, datetime | None]:
    """Return codename → end, the latest of all openings that count; None is without end."""
    wanted: dict[str, datetime | None] = {}
    for opening in openings:
        if not opening.is_open:
            continue
        end = end_of(opening)
        for code in codenames(opening):
            if code in wanted and (wanted[code] is None or end is None):
                wanted[code] = None
            else:
                known = wanted.get(code)
                wanted[code] = end if known is None or end is None else max(known, end)
    return wanted


def end_of(opening: OpeningBase) -> datetime | None:
    """Return the instant after the last day, Danish time."""
    if opening.closes_on is None:
        return None
    after = opening.closes_on + timedelta(days=1)
    return timezone.make_aware(datetime.combine(after, time.min))


def write_rows(
    target: Any, opening: OpeningBase, group_table: Any, user_table: Any, wanted: dict[str, Any]
) -> None:
    """Make the holder's rows on ``target`` equal to ``wanted``."""
    holder: dict[str, Any] = (
        {"group_id": opening.group_id} if opening.group_id else {"user_id": opening.user_id}
    )
    table = group_table if opening.group_id else user_table
    content_type = ContentType.objects.get_for_model(target)
    perms = Permission.objects.filter(content_type=content_type, codename__in=wanted)
    ids = {perm.codename: perm for perm in perms}
    table.objects.filter(content_object=target, **holder).exclude(
        permission__codename__in=wanted
    ).delete()
    for codename, until in wanted.items():
        table.objects.update_or_create(
            content_object=target,
            permission=ids[codename],
            defaults={"valid_until": until},
            **holder,
        )
    request_cache.forget()


def _name(to: Holder) -> Kept:
    """Return who got access, for the timeline: role and unit of a group, or the person."""
    if isinstance(to, Group):
        held = to.unit_role
        return Kept.of(Role(held.role), held.unit.name)
    return Kept.of(str(to))


def _holder(to: Holder) -> dict[str, Any]:
    return {"group": to} if isinstance(to, Group) else {"user": to}


def _data(opening: OpeningBase) -> dict[str, object]:
    return {
        "cause": opening.cause,
        "group": opening.group_id,
        "user": opening.user_id,
        "closes_on": str(opening.closes_on),
    }
