"""What cases add: menu, shortcuts, words of log and journal, to-dos, timeline."""

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.kinds import COMMUNITY, TARGET, cures
from districts import features as district_features
from districts.kinds import TimelineKind, TodoKind, about_either
from districts.permissions import LEADERS, SCHOOL_TEAM, Administered, Cause, Gives, Right, Role
from haderslev.core.features import MenuItem, Seen, SetupTable, Shortcut, acts, pages
from haderslev.core.subject import JournalSubject
from plans import features as plan_features
from plans.kinds import Topic

MENU = (
    MenuItem("cases:cases", _("Cases"), needs=("view_case",), order=60),
    MenuItem("cases:council", _("Council discussions"), needs=("view_council_sheet",), order=80),
    MenuItem("cases:letters", _("Letters"), needs=("dispatch_letter",), order=110),
)

SHORTCUTS = (Shortcut("cases:letters", _("Letters to send"), needs=("dispatch_letter",), order=40),)

# What the person saw there, or meant to do there.
PAGES = pages(
    {
        "cases:cases": _("List of cases"),
        "cases:new_case_for_pupil": _("Open a case about a child"),
        "cases:new_case_for_community": _("Open a case about a class"),
        "cases:case": _("A case"),
        "cases:close": _("Close a case"),
        "cases:inform_parent": _("Tell a parent"),
        "cases:timeline": _("Timeline of a case"),
        "cases:access": _("Who has access to a case"),
        "cases:close_access": _("Close somebody's access"),
        "cases:requirements": _("Requirements and documentation"),
        "cases:except_requirement": _("Set a requirement aside"),
        "cases:complete_exception": _("Complete the reason of an exception"),
        "cases:withdraw_exception": _("Withdraw an exception"),
        "cases:next_level": _("Propose the next level"),
        "cases:proposal": _("A proposal of the next level"),
        "cases:approve_proposal": _("Approve the next level"),
        "cases:ask_to_set_aside": _("Ask the chief whether a requirement is set aside"),
        "cases:end_asking": _("Take back what the chief was asked"),
        "cases:ask_chief": _("Ask the chief to decide"),
        "cases:send_back_proposal": _("Send a proposal back"),
        "cases:answer_proposal": _("Answer the school leader's question"),
        "cases:withdraw_proposal": _("Withdraw a proposal"),
        "cases:documents": _("Documents of a case"),
        "cases:record": _("Record a document"),
        "cases:correct_record": _("Correct a recorded document"),
        "cases:document": _("A document"),
        "cases:document_pdf": _("A document as PDF"),
        "cases:letters": _("List of letters"),
        "cases:delivery": _("A letter"),
        "cases:correct_delivery": _("Correct the delivery of a letter"),
        "cases:drop_letter": _("Say that a letter is not to be sent any more"),
        "cases:fetch_letter": _("Fetch a letter to send it"),
        "cases:new_hearing": _("Start a hearing"),
        "cases:hearing": _("A hearing"),
        "cases:change_hearing": _("Change a hearing"),
        "cases:drop_hearing": _("Drop the draft of a hearing"),
        "cases:send_hearing": _("Send a hearing"),
        "cases:hearing_answer": _("Record an answer to a hearing"),
        "cases:close_hearing": _("Close a hearing"),
        "cases:new_decision": _("Make the school leader's decision"),
        "cases:decision": _("The school leader's decision"),
        "cases:put_on_council": _("Put a case on the council's agenda"),
        "cases:council": _("Meetings of the district council"),
        "cases:council_meeting": _("Agenda of the district council"),
        "cases:publish_agenda": _("Publish an agenda"),
        "cases:council_item": _("A case at the district council"),
        "cases:read_council_item": _("Note that the council's sparring is read"),
        "cases:withdraw_item": _("Take a case off the agenda"),
        "cases:council_sheet": _("The council's sheet without names"),
        "cases:council_name": _("See the name on the council's sheet"),
        "cases:council_sparring": _("Record the council's sparring"),
        "cases:council_idea": _("Answer an idea of the council"),
    }
)

