"""Lists of referrals, meetings and offers: a constant number of queries for any number of rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from districts.models import Enrolment
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.journalling import ReadLog
from pku.models import PkuMeeting, Placement, PlacementStatus, Referral
from plans.models.observations import ObservationPupil

ENDED = (Referral.State.DECIDED, Referral.State.WITHDRAWN)
STATE_COLOURS = {
    Referral.State.DRAFT: "",
    Referral.State.SUBMITTED: "info",
    Referral.State.RETURNED: "warn",
    Referral.State.ACCEPTED: "ok",
    Referral.State.ADJOURNED: "warn",
    Referral.State.DECIDED: "ok",
    Referral.State.WITHDRAWN: "",
}


@dataclass(frozen=True)
class ReferralRow:
    """A referral in a list. Without ``readable`` there is neither name nor link."""

    referral: Referral
    school: str
    days: int
    readable: bool
    colour: str


def _first_observed() -> Subquery:
    rows = ObservationPupil.objects.filter(
        pupil=OuterRef("case__pupil"), observation__withdrawn_at=None
    )
    first = rows.order_by().values("pupil").annotate(first=Min("observation__observed_at"))
    return Subquery(first.values("first"))


def _school() -> Subquery:
    rows = Enrolment.objects.active().filter(pupil=OuterRef("case__pupil"))
    return Subquery(rows.values("community__school__name")[:1])


def with_school(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """Add each row's school and the day of the concern: the first observation, else the case."""
    found: QuerySet[Referral] = rows.annotate(
        school_name=_school(),
        concern_on=TruncDate(Coalesce(_first_observed(), "case__opened_at")),
    )
    return found


def referral_list(user: User, *, ended: bool) -> QuerySet[Referral]:
    """Return the referrals the person may list, which is not to say open."""
    listed = Referral.objects.permitted(user, "view_referral_list")
    rows = listed.select_related("case__pupil", "meeting")
    chosen = rows.filter(state__in=ENDED) if ended else rows.exclude(state__in=ENDED)
    return with_school(chosen).order_by("-submitted_on" if ended else "submitted_on", "pk")


def rows_for(user: User, referrals: Iterable[Referral]) -> list[ReferralRow]:
    """Return the rows of one page, each marked readable or not for this person."""
    shown = list(referrals)
    ids = [row.pk for row in shown]
    readable = set(
        Referral.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    )
    return [
        ReferralRow(
            referral=row,
            school=getattr(row, "school_name", "") or "",
            days=days_since(row, row.submitted_on if row.state in ENDED else None),
            readable=row.pk in readable,
            colour=STATE_COLOURS[Referral.State(row.state)],
        )
        for row in shown
    ]


def look_up(reads: ReadLog, rows: Iterable[ReferralRow]) -> None:
    """Journal the rows of a list: every number, and the child where the name is shown."""
    for row in rows:
        if row.readable:
            reads.about(row.referral)
        else:
            reads.note(case=row.referral.case.number)


def days_since(row: Referral, until: date | None = None) -> int:
    """Return the days since the concern, of a row that ``with_school`` has annotated."""
    concern: date = vars(row)["concern_on"]
    return ((until or clock.today()) - concern).days


def days_since_concern(referral: Referral) -> int:
    """Return the days since the concern of one referral. One query."""
    return days_since(with_school(Referral.objects.filter(pk=referral.pk)).get())


def placement_list(user: User, *, ended: bool) -> QuerySet[Placement]:
    """Return the offers visible to the person, the most overdue first."""
    known = Placement.objects.visible_to(user)
    chosen = known.ended() if ended else known.running()
    rows = chosen.select_related("case__pupil", "offer__unit", "decision")
    given = PlacementStatus.objects.filter(placement=OuterRef("pk"))
    return rows.annotate(
        school_name=_school(),
        has_offer_status=Exists(given.filter(side=PlacementStatus.Side.OFFER)),
        has_home_status=Exists(given.filter(side=PlacementStatus.Side.HOME)),
    ).order_by("decide_before", "pk")


def with_counts(meetings: QuerySet[PkuMeeting]) -> QuerySet[PkuMeeting]:
    """Add the number of referrals on each meeting."""
    standing = ~Q(referrals__state=Referral.State.WITHDRAWN)
    found: QuerySet[PkuMeeting] = meetings.annotate(count=Count("referrals", filter=standing))
    return found.select_related("unit")
