"""Celery's side of the outbox. Arguments are ids only."""

from celery import shared_task

from haderslev.core import outbox, pruning


@shared_task
def run_outbox_row(row_id: int) -> None:
    """Do one row's work; published on commit and by the sweep. A second run does nothing."""
    outbox.run_in_turn(row_id)


@shared_task(expires=30)
def sweep_outbox() -> None:
    """Publish what is still open; beat runs it. A second run publishes again, which is harmless."""
    outbox.sweep()


@shared_task(expires=3600)
def prune() -> None:
    """Delete what nobody can need any more; beat runs it by night."""
    pruning.prune()


outbox.install_publisher(run_outbox_row.delay)
