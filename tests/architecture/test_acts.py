"""Every act declared beside its service has words, a right that exists, and a sentence for it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Proposal
from cases.services import proposals
from districts.acts import declared
from districts.models import TimelineEntry, Todo
from districts.permissions import Right
from haderslev import urls  # noqa: F401 - it imports every service
from haderslev.core.errors import ConflictError, NotAllowedError
from haderslev.core.features import Act, contributed
from haderslev.core.rows import check_revision, lock
from haderslev.journal.models import Act as Written
from plans.models import Plan
from tests.integration.cases import given
from tests.people import Cast

BEGINS_AFTER = given.case


def test_every_act_has_words_a_right_and_a_sentence_for_who_may_not() -> None:
    acts, rights = contributed(Act), contributed(Right)
    assert len(declared) > 35
    assert [name for name in declared if name not in acts] == []
    needed = {right for right in declared.values() if right and not callable(right)}
    # Asked in the service: of whom depends on more than the row.
    assert {name for name, right in declared.items() if not right} == {
        "cases.case.closed",
        "cases.case.parent_informed",
        "cases.documentrecord.corrected",
        "plans.observation.corrected",
        "plans.observation.withdrawn",
        "plans.plan.ended",
    }
    assert [right for right in needed if not (right in rights and rights[right].refused)] == []


def test_an_act_leaves_what_it_declares(cast: Cast) -> None:
    row = given.proposal(cast, given.case(cast))
    withdrawn = proposals.withdraw(row, by=cast.teacher)
    assert withdrawn.state == Proposal.State.WITHDRAWN
    assert not Todo.objects.open().about(row).exists()
    assert TimelineEntry.objects.latest("pk").kind == "cases.level_withdrawn"
    assert Written.objects.latest("pk").action == "cases.proposal.withdrawn"


def test_who_may_not_reads_the_sentence_of_the_right_and_nothing_is_left(cast: Cast) -> None:
    row = given.proposal(cast, given.case(cast))
    before = [model.objects.count() for model in (TimelineEntry, Written)]
    with pytest.raises(NotAllowedError, match="The team around the child proposes"):
        proposals.withdraw(row, by=cast.leader)
    assert [model.objects.count() for model in (TimelineEntry, Written)] == before
    assert Todo.objects.open().about(row).exists()


def test_a_row_is_read_anew_under_lock_and_its_parent_before_it(cast: Cast) -> None:
    row = given.proposal(cast, given.case(cast))
    Proposal.objects.filter(pk=row.pk).update(reason="En anden")
    with CaptureQueriesContext(connection) as asked:
        assert lock(row).reason == "En anden"
    tables = [query["sql"].partition(" FROM ")[2].split()[0] for query in asked]
    assert tables == ['"cases_case"', '"cases_proposal"']
    assert all("FOR UPDATE" in query["sql"] for query in asked)


def test_what_was_written_on_an_older_revision_is_shown_with_what_stands_there(cast: Cast) -> None:
    given.case(cast)
    plan = Plan.objects.latest("pk")
    check_revision(plan, plan.revision, {"title": "Min"})
    with pytest.raises(ConflictError) as caught:
        check_revision(plan, plan.revision - 1, {"title": "Min"})
    assert (caught.value.mine, caught.value.theirs) == ({"title": "Min"}, {"title": plan.title})
    assert caught.value.revision == plan.revision
