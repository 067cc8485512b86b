"""All rights on a child or a class at once: the same answer as asking for each."""

from datetime import timedelta

import pytest

from districts.held import held_on
from districts.models import LearningCommunity, Pupil
from districts.permissions import PERMISSIONS, Cause, Role
from districts.services import openings
from districts.services.units import role_group
from haderslev.core import clock, request_cache
from tests.people import Cast

pytestmark = pytest.mark.postgres15


def assert_the_same(cast: Cast) -> None:
    """Ask about everybody, each as in one request: what the person holds is found once."""
    objects: list[Pupil | LearningCommunity] = [cast.child, cast.child2, cast.klass, cast.klass2]
    for person in cast.people.values():
        with request_cache.running():
            held = {obj: held_on(person, obj) for obj in objects}
            for perm in PERMISSIONS:
                allowed = {
                    row
                    for model in (Pupil, LearningCommunity)
                    for row in model.objects.permitted(person, perm)
                }
                for obj in objects:
                    assert (perm in held[obj]) == (obj in allowed), (person, obj, perm)


def test_standing_rights(cast: Cast) -> None:
    assert_the_same(cast)


def test_openings(cast: Cast) -> None:
    until = clock.today() + timedelta(days=10)
    openings.open_pupil(
        cast.child,
        to=cast.psychologist,
        cause=Cause.PPV,
        basis="PPV",
        closes_on=until,
        by=cast.leader,
    )
    openings.open_community(
        cast.klass,
        to=role_group(cast.north, Role.PRACTICE_ADVISER),
        cause=Cause.INVITED,
        basis="Bedt om vejledning",
        closes_on=until,
        by=cast.leader,
    )
    assert "reveal_cpr" in held_on(cast.psychologist, cast.child)
    assert "contribute_plan" in held_on(cast.practice, cast.klass)
    assert_the_same(cast)
