"""``manage.py check`` really speaks: asked in a process of its own, as an operator asks it."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)
A_MENU_WITHOUT_A_PAGE = """
import sys
from districts import features
from django.core.management import execute_from_command_line
features.EXTRA = features.MenuItem("districts:nowhere", "Nowhere")
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""
MODULES_OF_CHECKS = """
import django
from django.core.checks.registry import registry
django.setup()
print(*{check.__module__ for check in registry.get_checks(include_deployment_checks=True)})
"""


def asked(*command: str, role: str = "default", **environment: str) -> tuple[int, str]:
    """Run Python with the database of this worker; return its code and all that it said."""
    values = settings.DATABASES[role]
    password = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    database = connection.settings_dict["NAME"]
    where = f"{database}?host={values['HOST']}&port={values['PORT']}"
    said = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": f"postgresql://{values['USER']}{password}@/{where}",
            "DJANGO_SETTINGS_MODULE": "haderslev.settings",
            "DEMO": "0",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return said.returncode, said.stdout + said.stderr


def test_a_proper_installation_passes(db: None) -> None:
    code, said = asked("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (code, "no issues" in said) == (0, True), said


def test_a_demonstration_is_refused(db: None) -> None:
    code, said = asked("manage.py", "check", "--deploy", DEMO="1")
    assert code == 1
    assert "core.E003" in said


def test_a_role_that_owns_the_tables_is_refused(db: None) -> None:
    code, said = asked("manage.py", "check", "--deploy", role="owner")
    assert code == 1
    assert "core.E002" in said


def test_a_contribution_that_names_no_page_is_refused(db: None) -> None:
    code, said = asked("-c", A_MENU_WITHOUT_A_PAGE, "check")
    assert code == 1
    assert "core.E004" in said
    assert "districts:nowhere" in said


def test_every_module_of_checks_is_registered(db: None) -> None:
    code, said = asked("-c", MODULES_OF_CHECKS)
    assert code == 0, said
    files = [
        file.relative_to(ROOT)
        for file in [*ROOT.glob("*/checks.py"), *ROOT.glob("haderslev/*/checks.py")]
    ]
    ours = {".".join(file.with_suffix("").parts) for file in files}
    assert len(ours) >= 2
    assert ours <= set(said.split())
