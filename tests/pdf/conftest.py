"""The sample documents, drawn once for all workers."""

import fcntl
from pathlib import Path
from typing import Any

import pytest

from haderslev.core.pdf.payload import payload_sha256
from haderslev.core.pdf.render import render_document, source_attachment
from tests.pdf.samples import SAMPLES


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> dict[str, Path]:
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "drawn"
    folder.mkdir(exist_ok=True)
    files = {name: folder / f"{name}.pdf" for name in SAMPLES}
    with (folder / "lock").open("w") as held:
        # The other workers wait for the same files here.
        fcntl.flock(held, fcntl.LOCK_EX)
        for name, build in SAMPLES.items():
            if not files[name].exists():
                _draw(build(), files[name])
    return files


def _draw(payload: Any, file: Path) -> None:
    source = source_attachment(payload, "indstilling.json")
    data = render_document(payload, payload_hash=payload_sha256(payload), attachments=[source])
    draft = file.with_suffix(".draft")
    draft.write_bytes(data)
    draft.rename(file)
