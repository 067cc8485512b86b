"""Lists of referrals, meetings and offers: a constant number of queries for any number of rows.

And what PKU's secretary checks of one referral.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from cases.models import DocumentRecord
from cases.selectors.requirements import requirements
from districts.models import Enrolment
from haderslev.accounts.models import User
from haderslev.core import clock, legal
from haderslev.core.dates import short_date
from haderslev.core.journalling import ReadLog
from pku.models import PkuMeeting, Placement, PlacementStatus, Referral
from pku.models.referrals import ENDED
from plans.models.observations import ObservationPupil

STATE_COLOURS: dict[str, str] = {
    Referral.State.SUBMITTED: "info",
    Referral.State.RETURNED: "warn",
    Referral.State.ACCEPTED: "ok",
    Referral.State.ADJOURNED: "warn",
    Referral.State.DECIDED: "ok",
}


@dataclass(frozen=True)
class ReferralRow:
    """A referral in a list. Without ``readable`` there is neither name nor link."""

    referral: Referral
    school: str
    days: int
    readable: bool
    colour: str


def _school() -> Subquery:
    rows = Enrolment.objects.active().filter(pupil=OuterRef("case__pupil"))
    return Subquery(rows.values("community__school__name")[:1])


def with_school(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """Add each row's school and the day of the concern: the first observation, else the case."""
    observed = ObservationPupil.objects.filter(
        pupil=OuterRef("case__pupil"), observation__withdrawn_at=None
    )
    first = observed.order_by().values("pupil").annotate(first=Min("observation__observed_at"))
    found: QuerySet[Referral] = rows.annotate(
        school_name=_school(),
        concern_on=TruncDate(Coalesce(Subquery(first.values("first")), "case__opened_at")),
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
    visible = Referral.objects.visible_to(user).filter(pk__in=[row.pk for row in shown])
    readable = set(visible.values_list("pk", flat=True))
    return [
        ReferralRow(
            referral=row,
            school=getattr(row, "school_name", "") or "",
            days=_days_since(row, row.submitted_on if row.state in ENDED else None),
            readable=row.pk in readable,
            colour=STATE_COLOURS.get(row.state, ""),
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


def days_since_concern(referral: Referral) -> int:
    """Return the days since the concern of one referral. One query."""
    return _days_since(with_school(Referral.objects.filter(pk=referral.pk)).get())


def _days_since(row: Referral, until: date | None = None) -> int:
    """Return the days since the concern, of a row that ``with_school`` has annotated."""
    concern: date = vars(row)["concern_on"]
    return ((until or clock.today()) - concern).days


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


def checklist(referral: Referral) -> list[dict[str, object]]:
    """Return what the secretary looks at, as a list of tasks without links.

    The requirements are read anew, so corrections made since the submission show here. The
    school's statement has an age (bekendtgørelse 693/2014 § 22).
    """
    found: list[dict[str, object]] = [
        {
            "title": row.text,
            "status": row.status_word,
            "kind": row.colour,
            "hint": row.because or ", ".join(item.label for item in row.evidence),
        }
        for row in requirements(referral.case, "G5")
    ]
    statements = referral.case.records.filter(kind=DocumentRecord.Kind.SCHOOL_STATEMENT)
    newest = statements.order_by("-dated").first()
    status, hint, fresh = _("Not listed"), "", False
    if newest is not None:
        oldest = clock.today() - timedelta(days=legal.days("school_statement_newest_days"))
        fresh = newest.dated >= oldest
        status = _("Newer than three months") if fresh else _("Older than three months")
        hint = _("Dated %(date)s") % {"date": short_date(newest.dated)}
    statement = {"title": _("The school's statement"), "status": status, "hint": hint}
    return [*found, {**statement, "kind": "ok" if fresh else "warn"}]
