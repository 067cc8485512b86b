"""Deletes what nobody can need any more, so that the tables which every act adds to stay small."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from haderslev.core import clock
from haderslev.core.models import FormKey, OutboxRow

# Rows deleted in one transaction: no lock is held for long.
BATCH = 1000


def prune() -> int:
    """Delete old form keys, and finished outbox rows with their jobs. Returns how many rows.

    What is open or parked stays: a person may have it tried again.
    """
    keys_before = clock.now() - timedelta(days=settings.FORM_KEYS_KEPT_DAYS)
    work_before = clock.now() - timedelta(days=settings.FINISHED_WORK_KEPT_DAYS)
    return _delete(FormKey.objects.filter(used_at__lt=keys_before)) + _delete(
        OutboxRow.objects.filter(done_at__lt=work_before)
    )


def _delete(rows: QuerySet[Any]) -> int:
    deleted = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model.objects.filter(pk__in=ids).delete()
        deleted += len(ids)
    return deleted
