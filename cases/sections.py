"""What a child's and a class's page say of cases; registered with districts."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.models import Case, CaseInformed
from cases.selectors.pages import LEVEL_SENTENCES
from districts.models import LearningCommunity, Pupil
from districts.sections import MOST, Link, Row, Section
from haderslev.accounts.models import User
from haderslev.core.dates import short_date
from haderslev.core.errors import Words
from haderslev.core.policy import held_on
from haderslev.core.references import page_url


def cases_of_pupil(pupil: Pupil, user: User) -> Section | None:
    """Return the child's cases for those who may see them."""
    rights = held_on(user, pupil)
    if "view_case" not in rights:
        return None
    may_open = "open_case" in rights
    return _section(list(pupil.cases.all()[:MOST]), pupil, may_open=may_open)


def cases_of_community(community: LearningCommunity, user: User) -> Section | None:
    """Return the class's own cases; never those of its children."""
    rights = held_on(user, community)
    if "view_case" not in rights:
        return None
    may_open = "open_case" in rights
    return _section(list(community.cases.all()[:MOST]), community, may_open=may_open)


def _section(rows: list[Case], target: Pupil | LearningCommunity, *, may_open: bool) -> Section:
    links = []
    if may_open and not any(case.is_open for case in rows):
        links.append(Link(_("Open a case"), page_url(features.NEW_CASE, target)))
    return Section(
        code="sag",
        title=_("Case"),
        rows=[
            Row(
                title=gettext("Case %(number)s") % {"number": case.number},
                url=reverse("cases:case", args=[case.public_id]),
                meta=LEVEL_SENTENCES[case.level],
                case_number=case.number,
            )
            for case in rows
        ],
        empty=_("No case. Nobody needs a case to observe, plan or ask for guidance."),
        links=links,
    )


def informed_facts(pupil: Pupil, user: User) -> list[Words]:
    """Return when the parents were last informed of a case, for the identity bar."""
    informed = CaseInformed.objects.filter(
        case__in=Case.objects.permitted(user, "view_case"), case__pupil=pupil, told_on__isnull=False
    )
    day = informed.order_by("-told_on").values_list("told_on", flat=True).first()
    if day is None:
        return []
    return [gettext("Parents informed: %(date)s") % {"date": short_date(day)}]
