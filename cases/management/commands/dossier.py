"""Write the newest collected material of a case as a PDF, from the shell."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.models import Document, DocumentFile
from cases.services.documents import render_now

KINDS = {"ppv": Document.Kind.PPV_REQUEST, "pku": Document.Kind.PKU_REFERRAL}


class Command(BaseCommand):
    """``bin/manage dossier 2026-0142 --kind pku --output henvisning.pdf``."""

    help = "Write the newest PPV request or PKU referral of a case as PDF; drawn if it is not yet."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take case number, kind and file."""
        parser.add_argument("number", help="case number, such as 2026-0142")
        parser.add_argument("--kind", choices=sorted(KINDS), required=True)
        parser.add_argument("--output", type=Path, required=True, help="file to write")

    def handle(self, *_args: Any, number: str, kind: str, output: Path, **_options: Any) -> None:
        """Find the document, draw it if need be, and write the file."""
        rows = Document.objects.filter(case__number=number, kind=KINDS[kind])
        document = rows.order_by("made_at", "pk").last()
        if document is None:
            message = f"Case {number} has no such material: nothing has been submitted."
            raise CommandError(message)
        file = _file(document)
        if file is None:
            render_now(document)
            file = _file(document)
        if file is None:
            message = "The document could not be drawn. See the log of the worker."
            raise CommandError(message)
        try:
            output.write_bytes(bytes(file.data))
        except OSError as error:
            message = f"{output} can not be written: {error.strerror}."
            raise CommandError(message) from error
        self.stdout.write(f"{output}: {len(file.data)} bytes, SHA-256 {file.sha256}")


def _file(document: Document) -> DocumentFile | None:
    return DocumentFile.objects.filter(document=document).first()
