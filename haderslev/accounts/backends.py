"""Who is signed in, and what Django's own ``has_perm`` answers."""

from typing import Any  # allauth has no types

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission
from django.db.models import Model

from haderslev.accounts.models import Membership
from haderslev.core import request_cache
from haderslev.core.policy import may


class MembershipBackend(AuthenticationBackend):
    """allauth's sign-in; rights from active memberships, never from ``user.groups``."""

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        """Return model-wide permissions (admin pages only) of active memberships. One query."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()

        def find() -> set[str]:
            groups = Membership.objects.active().filter(user_id=user_obj.pk).values("group_id")
            found = Permission.objects.filter(group__in=groups)
            pairs = found.values_list("content_type__app_label", "codename")
            return {f"{app}.{codename}" for app, codename in pairs}

        return request_cache.once(("model-permissions", user_obj.pk), find)

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """Answer for one object through the same ``permitted`` as every list."""
        if not user_obj.is_active:
            return False
        if obj is None:
            return perm in self.get_all_permissions(user_obj)
        return hasattr(obj, "policy") and may(user_obj, perm.rpartition(".")[2], obj)
