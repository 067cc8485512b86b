"""Closing an invitation before its date."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from districts.models import Opening
from districts.permissions import Cause
from districts.services import openings
from haderslev.accounts.models import User
from haderslev.core.errors import DomainError
from haderslev.core.policy import require


def close_invitation(case: Case, opening: Opening, *, by: User) -> Opening:
    """Close what the team opened to an adviser. Openings that rest on law go on by themselves.

    Raises:
        NotAllowedError: ``by`` does not lead the school.
        DomainError: It is no invitation of this case's child or class, or closed already.
    """
    with transaction.atomic():
        require(by, "view_access", case, _("The school leader closes an access before its date."))
        row = Opening.objects.select_for_update(of=("self",)).get(pk=opening.pk)
        mine = row.pupil_id == case.pupil_id and row.community_id == case.community_id
        if not mine or row.cause != Cause.INVITED or not row.is_open:
            raise DomainError(_("Only an open invitation can be closed before its date."))
        openings.close(row, by=by)
    return row
