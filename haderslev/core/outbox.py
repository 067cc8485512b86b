"""Outbox: what is committed is not forgotten, and what is made is made once.

The row is written in the act's transaction. Celery gets its number on commit; a queue that is
down does not fail the act, because beat publishes open rows again. The work is done under an
advisory lock of the row, which PostgreSQL lets go when the worker dies.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from kombu.exceptions import OperationalError

from haderslev.core import clock
from haderslev.core.models import Job, OutboxRow

logger = logging.getLogger(__name__)

type Work = Callable[..., None]

ATTEMPTS = 3
_NAMESPACE = 7301
_works: dict[str, Work] = {}
_publish: list[Callable[[int], object]] = []


def work(name: str) -> Callable[[Work], Work]:
    """Register a function under a name; it must be safe to run again."""

    def register(function: Work) -> Work:
        _works[name] = function
        return function

    return register


def install_publisher(publish: Callable[[int], object]) -> None:
    """Say how a row's number reaches the queue; called by core.tasks."""
    _publish[:] = [publish]


def add(key: str, name: str, **args: object) -> OutboxRow:
    """Promise work in the running transaction; the same key twice is the same promise."""
    row, made = OutboxRow.objects.get_or_create(key=key, defaults={"work": name, "args": args})
    if made:
        transaction.on_commit(lambda: publish(row.pk))
    return row


def publish(row_id: int) -> None:
    """Hand a row to the queue; if that fails, the sweep does it later."""
    try:
        _publish[0](row_id)
    except (OperationalError, OSError) as error:
        logger.warning("Outbox row %s waits for the sweep: %s", row_id, type(error).__name__)


def sweep() -> int:
    """Publish open rows again. Returns how many. One query."""
    since = clock.now() - timedelta(seconds=5)
    rows = OutboxRow.objects.filter(done_at=None, parked_at=None, created_at__lt=since)
    ids = list(rows.order_by("created_at").values_list("pk", flat=True)[:200])
    for row_id in ids:
        publish(row_id)
    return len(ids)


def run(row_id: int) -> bool:
    """Do a row's work, unless it is done, parked, cancelled or somebody else does it.

    Returns:
        Whether this call finished it.
    """
    with _locked(row_id) as mine:
        if not mine:
            return False
        row = OutboxRow.objects.filter(pk=row_id, done_at=None, parked_at=None).first()
        if row is None:
            return False
        row.attempts += 1
        row.save(update_fields=["attempts"])
        try:
            _works[row.work](row=row, **row.args)
        except Exception as error:
            # Whatever the work raised: count it, keep the row, and let the sweep try again.
            _failed(row, error)
            logger.exception("Outbox row %s failed", row_id)
            return False
        return True


def run_in_turn(row_id: int) -> None:
    """Do one thing that somebody waits for, then this row.

    On a day with many letters the queue is long; who sits before a page is not put at its end.
    """
    open_rows = OutboxRow.objects.filter(done_at=None, parked_at=None)
    waited = open_rows.filter(jobs__isnull=False).exclude(pk=row_id).order_by("created_at")
    first = waited.values_list("pk", flat=True).first()
    if first is not None:
        run(first)
    run(row_id)


def finish(row: OutboxRow) -> bool:
    """Mark a row done inside the transaction that stores its result.

    Returns:
        False if it was done or cancelled meanwhile; then nothing may be stored.
    """
    fresh = OutboxRow.objects.select_for_update().get(pk=row.pk)
    if fresh.done_at or fresh.parked_at:
        return False
    fresh.done_at = clock.now()
    fresh.save(update_fields=["done_at"])
    return True


def progress(row: OutboxRow, step: str, done: int, total: int) -> None:
    """Tell the one who waits how far it is. One query."""
    Job.objects.filter(outbox=row).update(step=step, done_steps=done, total_steps=total)


def cancel(job: Job) -> bool:
    """Stop a job that is not finished; no file is left. Returns whether it was in time."""
    with transaction.atomic():
        row = OutboxRow.objects.select_for_update().get(pk=job.outbox_id)
        if row.done_at or row.parked_at:
            return False
        row.parked_at = clock.now()
        row.last_error = "cancelled"
        row.save(update_fields=["parked_at", "last_error"])
        Job.objects.filter(outbox=row).update(cancelled_at=clock.now(), step="cancelled")
    return True


def retry(job: Job) -> None:
    """Open a failed or cancelled job's row again and publish it."""
    with transaction.atomic():
        OutboxRow.objects.filter(pk=job.outbox_id, done_at=None).update(
            parked_at=None, attempts=0, last_error=""
        )
        Job.objects.filter(outbox=job.outbox_id).update(
            cancelled_at=None, step="waiting", done_steps=0
        )
        transaction.on_commit(lambda: publish(job.outbox_id))


def _failed(row: OutboxRow, error: Exception) -> None:
    # The type only: a message may hold a child's data.
    row.last_error = type(error).__name__[:200]
    if row.attempts >= ATTEMPTS:
        row.parked_at = clock.now()
        Job.objects.filter(outbox=row).update(step="failed")
    row.save(update_fields=["last_error", "parked_at"])


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
