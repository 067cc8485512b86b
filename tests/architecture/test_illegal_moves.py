"""The database itself refuses every move and every birth that is in no table of moves.

The owner puts a row into each state, past triggers and constraints; then the application tries
every other state. Made from the code: a new machine is walked without a line here.
"""

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from districts.management.commands.print_docs import machines
from tests.cast import find_cast
from tests.conftest import owner_connection
from tests.story import Story

pytestmark = pytest.mark.postgres15


@pytest.fixture
def owner(committed_db: str) -> Iterator[psycopg.Connection[Any]]:
    """Return the owner's connection to a database where every machine has a row."""
    Story(find_cast()).until("status_given")
    with owner_connection(committed_db) as owner:
        yield owner


def _without_constraints(owner: psycopg.Connection[Any], table: str) -> None:
    """Take away what would stop the owner from making a state that nothing led to."""
    checks = owner.execute(
        "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass", [table]
    )
    for (name,) in checks.fetchall():
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    indexes = owner.execute(
        "SELECT indexrelid::regclass FROM pg_index"
        " WHERE indisunique AND indpred IS NOT NULL AND indrelid = %s::regclass",
        [table],
    )
    for (name,) in indexes.fetchall():
        owner.execute(f"DROP INDEX {name}")


def _move(table: str, column: str) -> str:
    return f"UPDATE {table} SET {column} = %s WHERE id = %s"  # noqa: S608 - our own names


def _put(owner: psycopg.Connection[Any], row: Any, field: str, state: str) -> None:
    table = row._meta.db_table
    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner.execute(_move(table, field), [state, row.pk])
    owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _refused(sql: str, *values: str | int) -> bool:
    """Try as the application, and tell whether a trigger refused; nothing is kept."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return getattr(error.__cause__, "sqlstate", "") == "P0001"
    return False


def _wrong_births() -> Iterator[str]:
    """Yield every state that is none to be born in, and in which the database takes a copy."""
    for model, field in machines():
        row = model._default_manager.order_by("pk")[:1].get()
        columns = [each.column for each in model._meta.concrete_fields if not each.primary_key]
        names = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join("%s" if name == field.column else f'"{name}"' for name in columns)
        table = model._meta.db_table
        born = f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id = %s"  # noqa: S608 - our own names
        for state in {value for value, _ in field.flatchoices} - set(
            field.births or [field.default]
        ):
            if not _refused(born, state, row.pk):
                yield f"{model._meta.label}: born {state}"


def _wrong_moves(owner: psycopg.Connection[Any]) -> Iterator[str]:
    """Yield every move between two states where the database and the table of moves disagree."""
    for model, field in machines():
        table, column = model._meta.db_table, field.attname
        row = model._default_manager.order_by("pk")[:1].get()
        _without_constraints(owner, table)
        for source, target in permutations([value for value, _ in field.flatchoices], 2):
            _put(owner, row, column, source)
            if _refused(_move(table, column), target, row.pk) == ((source, target) in field.moves):
                yield f"{model._meta.label}: {source} to {target}"


def test_the_database_refuses_exactly_the_births_and_moves_that_are_in_no_table(
    owner: psycopg.Connection[Any],
) -> None:
    assert [*_wrong_births(), *_wrong_moves(owner)] == []
