"""The nightly pruning deletes old form keys and finished work, and nothing else."""

import uuid
from datetime import timedelta

import pytest

from cases import tasks as case_tasks
from cases.models import Document, DocumentFile
from cases.services import documents
from haderslev.core import clock, outbox
from haderslev.core.models import FormKey, Job, OutboxRow
from tests.people import Cast
from tests.story import Story

DAY = timedelta(days=1)


def later(days: int):
    return clock.at(clock.now() + days * DAY)


def test_form_keys_are_deleted_after_their_days(cast: Cast, settings) -> None:
    settings.FORM_KEYS_KEPT_DAYS = 10
    old = FormKey.objects.create(key=str(uuid.uuid4()), user=cast.teacher)
    with later(4):
        new = FormKey.objects.create(key=str(uuid.uuid4()), user=cast.teacher)
        outbox.prune()
        assert set(FormKey.objects.all()) == {old, new}
    with later(11):
        outbox.prune()
    assert list(FormKey.objects.all()) == [new]


def test_only_finished_work_is_deleted_with_its_jobs(cast: Cast, settings) -> None:
    settings.FINISHED_WORK_KEPT_DAYS = 10
    rows = {
        name: OutboxRow.objects.create(key=name, work="x") for name in ("open", "parked", "done")
    }
    OutboxRow.objects.filter(key="parked").update(parked_at=clock.now())
    OutboxRow.objects.filter(key="done").update(done_at=clock.now())
    for row in rows.values():
        Job.objects.create(outbox=row, requested_by=cast.teacher, title="x")
    with later(9):
        outbox.prune()
        assert OutboxRow.objects.filter(key="done").exists()
    with later(11):
        outbox.prune()
    assert set(OutboxRow.objects.values_list("key", flat=True)) == {"open", "parked"}
    assert set(Job.objects.values_list("outbox__key", flat=True)) == {"open", "parked"}


def test_it_goes_on_until_nothing_is_left(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "BATCH", 2)
    FormKey.objects.bulk_create(FormKey(key=str(n), user=cast.teacher) for n in range(5))
    with later(400):
        assert outbox.prune() == 5
    assert not FormKey.objects.exists()


def test_a_paper_asked_for_again_after_pruning_is_not_drawn_twice(cast: Cast) -> None:
    story = Story(cast).until("case_opened")
    document = Document.objects.filter(case=story.case).latest("pk")
    data = b"drawn before"
    DocumentFile.objects.create(document=document, data=data, sha256="x", made_at=clock.now())
    OutboxRow.objects.update(done_at=clock.now())
    with later(400):
        outbox.prune()
        assert not OutboxRow.objects.exists()
        job = documents.start_job(document, by=cast.teacher, back_url="/")
        case_tasks.render(job.outbox, document.pk)
    job.refresh_from_db()
    assert job.outbox.done_at is not None
    assert bytes(document.file.data) == data
