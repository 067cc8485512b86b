"""Load the demonstration: an invented municipality with its history."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demonstration.load import load
from districts.models import Unit
from haderslev.core.errors import DomainError


class Command(BaseCommand):
    """Refuses outside a demonstration, and where there is data already."""

    help = "Load the demonstration municipality; only where DEMO is on and nothing is loaded yet."

    def add_arguments(self, parser: CommandParser) -> None:
        """Let a start that was killed go on."""
        words = "Do nothing where the demonstration is loaded; it is never loaded in part."
        parser.add_argument("--unless-loaded", action="store_true", help=words)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load everything in one transaction, and say how far it is."""
        began = time.monotonic()
        quiet = options["verbosity"] == 0

        def say(line: str) -> None:
            if not quiet:
                self.stdout.write(line)

        if options["unless_loaded"] and Unit.objects.exists():
            say("The demonstration is loaded already.")
            return
        try:
            load(say)
        except DomainError as error:
            raise CommandError("\n".join([str(error), *getattr(error, "__notes__", ())])) from error
        say(f"The demonstration is loaded ({time.monotonic() - began:.0f} s).")
