"""The application's role works with rows, and switches off nothing that guards them."""

from typing import Any

import pytest
from django.apps import apps
from django.core import checks
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from cases.models import Document, DocumentFile
from haderslev.core.checks import application_only_works
from haderslev.core.database_rights import grant_rights, too_much
from pku.models import DecisionGoal, PkuDecision
from plans.models import Goal, PlanVersion
from tests.conftest import owner_connection
from tests.people import Cast
from tests.story import Story

pytestmark = pytest.mark.postgres15


def _everything_off() -> None:
    """Set what pgtrigger reads, as any role may, to the name of every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname)::text FROM pg_trigger WHERE NOT tgisinternal")
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", cursor.fetchone())


def _refused(sql: str, *values: int | str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"Cannot update|can not be changed|Invalid"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)


def test_the_setting_of_pgtrigger_switches_nothing_off(cast: Cast) -> None:
    story = Story(cast).until("case_opened")
    document = Document.objects.latest("pk")
    DocumentFile.objects.create(document=document, data=b"%PDF-1.7", sha256="0" * 64)
    _everything_off()
    _refused("UPDATE cases_document SET payload = 'forged' WHERE id = %s", document.pk)
    _refused("DELETE FROM cases_document WHERE id = %s", document.pk)
    _refused("UPDATE cases_documentfile SET data = 'forged' WHERE document_id = %s", document.pk)
    _refused("DELETE FROM cases_documentfile WHERE document_id = %s", document.pk)
    _refused("UPDATE cases_case SET level = 'x' WHERE id = %s", story.case.pk)


def test_every_trigger_of_the_code_is_in_the_database_and_awake(db: None) -> None:
    wanted = {
        (model._meta.db_table, trigger.get_pgid(model))
        for model in apps.get_models()
        for trigger in getattr(model._meta, "triggers", [])
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgenabled = 'O'"
        )
        assert wanted == set(cursor.fetchall())


def test_the_goals_of_a_signed_decision_stay(cast: Cast) -> None:
    story = Story(cast).until("decision_signed")
    goal = DecisionGoal.objects.filter(decision__case=story.case).latest("pk")
    assert goal.decision.state != PkuDecision.State.PREPARED
    _refused("UPDATE pku_decisiongoal SET text = 'forged' WHERE id = %s", goal.pk)
    _refused("DELETE FROM pku_decisiongoal WHERE id = %s", goal.pk)
    _refused(
        'INSERT INTO pku_decisiongoal (decision_id, "order", text) VALUES (%s, 9, %s)',
        goal.decision_id,
        "forged",
    )


def test_no_part_is_moved_out_of_a_plan_in_use(cast: Cast) -> None:
    Story(cast).until("case_opened")
    goal = Goal.objects.filter(version__state="approved").latest("pk")
    draft = PlanVersion.objects.create(
        plan=goal.version.plan,
        number=99,
        made_by=goal.version.made_by,
    )
    _refused("UPDATE plans_goal SET version_id = %s WHERE id = %s", draft.pk, goal.pk)


def test_rights_are_given_all_at_once(committed_db: str) -> None:
    with CaptureQueriesContext(connections["owner"]) as queries:
        grant_rights(using="owner")
    said = [query["sql"] for query in queries]
    assert said[0] == "BEGIN"
    assert said[-1] == "COMMIT"
    assert any("REVOKE" in sql for sql in said)


def test_the_role_of_the_application_does_nothing_but_work(db: None) -> None:
    assert too_much() == []
    assert application_only_works() == []


def _said(what: str) -> bool:
    found = application_only_works()
    assert all(isinstance(each, checks.Error) and each.id == "core.E002" for each in found)
    return any(what in str(each.msg) for each in found)


def test_a_new_trigger_brings_the_old_answer_back_until_rights_are_given(committed_db: str) -> None:
    document: Any = Document
    (trigger,) = document._meta.triggers
    with owner_connection(committed_db) as owner:
        owner.execute(str(trigger.compile(document).install_sql))
    assert _said("may switch triggers off")
    call_command("migrate", database="owner", verbosity=0)
    assert application_only_works() == []


@pytest.mark.parametrize(
    ("grant", "words"),
    [
        ("GRANT TRUNCATE ON cases_case TO {}", "owns or may empty tables: cases_case."),
        ("GRANT TRIGGER ON cases_case TO {}", "owns or may empty tables: cases_case."),
        ("GRANT UPDATE (purpose) ON journal_read TO {}", "may change the journal: journal_read."),
        ("GRANT DELETE ON journal_act TO {}", "may change the journal: journal_act."),
    ],
)
def test_the_check_reports_what_is_too_much(committed_db: str, grant: str, words: str) -> None:
    role = connection.settings_dict["USER"]
    with owner_connection(committed_db) as owner:
        owner.execute(grant.format(role))
    assert _said(words)


def test_the_check_reports_an_owner_and_a_superuser(db: None) -> None:
    owner = str(connections["owner"].settings_dict["USER"])
    assert any("owns or may empty tables" in each for each in too_much(owner))
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolsuper LIMIT 1")
        (superuser,) = cursor.fetchone()
    assert any("is a superuser" in each for each in too_much(superuser))


def test_the_check_reports_a_database_that_does_not_answer(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_args: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr("haderslev.core.checks.too_much", silent)
    assert _said("could not be asked")
