"""Opening and closing access: only here are rows of rights with an end written."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta

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
from districts.models.grants import OpeningBase
from districts.permissions import Cause, Role, of_opened_community, of_opened_pupil
from districts.services import timeline
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, request_cache
from haderslev.core.rows import change
from haderslev.core.words import Kept

type Holder = Group | User


def open_access(
    target: Pupil | LearningCommunity,
    *,
    to: Holder,
    cause: Cause,
    basis: TextChoices | str | Kept,
    closes_on: date | None,
    by: User,
    case: str = "",  # number of the case for which it is opened
) -> Opening:
    """Open a pupil or a community to a group or a person. Journalled, in the timeline."""
    opening = Opening.objects.create(
        pupil=target if isinstance(target, Pupil) else None,
        community=None if isinstance(target, Pupil) else target,
        group=to if isinstance(to, Group) else None,
        user=None if isinstance(to, Group) else to,
        cause=cause,
        basis=basis,
        closes_on=closes_on,
        opened_by=by,
    )
    _sync(opening)
    _journal(
        opening, by, "districts.pupil.access_opened", "districts.learningcommunity.access_opened"
    )
    _note(features.ACCESS_OPENED, opening, by, case=case)
    return opening


def close(opening: Opening, *, by: User) -> None:
    """Close an opening now; other openings of the same holder go on."""
    if opening.closed_at is not None:
        return
    change(opening, closed_at=clock.now())
    _sync(opening)
    _journal(
        opening, by, "districts.pupil.access_closed", "districts.learningcommunity.access_closed"
    )
    _note(features.ACCESS_CLOSED, opening, by)


def prolong(opening: Opening, *, closes_on: date | None, by: User) -> None:
    """Move the end of an opening."""
    change(opening, closes_on=closes_on)
    _sync(opening)
    _journal(
        opening,
        by,
        "districts.pupil.access_prolonged",
        "districts.learningcommunity.access_prolonged",
    )


def _journal(opening: Opening, by: User, of_pupil: str, of_community: str) -> None:
    is_pupil = opening.pupil is not None
    data = {
        "cause": opening.cause,
        "group": opening.group_id,
        "user": opening.user_id,
        "closes_on": str(opening.closes_on),
    }
    name = of_pupil if is_pupil else of_community
    journalling.act(name, opening.target, by=by, data=data)


def _note(kind: TimelineKind, opening: Opening, by: User, *, case: str = "") -> None:
    if opening.group is None:
        holder = Kept.of(str(opening.user))
    else:
        unit_role = opening.group.unit_role
        holder = Kept.of(Role(unit_role.role), unit_role.unit.name)
    timeline.note(kind, opening, by=by, detail=holder, case_number=case)


def _sync(opening: Opening) -> None:
    """Write the rows of rights of what is opened, from all openings to the same holder."""
    same = Opening.objects.filter(
        group=opening.group_id,
        user=opening.user_id,
        pupil=opening.pupil_id,
        community=opening.community_id,
    )
    if opening.pupil_id:
        wanted = wanted_rows(same, lambda row: of_opened_pupil(row.cause))
        tables: tuple[type[Model], type[Model]] = (PupilGroupPermission, PupilUserPermission)
    else:
        wanted = wanted_rows(same, lambda row: of_opened_community(row.cause))
        tables = (CommunityGroupPermission, CommunityUserPermission)
    write_rows(opening.target, opening, *tables, wanted)


def wanted_rows[Row: OpeningBase](
    openings: Iterable[Row], codenames: Callable[[Row], Iterable[str]]
) -> dict[str, datetime | None]:
    """Return codename → end: the latest of all openings in force. None is without end."""
    wanted: dict[str, datetime | None] = {}
    for opening in openings:
        end = end_of(opening)
        for code in codenames(opening) if opening.is_open else ():
            known = wanted.get(code, end)
            wanted[code] = None if known is None or end is None else max(known, end)
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
    column, table = ("group_id", group_table) if opening.group_id else ("user_id", user_table)
    holder = {column: getattr(opening, column)}
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
