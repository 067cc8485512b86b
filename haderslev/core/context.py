"""What every page needs: menu, names, demonstration bar."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from haderslev.core import ports
from haderslev.core.demonstration import ACCOUNTS

# (permissions of which one is needed, words, URL name)
_MENU = (
    ((), _("Overview"), "home"),
    (("view_observation", "view_community_plan"), _("Classes"), "districts:communities"),
    (("edit_pupil",), _("Pupils"), "districts:pupils"),
    (("view_plan",), _("Plans"), "plans:plans"),
    (("answer_guidance",), _("Guidance requests"), "plans:guidance_inbox"),
    (("view_case",), _("Cases"), "cases:cases"),
    (("view_ppv_inbox", "request_ppv"), _("PPV"), "pku:ppv_requests"),
    (("view_council_sheet",), _("Council discussions"), "cases:council"),
    (("view_referral_list",), _("Referrals"), "pku:referrals"),
    (("view_offer",), _("Special offers"), "pku:placements"),
    (("dispatch_letter",), _("Letters"), "cases:letters"),
    (("view_log",), _("Access log"), "accounts:log"),
    (("manage_people",), _("Set-up"), "admin:index"),
)


def page(request: HttpRequest) -> Mapping[str, object]:
    """Return menu and names for the templates."""
    # An error page may be drawn before anybody was recognised.
    user = getattr(request, "user", AnonymousUser())
    signed_in = user.is_authenticated
    return {
        "menu": _menu(request, user) if signed_in else [],
        "role_names": ports.rights().role_names(user) if signed_in else [],
        "demonstration": settings.DEMO,
        "municipality": settings.MUNICIPALITY_NAME,
        "system_name": settings.SYSTEM_NAME,
        "version": settings.VERSION,
    }


def _menu(request: HttpRequest, user: object) -> list[dict[str, object]]:
    items: list[dict[str, object]] = []
    rights = ports.rights()
    for perms, label, name in _MENU:
        if perms and not any(rights.holds(user, perm) for perm in perms):
            continue
        url = reverse(name)
        current = request.path == url if name == "home" else request.path.startswith(url)
        items.append({"label": label, "url": url, "current": current})
    return items


def demonstration_accounts() -> list[tuple[str, str]]:
    """Return (user name, who it is) for the sign-in page of a demonstration."""
    return [(account.username, account.who) for account in ACCOUNTS] if settings.DEMO else []