ACTS = acts(
    {
        "districts.councilmeeting.published": _("Published the council's agenda"),
        "cases.case.opened": _("Opened a case"),
        "cases.case.closed": _("Closed a case"),
        "cases.case.parent_informed": _("Wrote down that a parent was told of a case"),
        "cases.case.level_changed": _("Changed the level of a case"),
        "cases.case.access_opened": _("Opened a case to somebody"),
        "cases.case.access_prolonged": _("Prolonged the access to a case"),
        "cases.case.access_closed": _("Closed the access to a case"),
        "cases.requirementexception.made": _("Set a requirement aside"),
        "cases.requirementexception.completed": _("Completed the reason of an exception"),
        "cases.requirementexception.withdrawn": _("Withdrew an exception"),
        "cases.proposal.proposed": _("Proposed the next level"),
        "cases.case.chief_asked": _("Asked the chief about a requirement"),
        "cases.case.chief_asking_ended": _("Ended what the chief was asked"),
        "cases.proposal.given_to_chief": _("Asked the chief to decide"),
        "cases.proposal.approved": _("Approved the next level"),
        "cases.proposal.sent_back": _("Sent a proposal back"),
        "cases.proposal.answered": _("Answered the school leader's question"),
        "cases.proposal.withdrawn": _("Withdrew a proposal"),
        "cases.document.frozen": _("Made a document"),
        "cases.document.rendered": _("The system made a document's PDF"),
        "cases.delivery.corrected": _("Corrected the delivery of a letter"),
        "cases.delivery.dropped": _("Said that a letter is not to be sent any more"),
        "cases.delivery.recorded": _("Recorded the dispatch of a letter"),
        "cases.documentrecord.added": _("Recorded a document"),
        "cases.documentrecord.corrected": _("Corrected a recorded document"),
        "cases.hearing.drafted": _("Started a hearing"),
        "cases.hearing.changed": _("Changed a hearing"),
        "cases.hearing.dropped": _("Dropped the draft of a hearing"),
        "cases.hearing.sent": _("Sent a hearing"),
        "cases.hearing.answered": _("Recorded an answer to a hearing"),
        "cases.hearing.closed": _("Closed a hearing"),
        "cases.supportdecision.signed": _("Signed the school leader's decision"),
        "cases.councilitem.put_on_agenda": pgettext_lazy(
            "act", "Put a case on the council's agenda"
        ),
        "cases.councilitem.advised": _("Recorded the council's sparring"),
        "cases.councilitem.read": pgettext_lazy("act", "Read the council's sparring"),
        "cases.councilitem.withdrawn": _("Took a case off the agenda"),
        "cases.councilitem.idea_answered": _("Answered an idea of the council"),
    }
)

JOURNAL = (JournalSubject("case", label=_("Case number")),)

SEEN = (Seen("name", _("Name")),)

SETUP = (SetupTable("cases.outcometype"), SetupTable("cases.requirementtext"))

COUNCIL = (
    *(Role.COUNCIL_MEMBER, Role.COUNCIL_COORDINATOR),
    *(Role.CONSULTANT, Role.PRACTICE_ADVISER, Role.CHIEF),
)

