"""The municipality: units, staff roles, communities, pupils, custody holders."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from districts.permissions import Role, cause_words
from haderslev.core import words
from haderslev.core.ports import rights


class DistrictsConfig(AppConfig):
    """Answers core's question of rights."""

    name = "districts"
    verbose_name = _("Units, classes and teams")

    def ready(self) -> None:
        """Install the answer and keep the rows of rights equal to the table."""
        # These import models, which are not loaded yet when Django reads this module.
        from districts.scope import GRANT_TABLES, UnitRights  # noqa: PLC0415 - models
        from districts.services.units import after_migrate  # noqa: PLC0415 - models

        for opened in ("Community", "Pupil"):
            tables = (f"{opened}GroupPermission", f"{opened}UserPermission")
            GRANT_TABLES.append((self.get_model(tables[0]), self.get_model(tables[1])))
        words.register({"districts.cause": cause_words, "districts.role": Role})
        rights.install(UnitRights())
        post_migrate.connect(after_migrate, sender=self)
