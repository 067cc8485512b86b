"""The sample documents, drawn once."""

from pathlib import Path

import pytest

from haderslev.core.pdf.drawing import render_document, source_attachment
from haderslev.core.pdf.payload import payload_sha256
from tests.pdf.samples import SAMPLES


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pdf")
    files = {}
    for name, build in SAMPLES.items():
        payload = build()
        source = source_attachment(payload, "indstilling.json")
        data = render_document(payload, payload_hash=payload_sha256(payload), attachments=[source])
        files[name] = folder / f"{name}.pdf"
        files[name].write_bytes(data)
    return files
