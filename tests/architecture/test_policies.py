"""One policy for each model: its four answers agree, in generated worlds, for every model."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import CaseGroupPermission, CaseUserPermission
from districts.models import (
    CommunityGroupPermission,
    CommunityUserPermission,
    Enrolment,
    PupilGroupPermission,
    PupilUserPermission,
    TeamCommunity,
)
from districts.permissions import Role, rights
from districts.services import openings
from districts.services.units import role_group
from haderslev.accounts.models import Membership, User
from haderslev.core import clock, request_cache
from haderslev.core.policy import held_on, may, policy_of, who_may
from pku.features import PPV
from plans.features import INVITED
from tests.people import Cast
from tests.story import Story

pytestmark = pytest.mark.postgres15

GRANTS = (
    CommunityGroupPermission,
    CommunityUserPermission,
    PupilGroupPermission,
    PupilUserPermission,
    CaseGroupPermission,
    CaseUserPermission,
)
# Rows of a model that are asked about, the newest first.
ROWS = 2


def every_right() -> list[str]:
    return [right.code for right in rights()]


def with_policy() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if hasattr(model, "policy")]


def half(rows: models.QuerySet[Any], number: int) -> list[Any]:
    """Return some of the rows, others for another number."""
    return [row for place, row in enumerate(rows.order_by("pk")) if (place + number) % 3 == 0]


def end_memberships(_story: Story, number: int) -> None:
    began_before = Membership.objects.active().filter(starts_on__lt=clock.today())
    for row in half(began_before, number):
        row.ends_on = clock.today() - timedelta(days=1)
        row.save(update_fields=["ends_on"])


def end_teams(_story: Story, number: int) -> None:
    for row in half(TeamCommunity.objects.active(), number):
        row.ends_on = clock.today() - timedelta(days=1)
        row.save(update_fields=["ends_on"])


def end_grants(_story: Story, number: int) -> None:
    for table in GRANTS:
        for row in half(table.rows.all(), number):
            row.valid_until = clock.now() - timedelta(seconds=1)
            row.save(update_fields=["valid_until"])


def move_children(story: Story, number: int) -> None:
    for row in half(Enrolment.objects.active(), number):
        other = story.cast.klass2 if row.community_id == story.cast.klass.pk else story.cast.klass
        row.community = other
        row.came_from, row.recorded_by = story.cast.klass, story.cast.leader
        row.save()


def open_to_advisers(story: Story, _number: int) -> None:
    cast = story.cast
    how: dict[str, Any] = {"basis": "x", "closes_on": clock.days_from_now(9), "by": cast.leader}
    to = role_group(cast.north, Role.PRACTICE_ADVISER)
    openings.open_access(cast.klass, to=to, cause=INVITED, **how)
    openings.open_access(cast.child_b, to=to, cause=INVITED, **how)
    openings.open_access(cast.child_c, to=cast.psychologist, cause=PPV, **how)


def appoint_elsewhere(story: Story, number: int) -> None:
    """Give people the roles of others: rights meet that do not meet in the cast."""
    people = list(User.objects.order_by("pk"))
    groups = list(Membership.objects.order_by("pk").values_list("group", flat=True))
    for place, person in enumerate(people):
        group = groups[(place * 7 + number) % len(groups)]
        Membership.objects.create(user=person, group_id=group, starts_on=clock.today())


def leave(_story: Story, number: int) -> None:
    for person in half(User.objects.all(), number):
        person.is_active = False
        person.save(update_fields=["is_active"])


CHANGES: tuple[Callable[[Story, int], None], ...] = (
    end_memberships,
    end_teams,
    end_grants,
    move_children,
    open_to_advisers,
    appoint_elsewhere,
    leave,
)


def assert_one_answer(people: list[User], perms: list[str]) -> None:
    """Ask every policy its four questions about the same rows, people and permissions."""
    for model in with_policy():
        rows = list(model._base_manager.order_by("-pk")[:ROWS])
        asked = policy_of(model).source.asked()
        holders = {
            (perm, row): set(who_may(perm, row)) for perm in {*perms, *asked} for row in rows
        }
        for place, person in enumerate(people):
            with request_cache.running():
                held = {row: held_on(person, row) for row in rows}
                for perm in {*perms, *asked}:
                    found = model._default_manager.permitted(person, perm)  # type: ignore[attr-defined]  # has a policy
                    permitted = set(found.filter(pk__in=[row.pk for row in rows]))
                    for row in rows:
                        answers = (
                            row in permitted,
                            perm in held[row],
                            person in holders[perm, row],
                        )
                        assert len(set(answers)) == 1, (model, row, person, perm, answers)
                if rows:
                    # A query each time, so each person asks of another right and row.
                    perm, row = perms[place % len(perms)], rows[place % len(rows)]
                    assert may(person, perm, row) == (perm in held[row])


def test_every_model_by_rights_has_a_policy_and_every_row_is_there(told: Story) -> None:
    by_rights = {
        model for model in apps.get_models() if hasattr(model._default_manager, "permitted")
    }
    assert by_rights == set(with_policy())
    assert len(by_rights) > 20
    empty = [model for model in by_rights if not model._base_manager.exists()]
    assert empty == []


def test_in_the_world_of_the_story(told: Story) -> None:
    with told.clock():
        assert_one_answer(list(User.objects.all()), every_right()[::9])


@settings(
    max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=4, unique=True),
    number=st.integers(0, 6),
    perms=st.lists(
        st.deferred(lambda: st.sampled_from(every_right())), min_size=4, max_size=4, unique=True
    ),
)
def test_in_generated_worlds(
    told: Story, changes: list[Callable[[Story, int], None]], number: int, perms: list[str]
) -> None:
    with transaction.atomic(), told.clock():
        for change in changes:
            change(told, number)
        assert_one_answer(half(User.objects.all(), number), perms)
        transaction.set_rollback(True)


def test_a_psychologist_holds_personally_what_was_opened(told: Story, cast: Cast) -> None:
    with told.clock():
        open_to_advisers(told, 0)
        assert "reveal_cpr" in held_on(cast.psychologist, cast.child_c)
        assert cast.psychologist in who_may("reveal_cpr", cast.child_c)
        assert "contribute_plan" in held_on(cast.practice, cast.klass)