RIGHTS = (
    Right("view_case", "See a case", order=190, at=SCHOOL_TEAM),
    Right("view_requirements", "See what the steps of a case ask for", order=200, at=SCHOOL_TEAM),
    Right("open_case", "Open a case", order=210, at=SCHOOL_TEAM),
    Right("open_at_level", "Open a case at a higher level", order=220, at=LEADERS),
    Right(
        "propose_level",
        "Propose the next level",
        order=230,
        at=(Role.TEACHER,),
        refused=_("The team around the child proposes the next level."),
    ),
    Right(
        "decide_level",
        "Decide on the next level",
        order=240,
        at=LEADERS,
        refused=_("The school leader decides this."),
    ),
    Right(
        "except_requirement",
        "Set an own requirement aside with a reason",
        order=250,
        at=LEADERS,
        refused=_("The school leader decides this."),
    ),
    Right("close_case", "Close a case", order=260, at=LEADERS),
    Right("view_access", "See who has access", order=270, at=LEADERS),
    Right(
        "hold_hearing",
        "Hear the parties",
        order=360,
        at=LEADERS,
        refused=_("The school leader hears the parties."),
    ),
    Right(
        "decide_support",
        "Make the leader's decision",
        order=370,
        at=LEADERS,
        refused=_("The school leader makes this decision."),
    ),
    Right(
        "put_on_council",
        "Put a case on the council's agenda",
        order=380,
        at=LEADERS,
        refused=_("The school leader brings cases to the district council and answers its ideas."),
    ),
    Right(
        "manage_council",
        "Make the council's agenda",
        order=390,
        at=(Role.COUNCIL_COORDINATOR,),
        refused=_("The council's coordinator publishes the agenda."),
    ),
    Right("view_council_sheet", "Read the council's sheets", order=400, at=COUNCIL),
    Right(
        "advise_case",
        "Record the council's sparring",
        order=410,
        at=(Role.COUNCIL_COORDINATOR,),
        refused=_("The council's coordinator writes down the sparring."),
    ),
    Right(
        "make_dossier",
        "Make the collected material",
        order=540,
        at=SCHOOL_TEAM,
        refused=_("The team and the school leader collect the case's papers."),
    ),
    Right("view_dossier", "Read the collected material", order=550, at=LEADERS),
    Right("view_letter", "Read the school's letters", order=560, at=LEADERS),
    Right(
        "dispatch_letter",
        "Send the school's letters and record it",
        order=580,
        at=(*LEADERS, Role.SCHOOL_SECRETARY, Role.PKU_SECRETARY),
        refused=_("The school's office or PKU's secretary sends this letter."),
    ),
)

COUNCIL_TOPIC = Topic("council", _("The district council"), order=2)

ON_AGENDA = Cause("council", _("On the council's agenda"), order=3)
# To the chief, where no leader of the school may decide.
DECIDES = Cause("decides", _("Decides in place of the school's leaders"), order=6)

_DECIDING = "view_case view_requirements decide_level except_requirement view_plan view_meeting"
GIVES = (
    Gives("cases.invited", plan_features.INVITED, pupil="view_case view_requirements"),
    Gives(
        "cases.decides",
        DECIDES,
        community=f"view_community view_community_plan {_DECIDING}",
        pupil=f"view_pupil {_DECIDING}",
    ),
    Gives(
        "cases.council",
        ON_AGENDA,
        case=dict.fromkeys(COUNCIL, "view_council_sheet")
        | {Role.COUNCIL_COORDINATOR: "view_council_sheet advise_case"},
    ),
)

ADMINISTERED = (
    Administered("cases.outcometype", verbs=("view",)),
    Administered("cases.requirementtext", verbs=("view",)),
)

# The page that exists of a pupil and of a class.
NEW_CASE = about_either("cases:new_case_for_pupil", "cases:new_case_for_community")

INFORM_PARENTS = TodoKind(
    "cases.inform_parents", _("Tell the parents of the case"), "cases:inform_parent"
)
DECIDE_LEVEL = TodoKind("cases.decide_level", _("Decide on the next level"), "cases:proposal")
ANSWER_QUESTION = TodoKind(
    "cases.answer_question", _("Answer the school leader's question"), "cases:proposal"
)
SET_ASIDE = TodoKind(
    "cases.set_aside", _("Decide whether a requirement is set aside"), "cases:requirements"
)
COMPLETE_EXCEPTION = TodoKind(
    "cases.complete_exception",
    _("Write the reason for the urgent exception"),
    "cases:complete_exception",
)
HOLD_HEARING = TodoKind(
    "cases.hold_hearing", _("Hear the parties about the PPV"), "cases:new_hearing"
)
CLOSE_HEARING = TodoKind("cases.close_hearing", _("Follow up on the hearing"), "cases:hearing")
MAKE_DECISION = TodoKind(
    "cases.make_decision", _("Make the school leader's decision"), "cases:new_decision"
)
REVISIT = TodoKind(
    "cases.revisit", _("Make a new decision before the offer's end date"), "cases:new_decision"
)
PREPARE_COUNCIL = TodoKind(
    "cases.prepare_council",
    _("Put the case on the district council's agenda"),
    "cases:put_on_council",
)
NEXT_AGENDA = TodoKind(
    "cases.next_agenda", _("Read the next agenda of the district council"), "cases:council_meeting"
)
ADVISE_CASE = TodoKind(
    "cases.advise_case", _("Record the council's sparring"), "cases:council_meeting", unnamed=True
)
READ_SPARRING = TodoKind(
    "cases.read_sparring", _("Read the council's sparring"), "cases:council_item"
)
TRY_IDEA = TodoKind(
    "cases.try_idea",
    _("Try the council's idea: make a new version of the plan"),
    "cases:council_item",
)
SEND_LETTER = TodoKind("cases.send_letter", _("Send a letter"), "cases:delivery")

