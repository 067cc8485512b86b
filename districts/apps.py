"""The municipality: units, staff roles, communities, pupils, custody holders."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from districts.permissions import Cause, Role
from haderslev.core import words
from haderslev.core.ports import install_rights


class DistrictsConfig(AppConfig):
    """Answers core's question of rights."""

    name = "districts"
    verbose_name = _("Units, classes and teams")

    def ready(self) -> None:
        """Install the answer and keep the rows of rights equal to the table."""
        # These import models, which are not loaded yet when Django reads this module.
        from districts.permissions_sync import after_migrate  # noqa: PLC0415 - reads auth's models
        from districts.scope import GRANT_TABLES, UnitRights  # noqa: PLC0415 - accounts.models

        GRANT_TABLES.append(
            (
                self.get_model("CommunityGroupPermission"),
                self.get_model("CommunityUserPermission"),
            )
        )
        GRANT_TABLES.append(
            (
                self.get_model("PupilGroupPermission"),
                self.get_model("PupilUserPermission"),
            )
        )
        words.register({"districts.cause": Cause, "districts.role": Role})
        install_rights(UnitRights())
        post_migrate.connect(after_migrate, sender=self)
