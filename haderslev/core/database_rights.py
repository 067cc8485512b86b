"""Rights of the application's database role. The owner migrates, the application only works."""

from typing import Any

from django.conf import settings
from django.db import connections

# Tables where the application may add and read, never change or remove.
APPEND_ONLY = ("journal_act", "journal_read")


def grant_rights(*, using: str, **_: Any) -> None:
    """Give the application's role its rights on what the owner has made.

    Does nothing when owner and application are the same role (``check --deploy`` refuses that).
    """
    role = str(settings.DATABASES["default"]["USER"])
    connection = connections[using]
    if not role or connection.settings_dict["USER"] == role:
        return
    quoted = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"
        )
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        tables = set(connection.introspection.table_names(cursor))
        for table in APPEND_ONLY:
            if table in tables:
                name = connection.ops.quote_name(table)
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM {quoted}")
