"""Outbox: what is committed is not forgotten, and what is made is made once.

The row is written in the act's transaction. Celery gets its number on commit; a queue that is
down does not fail the act, because beat publishes open rows again. The work is done under an
advisory lock of the row, which PostgreSQL lets go when the worker dies. By night beat prunes what
is done.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from haderslev.core import clock
from haderslev.core.models import FormKey, Job, OutboxRow
from haderslev.core.rows import change

logger = logging.getLogger(__name__)

type Work = Callable[..., None]

ATTEMPTS = 3
# Rows pruned in one transaction: no lock is held for long.
BATCH = 1000
_NAMESPACE = 7301
_works: dict[str, Work] = {}


def work(name: str) -> Callable[[Work], Work]:
    """Register a function under a name; running it twice must be safe."""

    def register(function: Work) -> Work:
        _works[name] = function
        return function

    return register


def add(key: str, name: str, **args: object) -> OutboxRow:
    """Promise work in the running transaction; the same key twice is the same promise."""
    row, made = OutboxRow.objects.get_or_create(key=key, defaults={"work": name, "args": args})
    if made:
        transaction.on_commit(lambda: publish(row.pk))
    return row


def publish(row_id: int) -> None:
    """Hand a row to the queue; if that fails, the sweep will do it."""
    try:
        run_in_turn.delay(row_id)
    except (OperationalError, OSError) as error:
        logger.warning("Outbox row %s waits for the sweep: %s", row_id, type(error).__name__)


@shared_task(expires=30)
def sweep() -> int:
    """Publish open rows again; twice is harmless. Returns how many. One query."""
    since = clock.now() - timedelta(seconds=5)
    rows = OutboxRow.objects.filter(done_at=None, parked_at=None, created_at__lt=since)
    ids = list(rows.order_by("created_at").values_list("pk", flat=True)[:200])
    for row_id in ids:
        publish(row_id)
    return len(ids)


def run(row_id: int) -> bool:
    """Do a row's work unless it is done, parked or already running; tell whether this call did."""
    with _locked(row_id) as mine:
        if not mine:
            return False
        row = OutboxRow.objects.filter(pk=row_id, done_at=None, parked_at=None).first()
        if row is None:
            return False
        change(row, attempts=row.attempts + 1)
        try:
            _works[row.work](row=row, **row.args)
        except Exception as error:
            # Whatever it was, keep the row and let the sweep try again.
            row.last_error = type(error).__name__[:200]  # a message may hold a child's data
            if row.attempts >= ATTEMPTS:
                row.parked_at = clock.now()
                Job.objects.filter(outbox=row).update(step="failed")
            row.save(update_fields=["last_error", "parked_at"])
            logger.exception("Outbox row %s failed", row_id)
            return False
        return True


@shared_task
def run_in_turn(row_id: int) -> None:
    """Do one thing that somebody waits for, then this row; a second time does nothing.

    On a day with many letters the queue is long; somebody waiting at a page does not queue behind
    them.
    """
    open_rows = OutboxRow.objects.filter(done_at=None, parked_at=None)
    waited = open_rows.filter(jobs__isnull=False).exclude(pk=row_id).order_by("created_at")
    first = waited.values_list("pk", flat=True).first()
    if first is not None:
        run(first)
    run(row_id)


def finish(row: OutboxRow) -> bool:
    """Mark a row done inside the transaction that stores its result.

    False if it was done or cancelled meanwhile; then nothing may be stored.
    """
    fresh = OutboxRow.objects.select_for_update().get(pk=row.pk)
    if fresh.done_at or fresh.parked_at:
        return False
    change(fresh, done_at=clock.now())
    return True


def progress(row: OutboxRow, step: str, done: int, total: int) -> None:
    """Report progress to whoever is waiting. One query."""
    Job.objects.filter(outbox=row).update(step=step, done_steps=done, total_steps=total)


def cancel(job: Job) -> bool:
    """Stop an unfinished job; no file is left. Returns whether it was in time."""
    with transaction.atomic():
        row = OutboxRow.objects.select_for_update().get(pk=job.outbox_id)
        if row.done_at or row.parked_at:
            return False
        change(row, parked_at=clock.now(), last_error="cancelled")
        Job.objects.filter(outbox=row).update(cancelled_at=clock.now(), step="cancelled")
    return True


def retry(job: Job) -> None:
    """Reopen and publish the row of a failed or cancelled job."""
    with transaction.atomic():
        OutboxRow.objects.filter(pk=job.outbox_id, done_at=None).update(
            parked_at=None, attempts=0, last_error=""
        )
        Job.objects.filter(outbox=job.outbox_id).update(
            cancelled_at=None, step="waiting", done_steps=0
        )
        transaction.on_commit(lambda: publish(job.outbox_id))


@shared_task(expires=3600)
def prune() -> int:
    """Delete old form keys, and finished outbox rows with their jobs.

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


@contextmanager
def _locked(row_id: int) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_NAMESPACE, row_id])
        (mine,) = cursor.fetchone() or (False,)
    try:
        yield bool(mine)
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_NAMESPACE, row_id])
