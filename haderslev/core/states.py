"""States: each machine is one table of moves, kept by ``move`` and by the database.

Code can forget to call ``move``; triggers made from the same table refuse ``update()``, raw SQL and
a row that is born in a later state.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any  # the options of a column

import pgtrigger
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.translation import gettext_lazy as _

from haderslev.core.errors import ConflictError

# From one or several states, to one; and when, for docs/states.md.
type Moves = Sequence[tuple[str, str, str]]


class StateField(models.CharField[Any, Any]):
    """The state of a row: its table of moves, and the states in which it may be born.

    Without ``births`` the model has a trigger of its own for them. Only ``move`` changes it, and no
    form shows it.
    """

    def __init__(
        self, choices: Any, *, moves: Moves, max_length: int, births: str = "", default: str = ""
    ) -> None:
        self.births = births.split()
        self.moves = {(old, new): when for olds, new, when in moves for old in olds.split()}
        if not {state for pair in self.moves for state in pair} <= {state for state, _ in choices}:
            message = f"Moves between states that are none: {moves}"
            raise ImproperlyConfigured(message)
        super().__init__(
            choices=choices,
            max_length=max_length,
            default=default or self.births[0],
            editable=False,
        )

    def contribute_to_class(self, cls: type[models.Model], name: str, *private: bool) -> None:
        """Give the model the triggers of its moves, as if its Meta named them."""
        super().contribute_to_class(cls, name, *private)
        options: Any = cls._meta  # pgtrigger's own option
        found = [*getattr(options, "triggers", ()), *self._triggers(name)]
        options.triggers = options.original_attrs["triggers"] = found

    def _triggers(self, name: str) -> Iterator[pgtrigger.Trigger]:
        """Yield what refuses any other move and any other birth (SQLSTATE P0001)."""
        yield pgtrigger.FSM(name=f"{name}_moves", field=name, transitions=list(self.moves))
        if self.births:
            births = ", ".join(f"'{state}'" for state in self.births)
            refuse = f"RAISE EXCEPTION 'Invalid initial {name} %', NEW.{name}"
            yield pgtrigger.Trigger(
                name=f"{name}_birth",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"IF NEW.{name} NOT IN ({births}) THEN {refuse}; END IF; RETURN NEW;",
            )

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, Any]]:
        """Be a plain column of text to the migrations, which know no moves."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("editable")
        return name, "django.db.models.CharField", args, kwargs

    def clone(self) -> models.CharField[Any, Any]:  # type: ignore[override]  # see above
        """Return the plain column."""
        return models.CharField(**self.deconstruct()[3])


class StatefulModel(models.Model):
    """A model with one ``StateField``."""

    class Meta:
        abstract = True

    def move(self, state: str, **values: object) -> None:
        """Move to a state and set these columns. One query.

        Raises:
            ConflictError: No move leads there from the state that was read, or somebody else has
                moved it since.
        """
        field = state_field(type(self))
        before = getattr(self, field.name)
        rows = type(self)._base_manager.filter(**{"pk": self.pk, field.name: before})
        if (before, state) not in field.moves or not rows.update(**{field.name: state}, **values):
            raise ConflictError(_("Somebody has changed this since you opened it."))
        for name, value in (values | {field.name: state}).items():
            setattr(self, name, value)


def state_field(model: type[models.Model]) -> StateField:
    """Return the column with the state of a model's rows."""
    return next(each for each in model._meta.concrete_fields if isinstance(each, StateField))


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
