"""What people and roles add: their menu, and the words of their pages in the log of look-ups."""

from django.utils.translation import gettext_lazy as _

from haderslev.core.features import MenuItem, Seen, Shortcut, pages

MENU = (
    MenuItem("accounts:log", _("Access log"), needs=("view_log",), order=120),
    MenuItem("admin:index", _("Set-up"), needs=("manage_people",), order=130),
)

SHORTCUTS = (
    Shortcut("accounts:log", _("Look-ups"), needs=("view_log",), order=50),
    Shortcut(
        "admin:accounts_membership_changelist",
        _("People and roles"),
        needs=("manage_people",),
        order=60,
    ),
    Shortcut("admin:index", _("Set-up"), needs=("manage_people",), order=70),
)

# What the person saw there, or meant to do there.
PAGES = pages({"accounts:log": _("The log of look-ups")})

SEEN = (Seen("log", _("The log")),)
