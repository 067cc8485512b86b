"""Opening and closing access: the only place that writes rows of rights with an end."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, TextChoices
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
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, request_cache
from haderslev.core.words import Kept

type Holder = Group | User


def open_pupil(
    pupil: Pupil,
    *,
    to: Holder,
    cause: Cause,
    basis: TextChoices | str | Kept,
    closes_on: date | None,
    by: User,
    case: str = "",
) -> Opening:
    """Open a pupil to a group or a person until a date. Journalled, in the timeline."""
    opening = Opening.objects.create(
        pupil=pupil,
        group=to if isinstance(to, Group) else None,
        user=None if isinstance(to, Group) else to,
        cause=cause,
        basis=basis,
        closes_on=closes_on,
        opened_by=by,
    )
    _sync(opening)
    journalling.act("districts.pupil.access_opened", pupil, by=by, data=_data(opening))
    _note(features.ACCESS_OPENED, opening, by, case=case)
    return opening


def open_community(
    community: LearningCommunity,
    *,
    to: Holder,
    cause: Cause,
    basis: TextChoices | str | Kept,
    closes_on: date | None,
    by: User,
) -> Opening:
    """Open a community to a group or a person until a date. Journalled, in the timeline."""
    opening = Opening.objects.create(
        community=community,
        group=to if isinstance(to, Group) else None,
        user=None if isinstance(to, Group) else to,
        cause=cause,
        basis=basis,
        closes_on=closes_on,
        opened_by=by,
    )
    _sync(opening)
    journalling.act(
        "districts.learningcommunity.access_opened", community, by=by, data=_data(opening)
    )
    _note(features.ACCESS_OPENED, opening, by)
    return opening


def close(opening: Opening, *, by: User) -> None:
    """Close an opening now; other openings of the same holder go on."""
    if opening.closed_at is not None:
        return
    opening.closed_at = clock.now()
    opening.save(update_fields=["closed_at"])
    _sync(opening)
    data = _data(opening)
    if opening.pupil is not None:
        journalling.act("districts.pupil.access_closed", opening.pupil, by=by, data=data)
    if opening.community is not None:
        journalling.act(
            "districts.learningcommunity.access_closed", opening.community, by=by, data=data
        )
    _note(features.ACCESS_CLOSED, opening, by)


def prolong(opening: Opening, *, closes_on: date | None, by: User) -> None:
    """Move the end of an opening."""
    opening.closes_on = closes_on
    opening.save(update_fields=["closes_on"])
    _sync(opening)
    data = _data(opening)
    if opening.pupil is not None:
        journalling.act("districts.pupil.access_prolonged", opening.pupil, by=by, data=data)
    if opening.community is not None:
        journalling.act(
            "districts.learningcommunity.access_prolonged", opening.community, by=by, data=data
        )


def _note(kind: TimelineKind, opening: Opening, by: User, *, case: str = "") -> None:
    if opening.group is None:
        holder = Kept.of(str(opening.user))
    else:
        unit_role = opening.group.unit_role
        holder = Kept.of(Role(unit_role.role), unit_role.unit.name)
    timeline.note(kind, opening, by=by, detail=holder, case_number=case)


def _sync(opening: Opening) -> None:
    """Write the rows of rights of what is opened, from all openings to the same holder."""
    same = Opening.objects.filter(group=opening.group_id, user=opening.user_id)
    if opening.pupil is not None:
        siblings = same.filter(pupil=opening.pupil)
        wanted = wanted_rows(siblings, lambda row: of_opened_pupil(row.cause))
        write_rows(opening.pupil, opening, PupilGroupPermission, PupilUserPermission, wanted)
    if opening.community is not None:
        siblings = same.filter(community=opening.community)
        wanted = wanted_rows(siblings, lambda row: of_opened_community(row.cause))
        write_rows(
            opening.community, opening, CommunityGroupPermission, CommunityUserPermission, wanted
        )


def wanted_rows[Row: OpeningBase](
    openings: Iterable[Row], codenames: Callable[[Row], Iterable[str]]
) -> dict[str, datetime | None]:
    """Return codename → end: the latest of all openings in force. None is without end."""
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
    target: Model,
    opening: OpeningBase,
    group_table: type[Model],
    user_table: type[Model],
    wanted: Mapping[str, datetime | None],
) -> None:
    """Make the holder's rows on ``target`` equal to ``wanted``."""
    holder: dict[str, Any] = (
        {"group_id": opening.group_id} if opening.group_id else {"user_id": opening.user_id}
    )
    table = group_table if opening.group_id else user_table
    content_type = ContentType.objects.get_for_model(target)
    perms = Permission.objects.filter(content_type=content_type, codename__in=wanted)
    ids = {perm.codename: perm for perm in perms}
    rows = table._base_manager.filter(content_object=target, **holder)
    rows.exclude(permission__codename__in=wanted).delete()
    for codename, until in wanted.items():
        table._base_manager.update_or_create(
            content_object=target,
            permission=ids[codename],
            defaults={"valid_until": until},
            **holder,
        )
    request_cache.forget()


def _data(opening: OpeningBase) -> dict[str, object]:
    return {
        "cause": opening.cause,
        "group": opening.group_id,
        "user": opening.user_id,
        "closes_on": str(opening.closes_on),
    }
