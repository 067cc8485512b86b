"""What the municipality's pages show: always by ``permitted``, never one query a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.apps import apps
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.db.models import Count, F, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from districts.kinds import FirstAct
from districts.models import Enrolment, LearningCommunity, Pupil, TeamCommunity, Todo, Unit
from districts.models.pupils import units_around
from districts.permissions import Role
from districts.scope import scope_of
from districts.sections import Link
from haderslev.accounts.models import Membership, User
from haderslev.core.errors import Words
from haderslev.core.features import SetupTable, Shortcut, contributed
from haderslev.core.legal import in_force
from haderslev.core.models import Purpose
from haderslev.core.references import page_url

TEAM_WORK = frozenset({Role.TEACHER})


def pupils_by_class(user: User, perm: str) -> QuerySet[Enrolment]:
    """Return today's enrolments of the pupils on whom ``perm`` is held, class by class."""
    mine = Pupil.objects.permitted(user, perm)
    rows = Enrolment.objects.active().filter(pupil__in=mine)
    return rows.select_related("pupil", "community__school").order_by(
        "community__school__name_key",
        "community__grade",
        "community__name_key",
        "pupil__first_name_key",
        "pupil__last_name_key",
        "pupil_id",
    )


def moved_away_today(user: User) -> QuerySet[Enrolment]:
    """Return the moves to another school that the person wrote today and can still undo."""
    rows = Enrolment.objects.recorded_today_by(user).filter(ends_on=None)
    gone = rows.exclude(community__school=F("came_from__school"))
    return gone.select_related("pupil", "community__school")


def pupils_of(community: LearningCommunity, user: User) -> QuerySet[Pupil]:
    """Return the pupils of a class today, in Danish order, that the person may see."""
    enrolled = Enrolment.objects.active().filter(community=community).values("pupil")
    return Pupil.objects.visible_to(user).filter(pk__in=enrolled)


def communities_with_teams(rows: QuerySet[LearningCommunity]) -> QuerySet[LearningCommunity]:
    """Add school, today's teams (``teams_today``) and the number of pupils (``size``)."""
    teams = TeamCommunity.objects.active().select_related("team").order_by("team__name_key")
    counted = (
        Enrolment.objects.active()
        .filter(community=OuterRef("pk"))
        .order_by()
        .values("community")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        rows.select_related("school")
        .prefetch_related(Prefetch("team_rows", queryset=teams, to_attr="teams_today"))
        .annotate(size=Subquery(counted))
        .order_by("school__name_key", "grade", "name_key")
    )


def classes_of_teams(user: User) -> QuerySet[LearningCommunity]:
    """Return the classes of the teams where the person works."""
    teams = scope_of(user).unit_ids(*TEAM_WORK)
    rows = TeamCommunity.objects.active().filter(team__in=teams).values("community")
    return LearningCommunity.objects.filter(pk__in=rows).select_related("school")


def first_acts(target: Pupil | LearningCommunity, held: frozenset[str]) -> list[Link]:
    """Return what can be done with a pupil or a class by who holds these permissions on it."""
    acts = contributed(FirstAct).values()
    return [Link(act.label, page_url(act.page, target)) for act in acts if act.needs in held]


def first_acts_of(
    rows: Sequence[LearningCommunity], user: User
) -> list[tuple[LearningCommunity, list[Link]]]:
    """Return each of some classes with what the person can do with it. One query an act."""
    found: dict[int, list[Link]] = {row.pk: [] for row in rows}
    for act in contributed(FirstAct).values():
        mine = LearningCommunity.objects.permitted(user, act.needs).filter(pk__in=found)
        for row in mine:
            found[row.pk].append(Link(act.label, page_url(act.page, row)))
    return [(row, found[row.pk]) for row in rows]


def todos_for(user: User) -> QuerySet[Todo]:
    """Return the person's to-dos, with child and class read in two more queries."""
    today = Enrolment.objects.active().select_related("community")
    rows = Todo.objects.open().for_user(user).select_related("pupil", "community", "unit")
    return rows.prefetch_related(
        Prefetch("pupil__enrolments", queryset=today, to_attr="enrolments_today")
    )


def why_visible(pupil: Pupil, user: User) -> list[str]:
    """Return the roles and openings by which the person sees this child, in words."""
    units = units_around(pupil)
    scope = scope_of(user)
    found = [
        f"{each.role.label} · {each.unit_name}" for each in scope.roles if each.unit_id in units
    ]
    mine = pupil.openings.filter(closed_at=None)
    groups = Q(group__in=scope.groups) | Q(user=scope.user_id)
    return found + [row.cause_in_words for row in mine.filter(groups) if row.is_open]


def purposes(kind: str) -> list[tuple[str, str]]:
    """Return code and words of the purposes for uncovering: ``kind`` is "cpr" or "address"."""
    rows = in_force(Purpose.objects.filter(code__startswith=f"{kind}_")).order_by("pk")
    # "CPR: sende et brev" reads well in a list of look-ups; a form says the first part above.
    said = {row.code: row.name_in_words for row in rows}
    pairs = [(code, words.partition(": ")[2] or words) for code, words in said.items()]
    return [(code, words[:1].upper() + words[1:]) for code, words in pairs]


@dataclass(frozen=True)
class SetupItem:
    """One thing of the set-up, and whether it is in place."""

    title: Words
    url: str
    in_place: bool
    hint: Words = ""


_NEEDED_ROLES = (
    Role.LEADER,
    Role.SCHOOL_SECRETARY,
    Role.TEACHER,
    Role.PLC_ADVISER,
    Role.PRACTICE_ADVISER,
    Role.PSYCHOLOGIST,
    Role.FAMILY_COUNSELLOR,
    Role.COUNCIL_COORDINATOR,
    Role.PKU_CHAIR,
    Role.PKU_SECRETARY,
    Role.LOG_CONTROLLER,
)


def setup_check() -> dict[str, list[SetupItem]]:
    """Return what must be set up before the system can be used, by whether it is. Three queries."""
    tables: list[type[Model]] = [apps.get_model(code) for code in contributed(SetupTable)]
    parts = [
        table._default_manager.order_by().values_list(Value(table._meta.label_lower))[:1]
        for table in tables
    ]
    filled = {label for (label,) in parts[0].union(*parts[1:], all=True).order_by()}
    kinds = set(Unit.objects.order_by().values_list("kind", flat=True).distinct())
    active = Membership.objects.active().filter(user__is_active=True).order_by()
    taken = set(active.values_list("group__unit_role__role", flat=True).distinct())
    no_unit, no_holder = _("No unit of this kind is made."), _("Nobody holds this role today.")
    units = reverse("admin:districts_unit_changelist")
    people = reverse("admin:accounts_membership_changelist")
    items = [
        *(
            SetupItem(
                capfirst(table._meta.verbose_name_plural or ""),
                reverse(admin_urlname(table._meta, SafeString("changelist"))),
                table._meta.label_lower in filled,
            )
            for table in tables
        ),
        *(SetupItem(kind.label, units, kind in kinds, no_unit) for kind in Unit.Kind),
        *(SetupItem(role.label, people, role in taken, no_holder) for role in _NEEDED_ROLES),
    ]
    return {
        "missing": [item for item in items if not item.in_place],
        "in_place": [item for item in items if item.in_place],
    }


def shortcuts(user: User) -> list[dict[str, object]]:
    """Return the links of the person's standing roles."""
    scope = scope_of(user)
    return [
        {"label": link.label, "url": reverse(link.code)}
        for link in sorted(contributed(Shortcut).values(), key=attrgetter("order"))
        if any(scope.units(perm) for perm in link.needs)
    ]
