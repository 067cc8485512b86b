"""What cases say on the pages of a child, a class and a plan; registered in ``apps``."""

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.models import Case, CaseInformed, CouncilIdea
from cases.selectors.pages import LEVEL_SENTENCES
from districts.models import Enrolment, LearningCommunity, Pupil
from districts.sections import MOST, Link, Row, Section
from haderslev.accounts.models import User
from haderslev.core.dates import short_date
from haderslev.core.errors import Words
from haderslev.core.policy import held_on
from haderslev.core.references import page_url, url_of
from plans.models import Plan, PlanVersion
from plans.ports import Idea


def cases_of(target: Pupil | LearningCommunity, user: User) -> Section | None:
    """Return the cases of a child, or a class's own, for those who may see them."""
    rights = held_on(user, target)
    if "view_case" not in rights:
        return None
    rows = list(target.cases.all()[:MOST])
    links = []
    if "open_case" in rights and not any(case.is_open for case in rows):
        links.append(Link(_("Open a case"), page_url(features.NEW_CASE, target)))
    return Section(
        code="sag",
        title=_("Case"),
        rows=[
            Row(
                title=gettext("Case %(number)s") % {"number": case.number},
                url=url_of(case),
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
        case__in=Case.objects.permitted(user, "view_case"),
        case__pupil=pupil,
        informed_on__isnull=False,
    )
    day = informed.order_by("-informed_on").values_list("informed_on", flat=True).first()
    if day is None:
        return []
    return [gettext("Parents informed: %(date)s") % {"date": short_date(day)}]


# Answers to the questions of plans.ports


def open_case_of(target: Pupil | LearningCommunity) -> Case | None:
    """Return the open case of a pupil or a community. One query."""
    about = "pupil" if isinstance(target, Pupil) else "community"
    return Case.objects.open().filter(**{about: target}).select_related(about).first()


def level_of(target: Pupil | LearningCommunity) -> str | None:
    """Return the level of the open case."""
    case = open_case_of(target)
    return case.level if case else None


def pupil_levels_of(community: LearningCommunity) -> set[str]:
    """Return the levels of the open cases of the class's pupils of today. One query."""
    pupils = Enrolment.objects.active().filter(community=community).values("pupil")
    return set(Case.objects.open().filter(pupil__in=pupils).values_list("level", flat=True))


def next_level_url(plan: Plan, user: User) -> str | None:
    """Return where this person goes on: to the proposal, or to the case that is needed first.

    Above the preventive level there is nothing to propose: the case shows the next step.
    """
    case = open_case_of(plan.target)
    if case is None:
        return page_url(features.NEW_CASE, plan.target)
    if "propose_level" not in held_on(user, case):
        return None
    page = "cases:next_level" if case.level == Case.Level.PREVENTIVE else "cases:case"
    return page_url(page, case)


def ideas_of(version: PlanVersion) -> Sequence[Idea]:
    """Return the district council's ideas that this version tries. One query."""
    ideas = CouncilIdea.objects.filter(plan_version=version, answer=CouncilIdea.Answer.TRY)
    return [Idea(each.idea, each.who, each.starts_on) for each in ideas]
