"""System check: rights come from dated memberships alone."""

from collections.abc import Sequence

from django.core import checks
from django.db import connections  # noqa: TID251 - a check must ask that database

from haderslev.accounts.models import User


@checks.register(checks.Tags.database)
def no_undated_groups(
    databases: Sequence[str] | None = None, **_: object
) -> list[checks.CheckMessage]:
    """``auth_user_groups`` has no dates: a row there would be a right without an end."""
    table = User.groups.through
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        if table._meta.db_table not in connections[alias].introspection.table_names():
            continue
        if table._default_manager.using(alias).exists():
            text = "A user has an undated group. Use memberships; empty User.groups."
            found.append(checks.Error(text, id="accounts.E001"))
    return found
