"""Who may do what: the only source of rights. ``docs/permissions.md`` is its print.

A role at a unit is a group; these sets become rows of ``UnitGroupPermission``. Openings of a
community, a pupil or a case give further rows with an end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Role(models.TextChoices):
    """Roles; the codes are used everywhere."""

    TEACHER = "teacher", _("Teacher or pedagogue in the team")
    PLC_ADVISER = "plc_adviser", _("PLC and AKT adviser")
    PRACTICE_ADVISER = "practice_adviser", _("Practice adviser")
    PSYCHOLOGIST = "psychologist", _("Psychologist, the advisory team")
    FAMILY_COUNSELLOR = "family_counsellor", _("Family counsellor")
    LEADER = "leader", _("School leader")
    DEPUTY = "deputy", _("Deputy school leader")
    SCHOOL_SECRETARY = "school_secretary", _("School secretary")
    COUNCIL_MEMBER = "council_member", _("Member of the district council")
    COUNCIL_COORDINATOR = "council_coordinator", _("Coordinator of the district council")
    CONSULTANT = "consultant", _("Pedagogical consultant")
    PKU_MEMBER = "pku_member", _("Member of PKU")
    PKU_SECRETARY = "pku_secretary", _("Secretary of PKU")
    PKU_CHAIR = "pku_chair", _("Chair of PKU")
    CHIEF = "chief", _("Head of children and youth")
    OFFER_HEAD = "offer_head", _("Head of a special offer")
    ADMINISTRATOR = "administrator", _("Administrator")
    LOG_CONTROLLER = "log_controller", _("Controller of look-ups")


# Every permission of the system, with its English name. Codenames are verb_noun.
PERMISSIONS = {
    "view_pupil": "See a pupil",
    "edit_pupil": "Add and correct a pupil's master data",
    "reveal_cpr": "See a CPR number with a purpose",
    "view_address": "See a custody holder's address",
    "view_community": "See a learning community",
    "view_community_plan": "See a learning community's plan",
    "view_observation": "Read observations",
    "add_observation": "Write observations",
    "correct_observation": "Correct observations",
    "view_plan": "Read plans",
    "change_plan": "Write plans",
    "approve_plan": "Put a plan into use",
    "evaluate_plan": "Evaluate a plan",
    "contribute_plan": "Contribute to a plan",
    "ask_guidance": "Ask for guidance",
    "answer_guidance": "Answer requests for guidance",
    "hold_meeting": "Record meetings",
    "view_meeting": "Read meetings",
    "view_case": "See a case",
    "view_requirements": "See what the steps of a case ask for",
    "open_case": "Open a case",
    "open_at_level": "Open a case at a higher level",
    "propose_level": "Propose the next level",
    "decide_level": "Decide on the next level",
    "except_requirement": "Set an own requirement aside with a reason",
    "close_case": "Close a case",
    "view_access": "See who has access",
    "receive_parent_request": "Receive a parent's request for PPV about any child",
    "record_parent_request": "Record a parent's request for PPV",
    "write_ppv_request": "Write a PPV request",
    "request_ppv": "Sign a PPV request",
    "view_ppv_inbox": "See incoming PPV requests",
    "answer_ppv": "Write and send a PPV",
    "view_ppv_summary": "Read conclusion and recommendations of a PPV",
    "view_ppv_report": "Read a whole PPV",
    "hold_hearing": "Hear the parties",
    "decide_support": "Make the leader's decision",
    "put_on_council": "Put a case on the council's agenda",
    "manage_council": "Make the council's agenda",
    "view_council_sheet": "Read the council's sheets",
    "advise_case": "Record the council's sparring",
    "write_referral": "Write a referral to PKU",
    "refer_case": "Approve and submit a referral",
    "view_referral_list": "See the list of referrals",
    "view_referral": "Read a referral",
    "check_referral": "Quality-check and return a referral",
    "schedule_referral": "Put a referral on a meeting",
    "decide_referral": "Record PKU's decision",
    "sign_decision": "Sign PKU's decision",
    "stand_in_decision": "Sign PKU's decision in the chair's place",
    "deliver_decision": "Record the delivery of a decision",
    "view_offer": "See a special offer",
    "revisit_offer": "Give a status for the revisitation",
    "make_dossier": "Make the collected material",
    "view_dossier": "Read the collected material",
    "view_letter": "Read the school's letters",
    "view_pku_letter": "Read PKU's letters",
    "dispatch_letter": "Send the school's letters and record it",
    "view_log": "Read the log of look-ups",
    "manage_people": "Manage units, people and reference data",
}

_TEACHER = frozenset(
    "view_pupil view_community view_community_plan view_observation add_observation"
    " correct_observation view_plan change_plan approve_plan evaluate_plan ask_guidance"
    " hold_meeting view_meeting view_case view_requirements open_case propose_level"
    " record_parent_request write_ppv_request view_ppv_summary write_referral view_referral"
    " make_dossier view_offer receive_parent_request".split()
)
_LEADER = (
    _TEACHER
    | frozenset(
        "edit_pupil reveal_cpr view_address decide_level except_requirement close_case"
        " open_at_level view_access request_ppv view_ppv_report hold_hearing decide_support"
        " put_on_council refer_case view_dossier dispatch_letter revisit_offer"
        " view_letter view_pku_letter".split()
    )
) - frozenset("approve_plan evaluate_plan propose_level".split())
_COUNCIL = frozenset({"view_council_sheet"})
# A parent asks whom they know; who is asked need not know the child.
_RECEIVES = frozenset({"receive_parent_request"})
_NONE: frozenset[str] = frozenset()

# role → permissions on the unit where it is held
ROLE_PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.TEACHER: _TEACHER,
    Role.PLC_ADVISER: _RECEIVES
    | {"view_community", "view_community_plan", "answer_guidance", "record_parent_request"},
    Role.PRACTICE_ADVISER: _RECEIVES | {"answer_guidance", "view_council_sheet"},
    Role.PSYCHOLOGIST: _RECEIVES | {"answer_guidance", "view_ppv_inbox"},
    Role.FAMILY_COUNSELLOR: _RECEIVES | {"answer_guidance"},
    Role.LEADER: _LEADER,
    Role.DEPUTY: _LEADER,
    Role.SCHOOL_SECRETARY: frozenset(
        "view_pupil edit_pupil view_address dispatch_letter record_parent_request"
        " receive_parent_request view_community".split()
    ),
    Role.COUNCIL_MEMBER: _COUNCIL,
    Role.COUNCIL_COORDINATOR: _COUNCIL | {"advise_case", "manage_council"},
    Role.CONSULTANT: _COUNCIL,
    Role.CHIEF: _COUNCIL | _RECEIVES | {"view_referral_list"},
    Role.PKU_MEMBER: frozenset({"view_referral_list"}),
    # At PKU there is no child: the page of letters opens, and shows those of PKU's own decisions.
    Role.PKU_SECRETARY: _RECEIVES | {"view_referral_list", "dispatch_letter"},
    Role.PKU_CHAIR: frozenset({"view_referral_list"}),
    Role.OFFER_HEAD: _NONE,
    Role.ADMINISTRATOR: frozenset({"manage_people"}),
    Role.LOG_CONTROLLER: frozenset({"view_log"}),
}


class Cause(models.TextChoices):
    """Why a community, a pupil or a case is open to somebody from outside."""

    INVITED = "invited", _("Asked for guidance")
    PPV = "ppv", _("PPV asked for")
    COUNCIL = "council", _("On the council's agenda")
    REFERRED = "referred", _("Referred to PKU")
    PLACED = "placed", _("In a special offer")
    DECIDES = "decides", _("Decides in place of the school's leaders")


_ADVISER = frozenset(
    "view_community view_community_plan view_plan add_observation contribute_plan"
    " answer_guidance".split()
)
# What the decision on one step takes: to read what it rests on, and to decide.
_STEP = frozenset(
    "view_plan view_case view_requirements view_meeting decide_level except_requirement".split()
)
# cause → what an opening of a community gives
COMMUNITY_OPENING: dict[Cause, frozenset[str]] = {
    Cause.INVITED: _ADVISER,
    Cause.DECIDES: _STEP | {"view_community", "view_community_plan"},
}
# cause → what an opening of a pupil gives
PUPIL_OPENING: dict[Cause, frozenset[str]] = {
    Cause.INVITED: (_ADVISER - {"view_community", "view_community_plan"})
    | {"view_pupil", "view_case", "view_requirements", "view_meeting", "record_parent_request"},
    Cause.PPV: frozenset(
        "view_pupil view_plan view_case view_requirements view_meeting add_observation"
        " contribute_plan answer_ppv"
        " view_ppv_summary view_ppv_report reveal_cpr view_dossier"
        " record_parent_request".split()
    ),
    Cause.DECIDES: _STEP | {"view_pupil"},
}
# While referred, PKU reads the whole PPV too.
_PKU_READ = frozenset(
    "view_referral view_dossier view_offer view_ppv_report view_requirements".split()
)
# (cause, role) → what an opening of a case gives
CASE_OPENING: dict[tuple[Cause, Role], frozenset[str]] = {
    (Cause.COUNCIL, Role.COUNCIL_MEMBER): _COUNCIL,
    (Cause.COUNCIL, Role.COUNCIL_COORDINATOR): _COUNCIL | {"advise_case"},
    (Cause.COUNCIL, Role.CONSULTANT): _COUNCIL,
    (Cause.COUNCIL, Role.PRACTICE_ADVISER): _COUNCIL,
    (Cause.COUNCIL, Role.CHIEF): _COUNCIL,
    (Cause.REFERRED, Role.PKU_MEMBER): _PKU_READ | {"stand_in_decision"},
    (Cause.REFERRED, Role.PKU_CHAIR): _PKU_READ | {"sign_decision"},
    (Cause.REFERRED, Role.PKU_SECRETARY): _PKU_READ
    | frozenset(
        "check_referral schedule_referral decide_referral deliver_decision view_pku_letter"
        " reveal_cpr view_address".split()
    ),
    (Cause.PLACED, Role.OFFER_HEAD): frozenset({"view_offer", "revisit_offer"}),
    (Cause.PLACED, Role.PKU_SECRETARY): frozenset(
        "view_offer decide_referral deliver_decision view_pku_letter view_referral view_dossier"
        " view_address view_requirements".split()
    ),
    # To chair and members only while a new decision waits for a signature.
    (Cause.PLACED, Role.PKU_MEMBER): frozenset(
        {"view_referral", "view_offer", "view_requirements", "stand_in_decision"}
    ),
    (Cause.PLACED, Role.PKU_CHAIR): frozenset(
        {"view_referral", "view_offer", "view_requirements", "sign_decision"}
    ),
}


def _labels(codenames: frozenset[str] | set[str], own: str) -> list[tuple[str, str | _StrPromise]]:
    """Return Meta.permissions without those that Django makes for the model itself."""
    built_in = {f"{verb}_{own}" for verb in ("add", "change", "delete", "view")}
    return [(code, PERMISSIONS[code]) for code in sorted(codenames - built_in)]


UNIT_META = _labels(set(PERMISSIONS), "unit")
COMMUNITY_META = _labels(frozenset().union(*COMMUNITY_OPENING.values()), "learningcommunity")
PUPIL_META = _labels(frozenset().union(*PUPIL_OPENING.values()), "pupil")
CASE_META = _labels(frozenset().union(*CASE_OPENING.values()), "case")
