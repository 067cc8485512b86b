"""Danish order without ICU: æ ä, ø ö, å aa sort after z on every PostgreSQL."""

from collections.abc import Sequence
from typing import Any  # the options of a field

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Replace

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZÆÄØÖÅÉÈÊËÁÀÂÓÒÔÚÙÛÜÍÌÎÑÇ"
_PLAIN = "abcdefghijklmnopqrstuvwxyz{{||}eeeeaaaooouuuyiiinc"
_LOWER = "æäøöåéèêëáàâóòôúùûüíìîñç"
_LOWER_PLAIN = "{{||}eeeeaaaooouuuyiiinc"


class _Translate(models.Func):
    function = "translate"
    output_field = models.TextField()


class DanishKey(models.GeneratedField):
    """A stored sort key made from another column; order by it under collation "C"."""

    def __init__(self, source: str = "", **kwargs: Any) -> None:
        self.source = source
        text = _Translate(F(source), Value(_UPPER), Value(_PLAIN))
        text = _Translate(text, Value(_LOWER), Value(_LOWER_PLAIN))
        kwargs |= {
            "expression": Replace(text, Value("aa"), Value("}"), output_field=models.TextField()),
            "output_field": models.TextField(db_collation="C"),
            "db_persist": True,
        }
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        """Name only the source; the rest follows from it."""
        name, path, args, kwargs = super().deconstruct()
        for key in ("expression", "output_field", "db_persist"):
            kwargs.pop(key, None)
        return name, path, args, {"source": self.source, **kwargs}
