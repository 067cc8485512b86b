"""Several lists of rows in one question to the database.

A page about a child gathers a dozen short lists from as many tables. Asked one by one they cost a
round trip each; ``fetch`` asks for all of them at once. PostgreSQL answers each list as JSON, and
the querysets read their rows from that instead of asking: they hold ordinary objects afterwards,
with ``select_related``, ``values_list`` and ``prefetch_related`` (which asks on its own) as usual.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import QuerySet


def fetch(*querysets: QuerySet[Any, Any]) -> None:
    """Read the rows of every queryset in one query; going through them asks nothing more.

    For short lists only: the whole answer stands in memory.
    """
    compilers: list[Any] = [each.query.get_compiler(DEFAULT_DB_ALIAS) for each in querysets]
    answers = _ask(compilers)
    for queryset, compiler, rows in zip(querysets, compilers, answers, strict=True):
        _fill(queryset, compiler, rows)


def attach(parents: Sequence[Any], relation: str, rows: Iterable[Any]) -> None:
    """Give each parent its rows of a relation, as ``prefetch_related`` does, without asking."""
    if not parents:
        return
    back = parents[0]._meta.get_field(relation).field
    of_parent: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        of_parent[getattr(row, back.attname)].append(row)
    for parent in parents:
        mine = getattr(parent, relation).all()
        mine._result_cache = of_parent[parent.pk]
        for row in of_parent[parent.pk]:
            setattr(row, back.name, parent)
        cache = parent.__dict__.setdefault("_prefetched_objects_cache", {})
        cache[relation] = mine


def _ask(compilers: Sequence[Any]) -> list[list[tuple[Any, ...]]]:
    """Return the rows of each; a queryset that can find nothing is not asked about."""
    parts: list[str] = []
    params: list[Any] = []
    asked: list[Any] = []
    for compiler in compilers:
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            continue
        # Columns are renamed: joined tables have columns of the same name.
        names = ", ".join(f"c{number}" for number in range(len(compiler.select)))
        parts.append(f"(SELECT json_agg(row_to_json(part))::text FROM ({sql}) AS part({names}))")
        params += values
        asked.append(compiler)
    if not asked:
        return [[] for _ in compilers]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        answers = dict(zip(map(id, asked), cursor.fetchone() or (), strict=True))
    return [_rows(compiler, answers.get(id(compiler))) for compiler in compilers]


def _rows(compiler: Any, answer: str | None) -> list[tuple[Any, ...]]:
    fields = [column[0].output_field for column in compiler.select or ()]
    return [
        tuple(_value(field, value) for field, value in zip(fields, row.values(), strict=True))
        for row in json.loads(answer or "[]")
    ]


def _value(field: Any, value: Any) -> Any:
    """Return what the driver would have given for a value that came as JSON."""
    if value is None:
        return None
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(value.removeprefix("\\x"))
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    return field.to_python(value)


def _fill(queryset: Any, compiler: Any, rows: list[tuple[Any, ...]]) -> None:
    """Let the queryset make its objects from the rows, as if it had asked itself."""
    if compiler.select is None:  # It can find nothing.
        queryset._result_cache = []
        return
    compiler.execute_sql = lambda *_args, **_kwargs: [rows]
    queryset.query.get_compiler = lambda *_args, **_kwargs: compiler
    try:
        len(queryset)
    finally:
        del queryset.query.get_compiler
