"""Telling a parent of the case after it was opened."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.models import Case, CaseInformed
from cases.selectors.people import untold
from cases.services.standing_in import LEADERS
from districts.models import CustodyHolder
from districts.permissions import Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import DomainError
from haderslev.core.policy import may, require


def remind(case: Case, *, by: User) -> None:
    """Let it wait for the team, or the leaders where one of them opened the case.

    It waits while a parent has not been told.
    """
    if not untold(case).exists():
        return
    # A leader's own opening stays with the leaders: a class need not have a team.
    in_team = may(by, "propose_level", case)
    roles = (Role.TEACHER,) if in_team else LEADERS
    todos.give(features.TELL_PARENTS, case, *roles)


def tell_parent(
    case: Case, *, custody_holder: CustodyHolder, told_on: date, told_how: str, by: User
) -> CaseInformed:
    """Write down that a parent was told; the reason why not until then stays beside it.

    Raises:
        NotAllowedError: ``by`` does not open cases here.
        DomainError: The case is closed, the parent was told already, or the day is to come.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        require(
            by,
            "open_case",
            locked,
            _("The team around the child and the school leader write down who was told."),
        )
        if not locked.is_open:
            raise DomainError(_("This case is closed."), code="closed")
        if not untold(locked).filter(pk=custody_holder.pk).exists():
            raise DomainError(
                _("Choose a parent who has not been told yet."), field="custody_holder"
            )
        if told_on > clock.today():
            raise DomainError(_("A day in the future can not be recorded."), field="told_on")
        row, _made = CaseInformed.objects.update_or_create(
            case=locked,
            custody_holder=custody_holder,
            defaults={"told_on": told_on, "told_how": told_how},
        )
        timeline.note(features.PARENTS_INFORMED, locked, by=by, on=told_on)
        if not untold(locked).exists():
            todos.done(features.TELL_PARENTS, about=locked, by=by)
        journalling.act("cases.case.parent_told", locked, by=by)
    return row
