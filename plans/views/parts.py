"""What the pages of the cycle share."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext

from districts.models import LearningCommunity, Pupil
from haderslev.accounts.models import User
from haderslev.core.policy import may_see
from haderslev.core.references import url_of
from plans.selectors import advisers, lists

_NOT_WRITTEN = ("csrfmiddlewaretoken", "form_key")


def identity(target: Pupil | LearningCommunity, user: User) -> dict[str, object]:
    """Return whom the page is about, with a link when the person can open it."""
    return named(target, visible=may_see(user, target))


def named(target: Pupil | LearningCommunity, *, visible: bool) -> dict[str, object]:
    """Return whom the page is about, when it is known whether the person can open it."""
    if isinstance(target, Pupil):
        community, name = target.community, target.full_name
    else:
        community, name = target, target.name
    facts = [community.school.name] if community else []
    if isinstance(target, Pupil) and community:
        facts.insert(0, community.name)
    return {"name": name, "url": url_of(target) if visible else "", "facts": facts}


def mention_names(request: HttpRequest, target: Pupil | LearningCommunity) -> None:
    """Say which words of the saved text are also first names of other pupils in the class."""
    class_ = lists.class_of(target)
    if class_ is None:
        return
    written = (value for name, value in request.POST.items() if name not in _NOT_WRITTEN)
    own = target.first_name if isinstance(target, Pupil) else ""
    found = [
        name
        for name in advisers.first_names_in("\n".join(map(str, written)), class_)
        if name != own
    ]
    if found:
        message = gettext(
            "These words are also first names of pupils in the class: %(names)s."
            ' Is another child meant, then write "a classmate".'
        )
        messages.warning(request, message % {"names": ", ".join(found)})


def seen_by(target: Pupil | LearningCommunity) -> str:
    """Return the permission that opens the page of the pupil or the class."""
    return "view_pupil" if isinstance(target, Pupil) else "view_community"
