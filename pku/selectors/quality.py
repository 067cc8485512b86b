"""The checklist of the quality check: the requirements of the step, and the age of the papers."""

from datetime import timedelta

from django.utils.translation import gettext as _

from cases.models import DocumentRecord
from cases.selectors import requirements
from haderslev.core import clock, legal
from haderslev.core.dates import short_date
from pku.models import Referral


def checklist(referral: Referral) -> list[dict[str, object]]:
    """Return what the secretary looks at, as a list of tasks without links.

    The requirements are read anew, so corrections made since the submission show here.
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
    return [*found, _statement(referral)]


def _statement(referral: Referral) -> dict[str, object]:
    """Check the age of the school's statement (bekendtgørelse 693/2014 § 22)."""
    kinds = DocumentRecord.Kind
    newest = referral.case.records.filter(kind=kinds.SCHOOL_STATEMENT).order_by("-dated").first()
    title = _("The school's statement")
    if newest is None:
        return {"title": title, "status": _("Not listed"), "kind": "warn", "hint": ""}
    oldest = clock.today() - timedelta(days=legal.days("school_statement_newest_days"))
    fresh = newest.dated >= oldest
    return {
        "title": title,
        "status": _("Newer than three months") if fresh else _("Older than three months"),
        "kind": "ok" if fresh else "warn",
        "hint": _("Dated %(date)s") % {"date": short_date(newest.dated)},
    }
