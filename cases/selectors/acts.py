"""What the team and the leader may do with a case now; registered with ``cases.links``."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.links import ActLink
from cases.models import Case, Proposal
from cases.selectors.people import untold
from haderslev.accounts.models import User
from haderslev.core.errors import Words
from haderslev.core.identity import Referable
from haderslev.core.policy import held_on
from haderslev.core.references import PageName, page_url
from plans import features as plan_features

MOVABLE = (Case.Level.PREVENTIVE, Case.Level.ANTICIPATORY)


def acts_of(case: Case, user: User) -> list[ActLink]:
    """Return the acts of the team and the leader."""
    if not case.is_open:
        return []
    held = held_on(user, case)
    found = [*_level(case, held)]
    if "open_case" in held and untold(case).exists():
        found.append(ActLink(_("Tell a parent"), page_url("cases:tell_parent", case)))
    acts: list[tuple[str, Words, PageName, Referable]] = [
        ("ask_guidance", _("Ask for guidance"), plan_features.NEW_GUIDANCE, case.target),
        ("hold_meeting", _("Record a meeting"), plan_features.NEW_MEETING, case.target),
        ("make_dossier", _("Add a paper"), "cases:record", case),
        ("close_case", _("Close the case"), "cases:close", case),
    ]
    return found + [
        ActLink(label, page_url(page, row)) for perm, label, page, row in acts if perm in held
    ]


def _level(case: Case, held: frozenset[str]) -> list[ActLink]:
    waiting = [Proposal.State.PROPOSED, Proposal.State.SENT_BACK]
    proposal = Proposal.objects.filter(case=case, state__in=waiting).first()
    if proposal is not None:
        url = reverse("cases:proposal", args=[proposal.public_id])
        if proposal.state == Proposal.State.PROPOSED and "decide_level" in held:
            return [ActLink(_("Read the proposal and answer"), url, primary=True)]
        if proposal.state == Proposal.State.SENT_BACK and "propose_level" in held:
            return [ActLink(_("Answer the school leader's question"), url, primary=True)]
        return [ActLink(_("Read the proposal"), url)]
    if "propose_level" not in held or case.level not in MOVABLE:
        return []
    url = reverse("cases:next_level", args=[case.public_id])
    if case.level == Case.Level.PREVENTIVE:
        return [ActLink(_("Propose the next level"), url, primary=True)]
    return [ActLink(_("Propose the way back to level 1"), url)]
