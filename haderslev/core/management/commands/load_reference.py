"""Load the reference data of fixtures/reference: dated, idempotent."""

import tomllib
from pathlib import Path
from typing import Any  # what the command line gives

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import models, transaction

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "reference"


class Command(BaseCommand):
    """One file a model, named after it: ``cases.outcometype.toml``."""

    help = "Load reference data (law, catalogue, texts); a second run changes nothing."

    def handle(self, *_args: object, **options: Any) -> None:
        """Load every file in one transaction."""
        with transaction.atomic():
            for path in sorted(FOLDER.glob("*.toml")):
                count = load(path)
                if options["verbosity"] > 0:
                    self.stdout.write(f"{path.stem}: {count}")


def load(path: Path) -> int:
    """Add or change the rows of one file; ``key`` names the fields that tell rows apart."""
    model: type[models.Model] = apps.get_model(path.stem)
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    shared = data.get("all", {})
    for row in data["row"]:
        values = shared | row
        key = {name: values.pop(name) for name in data["key"]}
        model._default_manager.update_or_create(defaults=values, **key)
    return len(data["row"])
