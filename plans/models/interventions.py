"""The catalogue of interventions: inspiration, editable (H-CAT-1 … H-CAT-15)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haderslev.core.models import DatedRow


class Level(models.TextChoices):
    """Levels of an effort. They belong to the effort, never to the child."""

    PREVENTIVE = "preventive", _("Preventive")
    ANTICIPATORY = "anticipatory", _("Anticipatory")
    INTERVENING = "intervening", _("Intervening")


class Intervention(DatedRow):
    """One kind of intervention that a plan can name."""

    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    group_da = models.CharField(_("group, Danish"), max_length=120)
    name_da = models.CharField(_("Danish name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=160)
    actors = models.CharField(_("who"), max_length=160)

    class Meta:
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ("level", "code")
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="intervention_once")
        ]

    def __str__(self) -> str:
        return self.name_da

    @property
    def name_in_words(self) -> str:
        """Return the name in the language of the reader; Danish where no other is written."""
        return self.name_en if get_language() == "en" and self.name_en else self.name_da
