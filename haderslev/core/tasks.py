"""Celery's side of the outbox, and the nightly pruning. Arguments are only ids."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from haderslev.core import clock, outbox
from haderslev.core.models import FormKey, OutboxRow

# Rows pruned in one transaction: no lock is held for long.
BATCH = 1000


@shared_task
def run_outbox_row(row_id: int) -> None:
    """Do one row's work; published on commit and by the sweep. A second run does nothing."""
    outbox.run_in_turn(row_id)


@shared_task(expires=30)
def sweep_outbox() -> None:
    """Publish what is still open; run by beat. Publishing twice is harmless."""
    outbox.sweep()


@shared_task(expires=3600)
def prune() -> int:
    """Delete old form keys, and finished outbox rows with their jobs; beat runs it by night.

    What is open or parked stays: a person may have it tried again. Returns how many rows.
    """
    keys_before = clock.now() - timedelta(days=settings.FORM_KEYS_KEPT_DAYS)
    work_before = clock.now() - timedelta(days=settings.FINISHED_WORK_KEPT_DAYS)
    deleted = 0
    for rows in (
        FormKey.objects.filter(used_at__lt=keys_before),
        OutboxRow.objects.filter(done_at__lt=work_before),
    ):
        while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
            rows.model._default_manager.filter(pk__in=ids).delete()
            deleted += len(ids)
    return deleted


outbox.install_publisher(run_outbox_row.delay)
