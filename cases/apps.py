"""The climb: case, requirements, hearing, the leader's decision, the district council."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Adds its openings to the rows of rights."""

    name = "cases"
    verbose_name = "Cases"

    def ready(self) -> None:
        """Name the tables of openings of a case."""
        from districts.scope import GRANT_TABLES  # noqa: PLC0415 - models are ready only now

        GRANT_TABLES.append((
            self.get_model("CaseGroupPermission"),
            self.get_model("CaseUserPermission"),
        ))
