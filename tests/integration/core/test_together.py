"""Rows read together are the rows that each queryset would have read itself."""

from typing import Any

from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from districts.models import Enrolment, Pupil, TimelineEntry, Unit
from haderslev.core import together
from haderslev.core.models import LegalValue, OutboxRow
from haderslev.journal.models import Act
from plans.models import Plan, PlanVersion
from tests.people import Cast
from tests.story import Story


def _values(row: Any) -> Any:
    if not isinstance(row, Model):
        return row
    names = [field.attname for field in row._meta.concrete_fields]
    return [
        bytes(value) if isinstance(value := getattr(row, name), memoryview) else value
        for name in names
    ]


def test_rows_have_the_same_values_as_when_asked_alone(cast: Cast) -> None:
    Story(cast).until("case_opened")
    querysets = [
        Pupil.objects.all(),  # with a cipher
        Case.objects.all(),
        LegalValue.objects.all(),  # with decimals
        OutboxRow.objects.all(),  # with JSON
        Act.objects.order_by("pk"),  # with lists
        TimelineEntry.objects.order_by("-happened_on", "pk")[:3],
        Enrolment.objects.values_list("pupil_id", "starts_on").order_by("pk"),
        Unit.objects.values_list("name", flat=True).order_by("pk"),
    ]
    alone = [[_values(row) for row in each.all()] for each in querysets]
    together.fetch(*querysets)
    with CaptureQueriesContext(connection) as queries:
        assert [[_values(row) for row in each] for each in querysets] == alone
    assert len(queries) == 0
    assert all(alone)


def test_joined_rows_come_along_and_nothing_is_nothing(cast: Cast) -> None:
    Story(cast).until("child_plan_in_use")
    versions = PlanVersion.objects.select_related("plan__community", "approved_by").order_by("pk")
    none, impossible = Pupil.objects.filter(pk=0), Pupil.objects.filter(pk__in=[])
    with CaptureQueriesContext(connection) as queries:
        together.fetch(versions, none, impossible)
        titles = [(version.plan.title, str(version.approved_by)) for version in versions]
        assert (list(none), list(impossible)) == ([], [])
    assert len(queries) == 1
    assert titles == [(version.plan.title, str(version.approved_by)) for version in versions.all()]


def test_attached_rows_are_those_of_the_parent(cast: Cast) -> None:
    Story(cast).until("child_plan_in_use")
    plans, versions = Plan.objects.order_by("pk"), PlanVersion.objects.order_by("pk")
    together.fetch(plans, versions)
    together.attach(list(plans), "versions", versions)
    with CaptureQueriesContext(connection) as queries:
        found = [[version.plan.pk for version in plan.versions.all()] for plan in plans]
    assert len(queries) == 0
    assert found == [[plan.pk] for plan in plans]
