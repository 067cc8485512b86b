"""States: which moves exist, kept by the model and by the database.

django-fsm-2 holds the table of moves. It does not stop ``update()``, raw SQL or a new row in
any state, so each model also carries triggers made from the same table.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self  # Any: the options of a field

import pgtrigger
from django.db import models
from django.db.models import QuerySet
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMFieldMixin

type Moves = Sequence[tuple[str, str]]


def state_triggers(field: str, *, initial: Iterable[str], moves: Moves) -> list[pgtrigger.Trigger]:
    """Return triggers that refuse any other initial state and any other move (SQLSTATE P0001)."""
    births = ", ".join(f"'{state}'" for state in initial)
    return [
        pgtrigger.FSM(name=f"{field}_moves", field=field, transitions=list(moves)),
        pgtrigger.Trigger(
            name=f"{field}_birth",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=(
                f"IF NEW.{field} NOT IN ({births}) THEN "
                f"RAISE EXCEPTION 'Invalid initial {field} %', NEW.{field}; END IF; RETURN NEW;"
            ),
        ),
    ]


def text_stays(name: str, *, columns: Iterable[str], once: str) -> pgtrigger.Trigger:
    """Return a trigger that refuses changes to columns once an SQL condition on OLD holds."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=(
            f"IF ({once}) AND ({changed}) THEN "
            f"RAISE EXCEPTION 'what is signed or sent can not be changed'; END IF; RETURN NEW;"
        ),
    )


def part_stays(name: str, *, whole: str, key: str, draft: str) -> pgtrigger.Trigger:
    """Return a trigger that refuses any change of parts once their whole is no draft any more.

    ``whole`` is its table, ``key`` the part's column that names it. Neither may a part be moved
    out of a whole in use.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        # The names come from the models, never from a user, and a table's name can not be
        # a parameter.
        func=(
            f"IF EXISTS (SELECT 1 FROM {whole} w WHERE w.state <> '{draft}' "  # noqa: S608 - see above
            f"AND w.id IN (OLD.{key}, NEW.{key})) THEN "
            f"RAISE EXCEPTION 'a part of what is in use or signed can not be changed'; END IF; "
            f"RETURN COALESCE(NEW, OLD);"
        ),
    )


class StateField(FSMField):
    """The state of a row: only transitions change it, and no form shows it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, protected=True, editable=False, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        """Be a plain column of text to the migrations, which know no transitions.

        Each copy of a state field listens to every model class that is made, and migrations make
        thousands: they take a third longer with the field itself.
        """
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        kwargs.pop("editable", None)
        return name, "django.db.models.CharField", args, kwargs


class StatefulModel(ConcurrentTransitionMixin, models.Model):
    """A model whose protected state is reloaded on this instance only.

    django-fsm-2 4.2.4 switches protection off for the whole process while
    ``refresh_from_db`` runs, and leaves it off if the reload fails. Here the old value is
    taken out of this instance, so that the reload may set it.
    """

    class Meta:
        abstract = True

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: QuerySet[Self] | None = None,
    ) -> None:
        """Reload; see the class."""
        own = self._meta.concrete_fields
        loaded = {field.attname for field in own} - self.get_deferred_fields()
        wanted = loaded if fields is None else set(fields)
        guarded = {f.attname for f in own if isinstance(f, FSMFieldMixin) and f.protected}
        kept = {name: self.__dict__.pop(name) for name in guarded if name in self.__dict__}
        try:
            models.Model.refresh_from_db(
                self, using=using, fields=sorted(wanted), from_queryset=from_queryset
            )
        except BaseException:
            self.__dict__.update(kept)
            raise
        self.__dict__.update({name: old for name, old in kept.items() if name not in wanted})
        if guarded & wanted:
            self._update_initial_state()
