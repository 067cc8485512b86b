"""What the pedagogical cycle adds: menu, words of log and journal, to-dos, timeline."""

from django.utils.translation import gettext_lazy as _

from districts.kinds import FirstAct, TimelineKind, TodoKind, about_either
from districts.permissions import SCHOOL_TEAM, Administered, Cause, Gives, Right, Role
from haderslev.core.features import MenuItem, SetupTable, acts, pages
from plans.kinds import Topic

MENU = (
    MenuItem("plans:plans", _("Plans"), needs=("view_plan",), order=40),
    MenuItem("plans:guidance_inbox", _("Guidance requests"), needs=("answer_guidance",), order=50),
)

# What the person saw there, or meant to do there.
PAGES = pages(
    {
        "plans:new_observation": _("Write an observation of a class"),
        "plans:new_observation_of_pupil": _("Write an observation of a child"),
        "plans:observations_of_community": _("Observations of a class"),
        "plans:observations_of_pupil": _("Observations of a child"),
        "plans:observation": _("An observation"),
        "plans:correct_observation": _("Correct an observation"),
        "plans:withdraw_observation": _("Withdraw an observation"),
        "plans:plans": _("List of plans"),
        "plans:new_plan_for_community": _("New plan for a class"),
        "plans:new_plan_for_pupil": _("New plan for a child"),
        "plans:plan": _("A plan"),
        "plans:edit_context": _("Write a plan: background"),
        "plans:edit_goals": _("Write a plan: goals"),
        "plans:edit_actions": _("Write a plan: interventions"),
        "plans:edit_voices": _("Write a plan: the child's voice"),
        "plans:edit_parents": _("Write a plan: the parents"),
        "plans:edit_evaluation": _("Write a plan: evaluation"),
        "plans:put_into_use": _("Put a plan into use"),
        "plans:revise": _("Change a plan"),
        "plans:edit_plan": _("Correct a plan's title, level or team"),
        "plans:drop_draft": _("Drop the draft of a plan"),
        "plans:version": _("A version of a plan"),
        "plans:evaluate": _("Evaluate a plan"),
        "plans:evaluation": _("An evaluation"),
        "plans:ask_guidance_for_community": _("Ask for guidance about a class"),
        "plans:ask_guidance_for_pupil": _("Ask for guidance about a child"),
        "plans:guidance_inbox": _("List of requests for guidance"),
        "plans:guidance": _("A request for guidance"),
        "plans:answer_guidance": _("Answer a request for guidance"),
        "plans:withdraw_guidance": _("Withdraw a request for guidance"),
        "plans:guidance_read": _("Mark guidance as read"),
        "plans:new_meeting_for_community": _("Record a meeting about a class"),
        "plans:new_meeting_for_pupil": _("Record a meeting about a child"),
        "plans:guidance_of_community": _("Guidance about a class"),
        "plans:guidance_of_pupil": _("Guidance about a child"),
        "plans:meetings_of_community": _("Meetings about a class"),
        "plans:meetings_of_pupil": _("Meetings about a child"),
        "plans:meeting": _("A meeting"),
        "plans:correct_meeting": _("Correct a meeting"),
        "plans:withdraw_meeting": _("Withdraw a meeting"),
    }
)

ACTS = acts(
    {
        "plans.observation.added": _("Wrote an observation"),
        "plans.observation.corrected": _("Corrected an observation"),
        "plans.observation.withdrawn": _("Withdrew an observation"),
        "plans.plan.made": _("Started a plan"),
        "plans.plan.corrected": _("Corrected a plan's title, level or team"),
        "plans.plan.ended": _("Ended a plan"),
        "plans.plan.withdrawn": _("Withdrew a plan that never was in use"),
        "plans.planversion.dropped": _("Dropped the draft of a plan"),
        "plans.planversion.made": _("Started a new version of a plan"),
        "plans.planversion.saved": _("Wrote in a plan"),
        "plans.planversion.approved": _("Put a plan into use"),
        "plans.evaluation.made": _("Evaluated a plan"),
        "plans.guidance.asked": _("Asked for guidance"),
        "plans.guidance.answered": _("Answered a request for guidance"),
        "plans.guidance.read": _("Marked guidance as read"),
        "plans.guidance.withdrawn": _("Withdrew a request for guidance"),
        "plans.meeting.recorded": _("Recorded a meeting"),
        "plans.meeting.corrected": _("Corrected a meeting"),
        "plans.meeting.withdrawn": _("Withdrew a meeting"),
    }
)

SETUP = (SetupTable("plans.intervention"),)

_TEAM_CAN = _("You may not do this. The team around the class can.")

