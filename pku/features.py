"""What the last stage adds: menu, shortcuts, words of log and journal, to-dos, timeline."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from cases.kinds import WayIn, cures
from districts.kinds import TimelineKind, TodoKind
from districts.permissions import LEADERS, SCHOOL_TEAM, Administered, Cause, Gives, Right, Role
from haderslev.core.features import MenuItem, Seen, SetupTable, Shortcut, acts, pages
from plans import features as plan_features
from plans.kinds import Topic

MENU = (
    MenuItem("pku:ppv_requests", _("PPV"), needs=("view_ppv_inbox", "request_ppv"), order=70),
    MenuItem("pku:referrals", _("Referrals"), needs=("view_referral_list",), order=90),
    MenuItem("pku:placements", _("Special offers"), needs=("view_offer",), order=100),
)

SHORTCUTS = (
    Shortcut(
        "pku:receive_request",
        _("A parent asks for a PPV"),
        needs=("receive_parent_request",),
        order=30,
    ),
)

# What the person saw there, or meant to do there.
PAGES = pages(
    {
        "pku:ppv_requests": _("List of PPV requests"),
        "pku:receive_request": _("Receive a parent's request for PPV"),
        "pku:received_request": _("A received request for PPV"),
        "pku:place_request": _("Place a parent's request for PPV"),
        "pku:send_request_on": _("Send a parent's request on to another school"),
        "pku:leave_request": _("Answer a parent's request that can not be placed"),
        "pku:parent_request": _("Record a parent's request for PPV"),
        "pku:new_ppv": _("Write a PPV request"),
        "pku:ppv": _("A PPV"),
        "pku:edit_ppv": _("Change a PPV request"),
        "pku:ppv_material": _("Collected material for a PPV"),
        "pku:sign_ppv": _("Sign a PPV request"),
        "pku:withdraw_ppv": _("Withdraw a PPV request"),
        "pku:withdraw_parent_request": _("Record that a parent withdraws"),
        "pku:receive_ppv": _("Receive a PPV request"),
        "pku:give_back_ppv": _("Give a PPV request back"),
        "pku:refuse_ppv": _("Refuse a parent's request for PPV"),
        "pku:ppv_report": _("Write a PPV"),
        "pku:send_ppv": _("Send a PPV"),
        "pku:new_referral": _("Start a referral to PKU"),
        "pku:referrals": _("List of referrals"),
        "pku:referral": _("A referral to PKU"),
        "pku:referral_part": _("Write a referral to PKU"),
        "pku:ready_referral": _("Hand a referral to the school leader"),
        "pku:submit_referral": _("Submit a referral to PKU"),
        "pku:withdraw_referral": _("Withdraw a referral"),
        "pku:referral_read": _("Read a referral to PKU"),
        "pku:check_referral": _("Quality-check a referral"),
        "pku:return_referral": _("Return a referral"),
        "pku:schedule_referral": _("Put a referral on a meeting"),
        "pku:adjourn_referral": _("Adjourn a referral"),
        "pku:addendum": _("Add a later paper"),
        "pku:referral_cpr": _("See the CPR number of a referral"),
        "pku:prepare_decision": _("Prepare PKU's decision"),
        "pku:meetings": _("Meetings of PKU"),
        "pku:meeting": _("A meeting of PKU"),
        "pku:decision": _("A decision of PKU"),
        "pku:correct_decision": _("Correct PKU's decision"),
        "pku:sign_decision": _("Sign PKU's decision"),
        "pku:stand_in_decision": _("Sign in place of PKU's chair"),
        "pku:follow_up": _("Follow up after a refusal"),
        "pku:placements": _("List of special offers"),
        "pku:placement": _("A special offer"),
        "pku:give_status": _("Give a status for the revisitation"),
        "pku:revisit": _("Prepare the revisitation"),
    }
)

ACTS = acts(
    {
        "pku.receivedrequest.recorded": _("Received a parent's request for PPV"),
        "pku.receivedrequest.placed": _("Placed a parent's request for PPV"),
        "pku.receivedrequest.sent_on": _("Sent a parent's request on to another school"),
        "pku.receivedrequest.not_placed": _("Answered a parent's request that can not be placed"),
        "pku.ppvrequest.parent_asked": _("Recorded a parent's request for PPV"),
        "pku.ppvrequest.parent_withdrew": _("Recorded that a parent withdraws"),
        "pku.ppvrequest.drafted": _("Wrote a PPV request"),
        "pku.ppvrequest.changed": _("Changed a PPV request"),
        "pku.ppvrequest.signed": _("Signed a PPV request"),
        "pku.ppvrequest.refused": _("Refused a parent's request for PPV"),
        "pku.ppvrequest.withdrawn": _("Withdrew a PPV request"),
        "pku.ppvrequest.received": _("Received a PPV request"),
        "pku.ppvrequest.given_back": _("Gave a PPV request back"),
        "pku.ppvrequest.written": _("Wrote in a PPV"),
        "pku.ppvrequest.sent": _("Sent a PPV"),
        "pku.referral.started": _("Started a referral to PKU"),
        "pku.referral.saved": _("Wrote in a referral to PKU"),
        "pku.referral.handed_over": _("Handed a referral to the school leader"),
        "pku.referral.submitted": _("Submitted a referral to PKU"),
        "pku.referral.withdrawn": _("Withdrew a referral"),
        "pku.referral.returned": _("Returned a referral"),
        "pku.referral.accepted": _("Put a referral on a meeting"),
        "pku.referral.adjourned": _("Adjourned a referral"),
        "pku.referral.addendum_added": _("Added a later paper"),
        "pku.pkudecision.prepared": _("Prepared PKU's decision"),
        "pku.pkudecision.corrected": _("Corrected PKU's decision"),
        "pku.pkudecision.signed": _("Signed PKU's decision"),
        "pku.pkudecision.delivered": _("PKU's decision was delivered"),
        "pku.pkudecision.redated": _("The delivery of PKU's decision was corrected"),
        "pku.pkudecision.followed_up": _("Followed up after a refusal"),
        "pku.placement.made": _("A special offer began"),
        "pku.placement.status_given": _("Gave a status for the revisitation"),
    }
)

SEEN = (Seen("case_number", _("Case number alone")),)

SETUP = (SetupTable("pku.referralquestion"), SetupTable("pku.pkumeeting"))

PKU = (Role.PKU_MEMBER, Role.PKU_CHAIR, Role.PKU_SECRETARY)

RIGHTS = (
    Right(
        "receive_parent_request",
        "Receive a parent's request for PPV about any child",
        order=280,
        at=(
            *SCHOOL_TEAM,
            Role.PLC_ADVISER,
            Role.PRACTICE_ADVISER,
            Role.PSYCHOLOGIST,
            Role.FAMILY_COUNSELLOR,
            Role.SCHOOL_SECRETARY,
            Role.PKU_SECRETARY,
            Role.CHIEF,
        ),
    ),
    Right(
        "record_parent_request",
        "Record a parent's request for PPV",
        order=290,
        at=(*SCHOOL_TEAM, Role.PLC_ADVISER, Role.SCHOOL_SECRETARY),
    ),
    Right(
        "write_ppv_request",
        "Write a PPV request",
        order=300,
        at=SCHOOL_TEAM,
        refused=_("The team around the child and the school leader write this."),
    ),
    Right("request_ppv", "Sign a PPV request", order=310, at=LEADERS),
    Right("view_ppv_inbox", "See incoming PPV requests", order=320, at=(Role.PSYCHOLOGIST,)),
    Right("answer_ppv", "Write and send a PPV", order=330),
    Right(
        "view_ppv_summary",
        "Read conclusion and recommendations of a PPV",
        order=340,
        at=SCHOOL_TEAM,
    ),
    Right("view_ppv_report", "Read a whole PPV", order=350, at=LEADERS),
    Right(
        "write_referral",
        "Write a referral to PKU",
        order=420,
        at=SCHOOL_TEAM,
        refused=_("The child's team and the school leader write the referral."),
    ),
    Right(
        "refer_case",
        "Approve and submit a referral",
        order=430,
        at=LEADERS,
        refused=_("The school leader approves and submits the referral."),
    ),
    Right(
        "view_referral_list",
        "See the list of referrals",
        order=440,
        at=(Role.PKU_MEMBER, Role.PKU_SECRETARY, Role.PKU_CHAIR, Role.CHIEF),
    ),
    Right("view_referral", "Read a referral", order=450, at=SCHOOL_TEAM),
    Right(
        "check_referral",
        "Quality-check and return a referral",
        order=460,
        refused=_("The secretary of PKU does this."),
    ),
    Right(
        "schedule_referral",
        "Put a referral on a meeting",
        order=470,
        refused=_("The secretary of PKU does this."),
    ),
    Right(
        "decide_referral",
        "Record PKU's decision",
        order=480,
        refused=_("The secretary of PKU prepares the decision."),
    ),
    Right("sign_decision", "Sign PKU's decision", order=490),
    Right("stand_in_decision", "Sign PKU's decision in the chair's place", order=500),
    Right("deliver_decision", "Record the delivery of a decision", order=510),
    Right("view_offer", "See a special offer", order=520, at=SCHOOL_TEAM),
    Right("revisit_offer", "Give a status for the revisitation", order=530, at=LEADERS),
    Right("view_pku_letter", "Read PKU's letters", order=570, at=LEADERS),
)

PPV_TOPIC = Topic("ppv", _("PPV"), order=1)
PKU_TOPIC = Topic("pku", _("PKU"), order=3)

PPV = Cause("ppv", _("PPV asked for"), order=2)
REFERRED = Cause("referred", _("Referred to PKU"), order=4)
# In force until the child has left the offer.
PLACED = Cause("placed", _("In a special offer"), order=5)

_READING = "view_requirements view_referral view_offer"
_REFERRED = f"{_READING} view_dossier view_ppv_report"
_WRITING = "view_address decide_referral deliver_decision view_pku_letter"
GIVES = (
    Gives("pku.invited", plan_features.INVITED, pupil="record_parent_request"),
    Gives(
        "pku.ppv",
        PPV,
        pupil="view_pupil reveal_cpr view_case view_requirements view_plan view_meeting"
        " add_observation contribute_plan view_dossier record_parent_request answer_ppv"
        " view_ppv_summary view_ppv_report",
    ),
    Gives(
        "pku.referred",
        REFERRED,
        case={
            Role.PKU_MEMBER: f"{_REFERRED} stand_in_decision",
            Role.PKU_CHAIR: f"{_REFERRED} sign_decision",
            Role.PKU_SECRETARY: f"{_REFERRED} {_WRITING} reveal_cpr check_referral"
            " schedule_referral",
        },
    ),
    Gives(
        "pku.placed",
        PLACED,
        case={
            Role.OFFER_HEAD: "view_offer revisit_offer",
            Role.PKU_SECRETARY: f"{_READING} {_WRITING} view_dossier",
            Role.PKU_MEMBER: f"{_READING} stand_in_decision",
            Role.PKU_CHAIR: f"{_READING} sign_decision",
        },
    ),
)

ADMINISTERED = (
    Administered("pku.pkumeeting"),
    Administered("pku.referralquestion", verbs=("view",)),
)

# A decision is written on a referral or for an offer that ends; what is prepared is corrected.
WRITE_DECISION = {
    "pku.referral": "pku:prepare_decision",
    "pku.placement": "pku:revisit",
    "pku.pkudecision": "pku:correct_decision",
}

PLACE_REQUEST = TodoKind(
    "pku.place_request", _("Place a parent's request for PPV"), "pku:received_request"
)
FORWARD_PPV = TodoKind("pku.forward_ppv", _("Forward a parent's request for PPV"), "pku:sign_ppv")
SIGN_PPV = TodoKind("pku.sign_ppv", _("Sign the PPV request"), "pku:sign_ppv")
TAKE_PPV = TodoKind("pku.take_ppv", _("Receive a PPV request"), "pku:receive_ppv", unnamed=True)
WRITE_PPV = TodoKind("pku.write_ppv", _("Write and send the PPV"), "pku:ppv_report", personal=True)
WRITE_REFERRAL = TodoKind(
    "pku.write_referral",
    _("Write the referral to PKU"),
    {"cases.case": "pku:new_referral", "pku.referral": "pku:referral"},
)
SUBMIT_REFERRAL = TodoKind(
    "pku.submit_referral", _("Approve and send the referral to PKU"), "pku:referral"
)
CHECK_REFERRAL = TodoKind("pku.check_referral", _("Quality-check a referral"), "pku:check_referral")
MEND_REFERRAL = TodoKind("pku.mend_referral", _("Mend the returned referral"), "pku:referral")
READ_REFERRAL = TodoKind(
    "pku.read_referral", _("Read a referral for the next meeting"), "pku:referral_read"
)
PREPARE_DECISION = TodoKind("pku.prepare_decision", _("Prepare PKU's decision"), WRITE_DECISION)
SIGN_DECISION = TodoKind("pku.sign_decision", _("Sign PKU's decision"), "pku:decision")
AFTER_DECISION = TodoKind(
    "pku.after_decision", _("Plan the next steps after PKU's decision"), "pku:decision"
)
GIVE_STATUS = TodoKind(
    "pku.give_status", _("Give a status for the revisitation"), "pku:give_status"
)
REVISIT = TodoKind(
    "pku.revisit", _("Make a new decision before the offer's end date"), "pku:revisit"
)

# Who may see the case, or the referral, reads these on the timeline.
_on_case = partial(TimelineKind, needs="view_case")
_on_referral = partial(TimelineKind, needs="view_referral")

PPV_PARENT_REQUEST = _on_case("pku.ppv_parent_request", _("A parent asked for PPV"))
PPV_REQUESTED = _on_case("pku.ppv_requested", _("PPV asked for"))
PPV_RECEIVED = _on_case("pku.ppv_received", _("PPV request received"))
PPV_GIVEN_BACK = _on_case("pku.ppv_given_back", _("PPV request given back to the advisory team"))
PPV_WITHDRAWN = _on_case("pku.ppv_withdrawn", _("A parent withdrew the request for PPV"))
PPV_REFUSED = _on_case("pku.ppv_refused", _("A parent's request for PPV refused"))
PPV_SENT = _on_case("pku.ppv_sent", _("PPV sent"))
REFERRAL_SUBMITTED = _on_referral("pku.referral_submitted", _("Referred to PKU"))
REFERRAL_RETURNED = _on_referral("pku.referral_returned", _("Referral returned"))
REFERRAL_ACCEPTED = _on_referral("pku.referral_accepted", _("Referral ready for the meeting"))
REFERRAL_ADJOURNED = _on_referral("pku.referral_adjourned", _("Referral adjourned"))
REFERRAL_WITHDRAWN = _on_referral("pku.referral_withdrawn", _("Referral withdrawn"))
ADDENDUM = _on_referral("pku.addendum", _("Later paper added"))
PKU_DECIDED = _on_referral("pku.pku_decided", _("Decision of PKU"))
REVISITED = _on_referral("pku.revisited", _("Revisitation"))
DECISION_DELIVERED = _on_referral("pku.decision_delivered", _("Decision delivered"))
OFFER_STARTED = TimelineKind("pku.offer_started", _("Special offer"), "view_offer")
OFFER_STATUS = TimelineKind("pku.offer_status", _("Status for the revisitation"), "view_offer")

# The records of a case in which something can be written now, as the gates' facts name them.
REFERRAL = "referral"
DECISION = "decision"
OFFER = "offer"

CURES = (
    *cures(
        "consultation pupil_view against_parents done_so_far ppv_made",
        "write_ppv_request",
        "pku:new_ppv",
    ),
    *cures(
        "private_consent pupil_view_referral psychologist_recommendation seven_answers"
        " parents_view_referral",
        "write_referral",
        "pku:new_referral",
    ),
    *cures("quality_assurance", "check_referral", "pku:check_referral", REFERRAL),
    *cures(
        "reasons_three_parts complaint_guidance competence dialogue period goals home_contact"
        " views_answered",
        "decide_referral",
        WRITE_DECISION,
        DECISION,
    ),
    *cures("plan_and_talk status_offer status_home", "revisit_offer", "pku:give_status", OFFER),
)

WAY_IN = WayIn("pku:referrals", _("Referrals"))