# What whoever sees the case reads on the timeline.
_entry = partial(TimelineKind, needs="view_case")
CASE_OPENED = _entry("cases.case_opened", _("Case opened"))
PARENTS_INFORMED = _entry("cases.parents_informed", _("Parents informed"))
LEVEL_PROPOSED = _entry("cases.level_proposed", _("Next level proposed"))
LEVEL_APPROVED = _entry("cases.level_approved", _("Next level approved"))
LEVEL_SENT_BACK = _entry("cases.level_sent_back", _("Proposal sent back"))
LEVEL_WITHDRAWN = _entry("cases.level_withdrawn", _("Proposal withdrawn"))
LEVEL_CHANGED = _entry("cases.level_changed", _("Level changed"))
REQUIREMENT_EXCEPTED = _entry(
    "cases.requirement_excepted",
    _("Requirement set aside with a reason"),
    page="cases:requirements",
)
CASE_CLOSED = _entry("cases.case_closed", _("Case closed"))
ACCESS_OPENED = _entry("cases.access_opened", _("Access opened"), linked=False)
ACCESS_PROLONGED = _entry("cases.access_prolonged", _("Access prolonged"), linked=False)
ACCESS_CLOSED = _entry("cases.access_closed", _("Access closed"), linked=False)
HEARING_SENT = _entry("cases.hearing_sent", _("Hearing sent"))
HEARING_ANSWERED = TimelineKind("cases.hearing_answered", _("Hearing answered"), "hold_hearing")
HEARING_CLOSED = _entry("cases.hearing_closed", _("Hearing closed"))
SUPPORT_DECIDED = _entry("cases.support_decided", _("The leader's decision"))
DECISION_DELIVERED = _entry("cases.decision_delivered", _("Decision delivered"))
COUNCIL_ASKED = _entry("cases.council_asked", _("Put on the council's agenda"))
COUNCIL_ADVISED = _entry("cases.council_advised", _("Sparring from the council"))
COUNCIL_WITHDRAWN = _entry("cases.council_withdrawn", _("Taken off the council's agenda"))
LETTER = _entry("cases.letter", _("Letter made"), linked=False)
LETTER_SENT = _entry("cases.letter_sent", _("Letter sent"), linked=False)
LETTER_DROPPED = _entry("cases.letter_dropped", _("Letter not to be sent"), linked=False)

CURES = (
    *cures("observation", "add_observation", plan_features.NEW_OBSERVATION, COMMUNITY),
    *cures("parents_informed", "open_case", "cases:inform_parent"),
    *cures(
        "team_meeting consult_in_meeting network_answers_ppv network_answers_council"
        " network_answers_pku",
        "hold_meeting",
        plan_features.NEW_MEETING,
        TARGET,
    ),
    *cures("plan_in_use", "change_plan", plan_features.NEW_PLAN, TARGET),
    # Plans are evaluated, and their voices written, from the page of the pupil or the class.
    *cures(
        "preventive_plan_evaluated interventions_shown anticipatory_plan_evaluated"
        " plans_evaluated_both",
        "evaluate_plan",
        district_features.TARGET,
        TARGET,
    ),
    *cures("community_voice_and_parents", "change_plan", district_features.TARGET, TARGET),
    *cures("adviser_sentence", "ask_guidance", plan_features.NEW_GUIDANCE, TARGET),
    *cures("parents_and_child_said", "propose_level", "cases:next_level"),
    *cures("hearing_held", "hold_hearing", "cases:new_hearing"),
    *cures("leaders_decision", "decide_support", "cases:new_decision"),
    *cures("council_sparring", "put_on_council", "cases:put_on_council"),
    *cures("home_municipality", "edit_pupil", "districts:edit_pupil", TARGET),
)
