"""Two append-only tables: acts and look-ups. They hold codes and ids, never content."""

from typing import Any  # what an array takes and gives, by the stubs

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


def _append_only(table: str) -> list[pgtrigger.Trigger]:
    """Refuse change and removal also for the owner; a row trigger alone lets TRUNCATE through."""
    refused = {"rows_stay": pgtrigger.Update | pgtrigger.Delete, "table_stays": pgtrigger.Truncate}
    return [
        pgtrigger.Trigger(
            name=f"{table}_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=operation,
            func="RAISE EXCEPTION 'the journal is append-only';",
        )
        for name, operation in refused.items()
    ]


def _about() -> ArrayField[Any, Any]:
    """Return the column that says whom and what a row is about: texts ``kind:value``.

    No foreign keys: the journal outlives what it names, and knows none of the kinds.
    """
    return ArrayField(models.CharField(max_length=40), default=list)


class Act(models.Model):
    """Somebody changed something."""

    at = models.DateTimeField(db_index=True)
    # Plain integers: the journal outlives what it names.
    user_id = models.BigIntegerField(null=True, db_index=True)
    action = models.CharField(max_length=80)
    object_label = models.CharField(max_length=80)
    object_id = models.CharField(max_length=32)
    about = _about()
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [GinIndex(fields=["about"], name="act_about")]
        triggers = _append_only("act")


class Read(models.Model):
    """Somebody looked something up: one row a request, with the purpose."""

    at = models.DateTimeField(db_index=True)
    user_id = models.BigIntegerField(db_index=True)
    purpose = models.CharField(max_length=40)
    reason = models.CharField(max_length=200, blank=True)
    page = models.CharField(max_length=80)
    fields = models.CharField(max_length=40)
    about = _about()
    channel = models.CharField(max_length=16)
    request_id = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [GinIndex(fields=["about"], name="read_about")]
        triggers = _append_only("read")