RIGHTS = (
    Right(
        "view_community_plan",
        "See a learning community's plan",
        order=60,
        at=(*SCHOOL_TEAM, Role.PLC_ADVISER),
    ),
    Right("view_observation", "Read observations", order=70, at=SCHOOL_TEAM),
    Right("add_observation", "Write observations", order=80, at=SCHOOL_TEAM),
    Right("correct_observation", "Correct observations", order=90, at=SCHOOL_TEAM),
    Right("view_plan", "Read plans", order=100, at=SCHOOL_TEAM),
    Right("change_plan", "Write plans", order=110, at=SCHOOL_TEAM, refused=_TEAM_CAN),
    Right("approve_plan", "Put a plan into use", order=120, at=(Role.TEACHER,), refused=_TEAM_CAN),
    Right("evaluate_plan", "Evaluate a plan", order=130, at=(Role.TEACHER,), refused=_TEAM_CAN),
    Right("contribute_plan", "Contribute to a plan", order=140),
    Right("ask_guidance", "Ask for guidance", order=150, at=SCHOOL_TEAM, refused=_TEAM_CAN),
    Right(
        "answer_guidance",
        "Answer requests for guidance",
        order=160,
        refused=_("Only the adviser who was asked can answer."),
        at=(Role.PLC_ADVISER, Role.PRACTICE_ADVISER, Role.PSYCHOLOGIST, Role.FAMILY_COUNSELLOR),
    ),
    Right("hold_meeting", "Record meetings", order=170, at=SCHOOL_TEAM, refused=_TEAM_CAN),
    Right("view_meeting", "Read meetings", order=180, at=SCHOOL_TEAM),
)

FAMILY_TOPIC = Topic("family", _("Family counselling"), order=4)

INVITED = Cause("invited", _("Asked for guidance"), order=1)

GIVES = (
    Gives(
        "plans.invited",
        INVITED,
        community="view_community view_community_plan view_plan add_observation contribute_plan"
        " answer_guidance",
        pupil="view_pupil view_plan view_meeting add_observation contribute_plan answer_guidance",
    ),
)

ADMINISTERED = (Administered("plans.intervention"),)

# Pages that exist of a pupil and of a class.
NEW_OBSERVATION = about_either("plans:new_observation_of_pupil", "plans:new_observation")
NEW_PLAN = about_either("plans:new_plan_for_pupil", "plans:new_plan_for_community")
NEW_GUIDANCE = about_either("plans:ask_guidance_for_pupil", "plans:ask_guidance_for_community")
NEW_MEETING = about_either("plans:new_meeting_for_pupil", "plans:new_meeting_for_community")
OBSERVATIONS = about_either("plans:observations_of_pupil", "plans:observations_of_community")
GUIDANCE = about_either("plans:guidance_of_pupil", "plans:guidance_of_community")
MEETINGS = about_either("plans:meetings_of_pupil", "plans:meetings_of_community")

OBSERVE = FirstAct("plans.observe", _("Write an observation"), "add_observation", NEW_OBSERVATION)

FINISH_PLAN = TodoKind("plans.finish_plan", _("Finish the plan and put it into use"), "plans:plan")
EVALUATE_PLAN = TodoKind("plans.evaluate_plan", _("Evaluate the plan"), "plans:evaluate")
ASK_GUIDANCE = TodoKind(
    "plans.ask_guidance", _("Ask for guidance, as the evaluation says"), "plans:evaluation"
)
GO_ON = TodoKind(
    "plans.go_on", _("Go on to the next level, as the evaluation says"), "plans:evaluation"
)
MAKE_PLAN = TodoKind("plans.make_plan", _("Make the plan for level 2"), NEW_PLAN)
ANSWER_GUIDANCE = TodoKind(
    "plans.answer_guidance",
    _("Answer a request for guidance"),
    "plans:guidance",
    ends_with_access=True,
)
READ_GUIDANCE = TodoKind(
    "plans.read_guidance", _("Read the answer to your request for guidance"), "plans:guidance"
)

OBSERVATION = TimelineKind("plans.observation", _("Observation"), "view_observation")
PLAN_APPROVED = TimelineKind("plans.plan_approved", _("Plan put into use"), "view_plan")
PLAN_EVALUATED = TimelineKind("plans.plan_evaluated", _("Plan evaluated"), "view_plan")
GUIDANCE_ASKED = TimelineKind("plans.guidance_asked", _("Guidance asked for"), "view_plan")
GUIDANCE_ANSWERED = TimelineKind("plans.guidance_answered", _("Guidance answered"), "view_plan")
GUIDANCE_WITHDRAWN = TimelineKind(
    "plans.guidance_withdrawn", _("Request for guidance withdrawn"), "view_plan"
)
MEETING = TimelineKind("plans.meeting", _("Meeting held"), "view_meeting")
