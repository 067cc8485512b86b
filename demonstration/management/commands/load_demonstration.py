"""Load the demonstration: an invented municipality with its history."""

import time
from typing import Any  # a command's options

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import override

from demonstration.history import History
from demonstration.municipality import FOLDER, Municipality, read
from districts.models import Pupil, Unit
from haderslev.accounts.models import User
from haderslev.core.errors import DomainError

NOT_HERE = "The demonstration is only loaded where DEMO is on."
NOT_EMPTY = "There is data already; the demonstration needs an empty database."


class Command(BaseCommand):
    """Refuses outside a demonstration, and where there is data already."""

    help = "Load the demonstration municipality; only where DEMO is on and nothing is loaded yet."
    quiet = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Let a start that was killed go on."""
        words = "Do nothing where the demonstration is loaded; it is never loaded in part."
        parser.add_argument("--unless-loaded", action="store_true", help=words)

    def handle(self, *_args: object, **options: Any) -> None:
        """Load everything in one transaction, and say how far it is."""
        began = time.monotonic()
        self.quiet = options["verbosity"] == 0
        if options["unless_loaded"] and Unit.objects.exists():
            self._say("The demonstration is loaded already.")
            return
        if not settings.DEMO:
            raise CommandError(NOT_HERE)
        try:
            with transaction.atomic(), override("da"):
                self._load()
        except DomainError as error:
            raise CommandError("\n".join([str(error), *getattr(error, "__notes__", ())])) from error
        self._say(f"The demonstration is loaded ({time.monotonic() - began:.0f} s).")

    def _load(self) -> None:
        """Build the municipality and its history."""
        if any(model.objects.exists() for model in (Unit, User, Pupil)):
            raise CommandError(NOT_EMPTY)
        town = Municipality()
        town.found()
        self._say(f"Units: {len(town.units)}. People: {len(town.people)}.")
        town.fill()
        self._say(f"Classes: {len(town.classes)}. Pupils: {Pupil.objects.count()}.")
        history = History(town)
        for path in sorted((FOLDER / "texts").glob("*.toml")):
            text = read(f"texts/{path.stem}")
            for name, course in text.get("classes", {}).items():
                history.add({"community": name, **course})
            if "community" in text:
                history.add(text)
        self._say(f"Acts of the history: {history.run()}.")

    def _say(self, line: str) -> None:
        if not self.quiet:
            self.stdout.write(line)
