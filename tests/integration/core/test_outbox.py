"""What is promised is made exactly once, also when workers are killed. Real Redis, real worker."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction

from cases import tasks
from cases.models import Document, DocumentFile
from cases.services import documents
from haderslev.core import outbox
from haderslev.core.models import Job, OutboxRow
from haderslev.journal.models import Act
from tests.cast import find_cast
from tests.people import Cast
from tests.story import Story

ROOT = Path(__file__).resolve().parents[3]
PAPERS = 12


def papers(cast: Cast, count: int) -> list[Document]:
    """Freeze some letters."""
    story = Story(cast).until("case_opened")
    first = Document.objects.filter(case=story.case).latest("pk")
    payload = json.loads(first.payload)
    made = []
    for number in range(count):
        payload["title"] = f"Brev nummer {number}"
        with transaction.atomic():
            made.append(
                documents.freeze(
                    story.case,
                    kind=Document.Kind.INFORMATION,
                    needs=Document.Needs.CASE,
                    title=payload["title"],
                    payload=payload,
                    by=cast.teacher,
                )
            )
    return made


@pytest.fixture
def redis() -> Iterator[str]:
    """Start a Redis of this test's own."""
    program = shutil.which("redis-server")
    assert program, "redis-server is missing: bin/test installs it"
    server, port = _start_redis(program)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()
        server.communicate()


def _start_redis(program: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start it on a free port; on another if that one is taken by the time it listens."""
    options = "--bind 127.0.0.1 --appendonly no --save".split()
    for _ in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [program, "--port", str(port), *options, ""]
        server = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert server.stdout is not None
        if any(b"Ready to accept connections" in line for line in server.stdout):
            return server, port
    pytest.fail("Redis does not start")


@pytest.mark.timeout(280)
@pytest.mark.parametrize("transport", ["redis", "files"])
def test_killed_workers_lose_and_double_nothing(
    committed_db: str,
    transport: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    redis_url = request.getfixturevalue("redis") if transport == "redis" else ""
    # Nothing is published by this process: what the sweep can not find would be lost.
    monkeypatch.setattr(outbox, "publish", lambda _row_id: None)
    made = papers(find_cast(), PAPERS)
    ids = [document.pk for document in made]
    connections["default"].close()

    def finished() -> int:
        return DocumentFile.objects.filter(document__in=ids).count()

    def at_least(goal: int) -> Callable[[], bool]:
        return lambda: finished() >= goal

    for kill_at in (3, 7):
        worker = _worker(committed_db, redis_url, tmp_path)
        _wait(at_least(kill_at), 120)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    worker = _worker(committed_db, redis_url, tmp_path)
    try:
        _wait(lambda: finished() == PAPERS, 120)
    finally:
        # How long an orderly end takes is not the question here.
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    keys = [document.public_id for document in made]
    rendered = Act.objects.filter(action="cases.document.rendered", object_id__in=keys)
    assert rendered.count() == PAPERS
    rows = OutboxRow.objects.filter(key__in=[f"render-{key}" for key in keys])
    assert rows.filter(done_at__isnull=False, parked_at=None).count() == PAPERS


def _worker(database: str, redis_url: str, folder: Path) -> subprocess.Popen[bytes]:
    url = settings.DATABASES["default"]
    password = f":{url['PASSWORD']}" if url["PASSWORD"] else ""
    where = f"{url['USER']}{password}@/{database}?host={url['HOST']}&port={url['PORT']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{where}",
        "DATABASE_OWNER_URL": f"postgresql://{where}",
        "DATA_DIR": str(folder),
        "OUTBOX_SWEEP_SECONDS": "2",
    }
    if redis_url:
        environment["REDIS_URL"] = redis_url
    for name in ("messages", "control"):
        (folder / "queue" / name).mkdir(parents=True, exist_ok=True)
    command = "-A haderslev worker -B -c 2 -l WARNING --without-gossip --without-mingle".split()
    return subprocess.Popen(
        [sys.executable, "-m", "celery", *command],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )


def _wait(condition: Callable[[], Any], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not after {seconds} s"
        time.sleep(0.2)


def test_the_same_promise_is_one_row(cast: Cast) -> None:
    first = outbox.add("same", tasks.RENDER, document_id=1)
    assert outbox.add("same", tasks.RENDER, document_id=1) == first


def test_a_failing_work_is_parked_after_three_tries(cast: Cast) -> None:
    row = outbox.add("fails", tasks.RENDER, document_id=0)
    for _ in range(5):
        assert outbox.run(row.pk) is False
    row.refresh_from_db()
    assert (row.attempts, row.parked_at is not None) == (3, True)
    assert row.last_error == "DoesNotExist"


def test_a_cancelled_job_leaves_no_file(cast: Cast) -> None:
    (document,) = papers(cast, 1)
    job = documents.start_job(document, by=cast.teacher, back_url="/")
    assert outbox.cancel(job) is True
    assert outbox.run(job.outbox_id) is False
    assert not DocumentFile.objects.filter(document=document).exists()
    outbox.retry(Job.objects.get(pk=job.pk))
    assert outbox.run(job.outbox_id) is True
    assert DocumentFile.objects.filter(document=document).exists()
    assert outbox.cancel(job) is False


def test_what_somebody_waits_for_comes_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = papers(cast, 3)
    rows = {paper.pk: OutboxRow.objects.get(key=f"render-{paper.public_id}") for paper in letters}
    done: list[int] = []
    monkeypatch.setattr(outbox, "run", done.append)
    first, _second, last = (rows[paper.pk].pk for paper in letters)
    outbox.run_in_turn(first)
    assert done == [first]
    job = documents.start_job(letters[2], by=cast.teacher, back_url="/")
    assert job.outbox_id == last
    outbox.run_in_turn(first)
    assert done[1:] == [last, first]
    outbox.run_in_turn(last)
    assert done[3:] == [last]
    outbox.cancel(job)
    outbox.run_in_turn(first)
    assert done[4:] == [first]


def test_the_pdf_is_made_once_and_a_changed_payload_is_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (document,) = papers(cast, 1)
    row = OutboxRow.objects.get(key=f"render-{document.public_id}")
    assert outbox.run(row.pk) is True
    assert outbox.run(row.pk) is False
    file = DocumentFile.objects.get(document=document)
    assert bytes(file.data).startswith(b"%PDF-")
    document.payload = document.payload.replace("Brev", "Falsk")
    with pytest.raises(tasks.ChangedDocumentError):
        tasks.draw(document)
