"""What the municipality adds: menu, shortcuts, words of log and journal, to-dos, timeline."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from districts.kinds import TimelineKind, TodoKind, about_either
from districts.permissions import LEADERS, SCHOOL_TEAM, Administered, Right, Role
from haderslev.core.features import MenuItem, Seen, SetupTable, Shortcut, acts, pages
from haderslev.core.subject import JournalSubject

MENU = (
    MenuItem("home", _("Overview"), order=10),
    MenuItem(
        "districts:communities",
        _("Classes"),
        needs=("view_observation", "view_community_plan"),
        order=20,
    ),
    MenuItem("districts:pupils", _("Pupils"), needs=("edit_pupil",), order=30),
)

SHORTCUTS = (
    Shortcut("districts:new_pupil", _("Add a pupil"), needs=("edit_pupil",), order=10),
    Shortcut("districts:pupils", _("Pupils by class"), needs=("edit_pupil",), order=20),
)

# What the person saw there, or meant to do there.
PAGES = pages(
    {
        "home": _("Overview"),
        "districts:pupils": _("List of pupils"),
        "districts:new_pupil": _("Add a pupil"),
        "districts:communities": _("List of classes"),
        "districts:community": _("Page of a class"),
        "districts:pupil": _("Page of a child"),
        "districts:pupil_timeline": _("Timeline of a child"),
        "districts:edit_pupil": _("Master data"),
        "districts:move_pupil": _("Move to another class"),
        "districts:undo_move": _("Undo a move to another class"),
        "districts:reveal_cpr": _("See a CPR number"),
        "districts:correct_cpr": _("Correct a CPR number"),
        "districts:new_parent": _("Add a parent"),
        "districts:edit_parent": _("Correct a parent's data"),
        "districts:end_parent": _("End a parent's custody"),
        "districts:reveal_address": _("See a protected address"),
    }
)

ACTS = acts(
    {
        "districts.pupil.added": _("Added a pupil"),
        "districts.pupil.corrected": _("Corrected master data"),
        "districts.pupil.cpr_corrected": _("Corrected a CPR number"),
        "districts.pupil.cpr_revealed": _("Saw a CPR number"),
        "districts.pupil.moved": _("Moved a child to another class"),
        "districts.pupil.move_undone": _("Undid a move to another class"),
        "districts.pupil.access_opened": _("Opened a child to somebody"),
        "districts.pupil.access_prolonged": _("Prolonged the access to a child"),
        "districts.pupil.access_closed": _("Closed the access to a child"),
        "districts.learningcommunity.access_opened": _("Opened a class to somebody"),
        "districts.learningcommunity.access_prolonged": _("Prolonged the access to a class"),
        "districts.learningcommunity.access_closed": _("Closed the access to a class"),
        "districts.custodyholder.added": _("Added a parent"),
        "districts.custodyholder.corrected": _("Corrected a parent's data"),
        "districts.custodyholder.ended": _("Ended a parent's custody"),
        "districts.custodyholder.address_revealed": _("Saw a protected address"),
    }
)

JOURNAL = (
    JournalSubject(
        "pupil",
        model="districts.pupil",
        label=_("Child's id"),
        hint=_("A child's id is the eight characters in the address of the child's page."),
    ),
    JournalSubject("community", model="districts.learningcommunity", unnamed=_("A class")),
)

SEEN = (
    Seen("master_data", _("Master data")),
    Seen("cpr", _("CPR number")),
    Seen("protected_address", _("Protected address")),
)

SETUP = (SetupTable("districts.learningcommunity"), SetupTable("districts.councilmeeting"))

RIGHTS = (
    Right("view_pupil", "See a pupil", order=10, at=(*SCHOOL_TEAM, Role.SCHOOL_SECRETARY)),
    Right(
        "edit_pupil",
        "Add and correct a pupil's master data",
        order=20,
        at=(*LEADERS, Role.SCHOOL_SECRETARY),
        refused=_("Only the school's leaders and its office can change this."),
    ),
    Right(
        "reveal_cpr",
        "See a CPR number with a purpose",
        order=30,
        at=LEADERS,
        refused=_("Only the school's leaders can see the CPR number."),
    ),
    Right(
        "view_address",
        "See a custody holder's address",
        order=40,
        at=(*LEADERS, Role.SCHOOL_SECRETARY),
        refused=_("Only the school's leaders and its office can see addresses."),
    ),
    Right(
        "view_community",
        "See a learning community",
        order=50,
        at=(*SCHOOL_TEAM, Role.PLC_ADVISER, Role.SCHOOL_SECRETARY),
    ),
    Right("view_log", "Read the log of look-ups", order=590, at=(Role.LOG_CONTROLLER,)),
    Right(
        "manage_people",
        "Manage units, people and reference data",
        order=600,
        at=(Role.ADMINISTRATOR,),
    ),
)

ADMINISTERED = (
    Administered("accounts.user"),
    Administered("accounts.membership"),
    Administered("districts.unit"),
    Administered("districts.school"),
    Administered("districts.institution"),
    Administered("districts.unitrole", verbs=("view", "add")),
    Administered("districts.learningcommunity"),
    Administered("districts.teamcommunity"),
    Administered("districts.councilmeeting"),
    Administered("core.legalvalue"),
    Administered("core.texttemplate", verbs=("view",)),
    Administered("core.purpose", verbs=("view",)),
    Administered("core.holiday", verbs=("view", "add", "change", "delete")),
)

# The page of a pupil, and that of a class.
TARGET = about_either("districts:pupil", "districts:community")

CHECK_SETUP = TodoKind(
    "districts.check_setup", _("Go through the set-up check"), "admin:index", takes_row=False
)
SPOT_CHECK = TodoKind(
    "districts.spot_check", _("Look through the latest look-ups"), "accounts:log", takes_row=False
)

_entry = partial(TimelineKind, linked=False)
PUPIL_ADDED = _entry("districts.pupil_added", _("Pupil added"), "view_pupil")
CLASS_CHANGED = _entry("districts.class_changed", _("Moved to another class"), "view_pupil")
CLASS_CHANGE_UNDONE = _entry(
    "districts.class_change_undone", _("Move to another class undone"), "view_pupil"
)
PUPIL_CORRECTED = _entry("districts.pupil_corrected", _("Master data corrected"), "edit_pupil")
PARENTS_CHANGED = _entry(
    "districts.parents_changed", _("Data about the parents changed"), "edit_pupil"
)
ACCESS_OPENED = _entry("districts.access_opened", _("Access opened"), "view_plan")
ACCESS_CLOSED = _entry("districts.access_closed", _("Access closed"), "view_plan")
