"""What the team and the leader may do with a case now; registered with ``cases.links``."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.links import ActLink
from cases.models import Case, CouncilItem, Hearing, Proposal
from cases.selectors.people import not_informed
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
    rights = held_on(user, case)
    found = _level(case, rights)
    if "open_case" in rights and not_informed(case).exists():
        found.append(ActLink(_("Tell a parent"), page_url("cases:tell_parent", case)))
    acts: list[tuple[str, Words, PageName, Referable]] = [
        ("ask_guidance", _("Ask for guidance"), plan_features.NEW_GUIDANCE, case.target),
        ("hold_meeting", _("Record a meeting"), plan_features.NEW_MEETING, case.target),
        ("make_dossier", _("Add a paper"), "cases:record", case),
        ("close_case", _("Close the case"), "cases:close", case),
    ]
    found += [
        ActLink(label, page_url(page, row)) for perm, label, page, row in acts if perm in rights
    ]
    if case.pupil_id:
        found += _hearing_and_decision(case, rights)
    if "put_on_council" in rights:
        found.append(_council(case))
    return found


def _level(case: Case, rights: frozenset[str]) -> list[ActLink]:
    waiting = [Proposal.State.PROPOSED, Proposal.State.SENT_BACK]
    proposal = Proposal.objects.filter(case=case, state__in=waiting).first()
    if proposal is not None:
        url = reverse("cases:proposal", args=[proposal.public_id])
        if proposal.state == Proposal.State.PROPOSED and "decide_level" in rights:
            return [ActLink(_("Read the proposal and answer"), url, primary=True)]
        if proposal.state == Proposal.State.SENT_BACK and "propose_level" in rights:
            return [ActLink(_("Answer the school leader's question"), url, primary=True)]
        return [ActLink(_("Read the proposal"), url)]
    if "propose_level" not in rights or case.level not in MOVABLE:
        return []
    url = reverse("cases:next_level", args=[case.public_id])
    if case.level == Case.Level.PREVENTIVE:
        return [ActLink(_("Propose the next level"), url, primary=True)]
    return [ActLink(_("Propose the way back to level 1"), url)]


def _hearing_and_decision(case: Case, rights: frozenset[str]) -> list[ActLink]:
    hearings = {row.state: row for row in Hearing.objects.filter(case=case)}
    links = []
    if "hold_hearing" in rights:
        open_one = hearings.get(Hearing.State.SENT) or hearings.get(Hearing.State.DRAFT)
        if open_one is not None:
            url = reverse("cases:hearing", args=[open_one.public_id])
            links.append(ActLink(_("Follow up on the hearing"), url, primary=True))
        else:
            url = reverse("cases:new_hearing", args=[case.public_id])
            links.append(ActLink(_("Hear the parties"), url))
    if "decide_support" in rights:
        url = reverse("cases:new_decision", args=[case.public_id])
        links.append(ActLink(_("Make the decision"), url))
    return links


def _council(case: Case) -> ActLink:
    item = CouncilItem.objects.filter(case=case, state=CouncilItem.State.ON_AGENDA).first()
    if item is not None:
        url = reverse("cases:council_item", args=[item.public_id])
        return ActLink(_("See the sheet for the district council"), url)
    url = reverse("cases:put_on_council", args=[case.public_id])
    return ActLink(_("Ask the district council"), url)
