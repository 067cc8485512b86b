"""System checks: what start-up refuses."""

from collections.abc import Sequence
from itertools import product

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import DatabaseError, ProgrammingError, transaction

from haderslev.core import features
from haderslev.core.columns import MeaningField
from haderslev.core.database_rights import too_much
from haderslev.core.port import Port
from haderslev.core.references import page_exists, page_of


@checks.register()
def ports_answered(**_: object) -> list[checks.CheckMessage]:
    """Some app must answer what those below it ask: rights, levels, what the gates know."""
    silent = [port.name for port in Port.all if port.answers is None]
    return [checks.Error(f"No app answers {name}.", id="core.E001") for name in silent]


@checks.register(deploy=True)
def application_only_works(**_: object) -> list[checks.CheckMessage]:
    """The database itself must limit the application, or the journal could be changed."""
    try:
        found = too_much()
    except DatabaseError as error:
        found = [f"The database could not be asked what the application may: {error}"]
    return [checks.Error(sentence, id="core.E002") for sentence in found]


@checks.register(deploy=True)
def not_a_demonstration(**_: object) -> list[checks.CheckMessage]:
    """Fixed passwords and a movable clock have no place in production."""
    if not settings.DEMO:
        return []
    return [checks.Error("DEMO is on: fixed passwords, movable clock.", id="core.E003")]


@checks.register()
def contributions_fit(**_: object) -> list[checks.CheckMessage]:
    """Contributions, and models with a ``page``, name only what exists; each code is unique."""
    found = [*features.problems()]
    for model in apps.get_models():
        page = page_of(model)
        if page and not page_exists(page):
            found.append(f"{model.__name__} names the page {page}, which does not exist.")
    return [checks.Error(sentence, id="core.E004") for sentence in found]


@checks.register(checks.Tags.database)
def stored_keys_resolve(
    databases: Sequence[str] | None = None, **_: object
) -> list[checks.CheckMessage]:
    """Every stored code, word and reference must still be known."""
    found: list[checks.CheckMessage] = []
    fields = [field for model in apps.get_models() for field in model._meta.local_fields]
    for alias, field in product(databases or (), fields):
        if not isinstance(field, MeaningField):
            continue
        try:
            with transaction.atomic(using=alias):
                unknown = sorted(field.unresolved(alias))
        except ProgrammingError:
            continue  # Before the column is migrated nothing is stored there.
        if unknown:
            text = f"{field} has stored what no app knows: {', '.join(unknown)}."
            found.append(checks.Error(text, id="core.E005"))
    return found
