"""Rights of the application's database role: the owner migrates, the application only uses rows."""

from django.conf import settings
from django.db import connections, transaction

# Tables to which the application may only add.
APPEND_ONLY = ("journal_act", "journal_read")

# Every trigger asks this function of pgtrigger's whether to stand aside, and pgtrigger's own answer
# is a setting that any role may set. Each migration with a trigger brings that answer back; this
# one is put in its place after every migration.
_NEVER_IGNORED = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME)
RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS 'SELECT FALSE'
"""

# What a role that only works with rows may not: the words, and the query that finds it.
_TOO_MUCH = {
    "is a superuser or may make roles": """
        SELECT rolname FROM pg_roles
        WHERE (rolsuper OR rolcreaterole) AND pg_has_role(%(role)s, oid, 'MEMBER')
    """,
    "owns or may empty tables": """
        SELECT relname FROM pg_class
        WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
        AND (pg_has_role(%(role)s, relowner, 'MEMBER')
             OR has_table_privilege(%(role)s, oid, 'TRUNCATE, TRIGGER'))
    """,
    "may change the journal": """
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%(append_only)s)
        AND (has_table_privilege(%(role)s, oid, 'DELETE')
             OR has_any_column_privilege(%(role)s, oid, 'UPDATE'))
    """,
    "may switch triggers off": """
        SELECT proname FROM pg_proc
        WHERE oid = to_regprocedure('public._pgtrigger_should_ignore(name)')
        AND (prosrc <> 'SELECT FALSE' OR pg_has_role(%(role)s, proowner, 'MEMBER'))
    """,
}


def grant_rights(*, using: str, **_: object) -> None:
    """Give the application's role its rights on what the owner has made, all at once.

    Does nothing when owner and application are the same role (``check --deploy`` refuses that).
    """
    role = str(settings.DATABASES["default"]["USER"])
    connection = connections[using]
    if not role or connection.settings_dict["USER"] == role:
        return
    quoted = connection.ops.quote_name(role)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(_NEVER_IGNORED)
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


def too_much(role: str = "") -> list[str]:
    """Return what the application's role, or another role, may do beyond its work on rows."""
    found = []
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(NULLIF(%s, ''), current_user)", [role])
        values = {"role": cursor.fetchone()[0], "append_only": list(APPEND_ONLY)}
        for words, query in _TOO_MUCH.items():
            cursor.execute(query, values)
            names = sorted(name for (name,) in cursor.fetchall())
            if names:
                found.append(f"{values['role']} {words}: {', '.join(names)}.")
    return found
