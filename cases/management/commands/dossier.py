"""Write the newest collected material of a case as a PDF, from the command line."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.models import Case, Document, DocumentFile
from cases.services.documents import render_now

KINDS = {"ppv": Document.Kind.PPV_REQUEST, "pku": Document.Kind.PKU_REFERRAL}


class Command(BaseCommand):
    """``bin/manage dossier 2026-0012 --kind pku --output henvisning.pdf``."""

    help = (
        "Write the newest PPV request or PKU referral (of a case) as PDF; drawn if it is not yet."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take case number, kind and file."""
        parser.add_argument("number", nargs="?", help="case number, such as 2026-0012; else any")
        parser.add_argument("--kind", choices=sorted(KINDS), required=True)
        parser.add_argument("--output", type=Path, required=True, help="file to write")

    def handle(
        self, *_args: object, number: str | None, kind: str, output: Path, **_options: object
    ) -> None:
        """Find the document, draw it if need be, and write the file."""
        if number is not None and not Case.objects.filter(number=number).exists():
            message = f"There is no case {number}."
            raise CommandError(message)
        rows = Document.objects.filter(kind=KINDS[kind]).select_related("case")
        if number is not None:
            rows = rows.filter(case__number=number)
        document = rows.order_by("made_at", "pk").last()
        if document is None:
            where = f"Case {number} has" if number else "There is"
            message = f"{where} no such material: nothing has been submitted."
            raise CommandError(message)
        files = DocumentFile.objects.filter(document=document)
        if not files.exists():
            render_now(document)
        file = files.first()
        if file is None:
            message = "The document could not be drawn. See the log of the worker."
            raise CommandError(message)
        try:
            output.write_bytes(bytes(file.data))
        except OSError as error:
            message = f"{output} can not be written: {error.strerror}."
            raise CommandError(message) from error
        case = document.case.number
        self.stdout.write(f"{output}: case {case}, {len(file.data)} bytes, SHA-256 {file.sha256}")
