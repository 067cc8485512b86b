"""Many steps in any order by anybody: no sequence reaches an illegal state.

Each walk starts somewhere in a child's course and goes on at random: often the sensible next
step, otherwise any act by any person. What is refused must leave nothing behind; what is done
must be journalled; after each step the law still holds. A failure names its seed and its steps.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import F, Q

from cases.models import Case, Delivery, Document, Hearing, Proposal, SupportDecision
from cases.services import cases, council, deliveries, gatekeeping, hearings, proposals
from districts.models import CouncilMeeting
from districts.permissions import Role
from haderslev.core import clock, request_cache
from haderslev.core.errors import DomainError
from haderslev.journal.models import Act
from pku.models import PkuDecision, PPVRequest, Referral, ReturnReason
from pku.services import decisions as pku_decisions
from pku.services import ppv, ppv_reports, referrals
from plans.models import Guidance, Observation, PlanVersion
from plans.services import guidance, observations, plans
from tests.people import Cast
from tests.story import STEPS, Story

# Each part tells the story once and walks on from every step that it may begin at: once, or eight
# times with --full.
PARTS = 4
BEGINNINGS = STEPS[4:23]
LENGTH = 80
REFUSALS = (DomainError, PermissionDenied)
CODES = (
    "observation",
    "adviser_sentence",
    "network_answers_ppv",
    "council_sparring",
    "ppv_made",
    "hearing_held",
    "psychologist_recommendation",
)


class Walk:
    """One random walk."""

    def __init__(self, story: Story, seed: str) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.story = story
        self.people = list(story.cast.people.values())
        self.log: list[str] = []

    @property
    def case(self) -> Case:
        return self.story.case

    def anybody(self, *likely: str) -> Any:
        """Return one of the likely people, or anybody at all."""
        if likely and self.random.random() < 0.85:
            return getattr(self.story.cast, self.random.choice(likely))
        return self.random.choice(self.people)

    def newest(self, rows: Any) -> Any:
        row = rows.order_by("pk").last()
        if row is None:
            message = "nothing there"
            raise DomainError(message)
        return row


def _observe(walk: Walk) -> None:
    observations.add_observation(
        about="pupil",
        kind="watching",
        seen="Hun smiler.",
        place="lesson",
        observed_at=clock.now(),
        pupils=[walk.story.pupil],
        by=walk.anybody("teacher"),
    )


def _withdraw_observation(walk: Walk) -> None:
    row = walk.newest(Observation.objects.standing())
    observations.withdraw_observation(row, reason="forkert barn", by=walk.anybody("teacher"))


def _revise(walk: Walk) -> None:
    plans.revise(walk.story.plan, by=walk.anybody("teacher"))


def _use(walk: Walk) -> None:
    draft = walk.newest(walk.story.plan.versions.filter(state="draft"))
    plans.put_into_use(walk.story.plan, revision=draft.revision, by=walk.anybody("teacher_b"))


def _ask(walk: Walk) -> None:
    role = walk.random.choice([Role.PLC_ADVISER, Role.PRACTICE_ADVISER, Role.PSYCHOLOGIST])
    guidance.ask(
        kind="community",
        role=role,
        question="Hvad kan vi gøre?",
        closes_on=clock.today() + timedelta(days=walk.random.choice([30, 90, 400])),
        community=walk.story.community,
        by=walk.anybody("teacher"),
    )


def _unask(walk: Walk) -> None:
    guidance.withdraw(walk.newest(Guidance.objects.all()), by=walk.anybody("teacher"))


def _propose(walk: Walk) -> None:
    proposals.propose(
        walk.case,
        reason="Det rækker ikke.",
        parents_informed_on=clock.today(),
        parents_informed_how="Telefon",
        parents_words="Fint.",
        child_words="Ja.",
        by=walk.anybody("teacher", "leader"),
    )


def _approve(walk: Walk) -> None:
    row = walk.newest(walk.case.proposals.all())
    proposals.approve(row, note="To timer.", by=walk.anybody("leader", "teacher"))


def _send_back(walk: Walk) -> None:
    row = walk.newest(walk.case.proposals.all())
    proposals.send_back(row, question="Hvad siger barnet?", by=walk.anybody("leader"))


def _answer(walk: Walk) -> None:
    proposals.answer(walk.newest(walk.case.proposals.all()), text="Ja.", by=walk.anybody("teacher"))


def _take_back(walk: Walk) -> None:
    proposals.withdraw(walk.newest(walk.case.proposals.all()), by=walk.anybody("teacher"))


def _except(walk: Walk) -> None:
    gatekeeping.except_requirement(
        walk.case,
        walk.random.choice(CODES),
        reason="Barnet kan ikke vente.",
        by=walk.anybody("leader", "teacher"),
    )


def _parent_asks(walk: Walk) -> None:
    ask = ppv.Ask(
        custody_holder=walk.random.choice(walk.story.holders),
        asked_on=clock.today(),
        words="Vi vil have en PPV.",
        wants_special=walk.random.random() < 0.5,
    )
    ppv.record_parent_request(walk.story.pupil, ask, by=walk.anybody("teacher", "secretary"))


def _sign_ppv(walk: Walk) -> None:
    row = walk.newest(walk.case.ppv_requests.all())
    ppv.sign_request(row, revision=row.revision, by=walk.anybody("leader", "teacher"))


def _receive(walk: Walk) -> None:
    row = walk.newest(walk.case.ppv_requests.all())
    ppv_reports.receive_request(row, by=walk.anybody("psychologist", "plc"))


def _hear(walk: Walk) -> None:
    hearings.start_hearing(
        walk.case, facts="F", weighty="V", intended="I", rules="R", by=walk.anybody("leader")
    )


def _drop_hearing(walk: Walk) -> None:
    hearings.drop_hearing(walk.newest(walk.case.hearings.all()), by=walk.anybody("leader"))


def _send_hearing(walk: Walk) -> None:
    row = walk.newest(walk.case.hearings.all())
    until = clock.today() + timedelta(days=walk.random.choice([2, 10, 20]))
    hearings.send_hearing(row, answer_by=until, by=walk.anybody("leader"))


def _answer_hearing(walk: Walk) -> None:
    row = walk.newest(walk.case.hearings.all())
    party = walk.random.choice(list(row.parties.all()))
    hearings.record_answer(
        party,
        revision=party.revision,
        answer="",
        no_remarks=True,
        answered_on=clock.today(),
        reply="",
        by=walk.anybody("leader"),
    )


def _close_hearing(walk: Walk) -> None:
    row = walk.newest(walk.case.hearings.all())
    hearings.close_hearing(row, assessment="Ingen bemærkninger.", by=walk.anybody("leader"))


def _decide(walk: Walk) -> None:
    outcome = walk.random.choice(["support_ordinary", "refusal", "refer_to_pku"])
    reason = walk.random.choice(["", "Intet nyt taler imod."])
    walk.story.decide(outcome, no_hearing_reason=reason)


def _deliver(walk: Walk) -> None:
    rows = Delivery.objects.filter(document__case=walk.case, delivered_on=None)
    deliveries.record_delivery(
        walk.newest(rows),
        channel="letter",
        sent_on=clock.today(),
        delivered_on=clock.today(),
        by=walk.anybody("secretary", "pku_secretary"),
    )


def _to_council(walk: Walk) -> None:
    meeting = CouncilMeeting.objects.order_by("pk").last() or CouncilMeeting.objects.create(
        district=walk.story.cast.north,
        held_on=clock.today() + timedelta(days=walk.random.choice([0, 9])),
        place="Nordskolen",
    )
    council.put_on_council(
        walk.case,
        meeting=meeting,
        situation="Barnet mangler ro.",
        tried="Døren.",
        question="Hvad nu?",
        by=walk.anybody("leader", "teacher"),
    )


def _sparring(walk: Walk) -> None:
    item = walk.newest(walk.case.council_items.all())
    council.record_sparring(
        item, present="Alle", sparring="Prøv.", ideas=[], by=walk.anybody("coordinator")
    )


def _submit(walk: Walk) -> None:
    row = walk.newest(walk.case.referrals.all())
    referrals.submit(row, revision=row.revision, by=walk.anybody("leader", "teacher"))


def _return(walk: Walk) -> None:
    row = walk.newest(walk.case.referrals.all())
    reasons = list(ReturnReason.objects.order_by("pk")[:1])
    referrals.return_referral(
        row,
        reasons=reasons,
        note_text="Skriv mere om effekten.",
        phone_talk_on=clock.today(),
        by=walk.anybody("pku_secretary", "pku"),
    )


def _accept(walk: Walk) -> None:
    row = walk.newest(walk.case.referrals.all())
    meeting = walk.newest(walk.story.cast.committee.pku_meetings.all())
    referrals.accept(row, meeting=meeting, by=walk.anybody("pku_secretary"))


def _adjourn(walk: Walk) -> None:
    row = walk.newest(walk.case.referrals.all())
    meeting = walk.newest(walk.story.cast.committee.pku_meetings.all())
    by = walk.anybody("pku_secretary")
    referrals.adjourn(row, reason="Vi mangler svar.", meeting=meeting, by=by)


def _withdraw_referral(walk: Walk) -> None:
    row = walk.newest(walk.case.referrals.all())
    referrals.withdraw(row, by=walk.anybody("leader", "teacher"))


def _prepare(walk: Walk) -> None:
    row = walk.newest(walk.case.referrals.all())
    if not hasattr(walk.story, "pku_meeting"):
        message = "no meeting"
        raise DomainError(message)
    outcome = walk.random.choice(["special_school", "pku_refusal"])
    text = walk.story.decision_text(outcome, "pku")
    pku_decisions.prepare_for_referral(row, text=text, by=walk.anybody("pku_secretary", "chair"))


def _sign(walk: Walk) -> None:
    row = walk.newest(walk.case.pku_decisions.all())
    pku_decisions.sign(row, revision=row.revision, by=walk.anybody("chair", "pku_secretary"))


def _close(walk: Walk) -> None:
    if walk.random.random() < 0.2:
        cases.close_case(walk.case, conclusion="Det går godt.", by=walk.anybody("leader"))
    else:
        cases.close_case(walk.case, conclusion="Nej.", by=walk.anybody("teacher", "plc"))


def _wait(walk: Walk) -> None:
    walk.story.advance(walk.random.choice([1, 5, 20]))


def _cheat(walk: Walk) -> None:
    """Move the level behind the services' back: the database refuses."""
    level = Case.objects.values_list("level", flat=True).get(pk=walk.case.pk)
    wanted = "closed" if level != "closed" else "preventive"
    try:
        with transaction.atomic():
            Case.objects.filter(pk=walk.case.pk).update(level=wanted)
    except DatabaseError as error:
        message = "refused by the database"
        raise DomainError(message) from error
    pytest.fail("the level was moved without a conclusion")


def _next(walk: Walk) -> None:
    """Take the sensible next step of the story."""
    if len(walk.story.done) >= len(STEPS):
        message = "told to the end"
        raise DomainError(message)
    walk.story.take(STEPS[len(walk.story.done)])


MOVES: tuple[Callable[[Walk], None], ...] = (
    _observe, _withdraw_observation, _revise, _use, _ask, _unask, _propose, _approve, _send_back,
    _answer, _take_back, _except, _parent_asks, _sign_ppv, _receive, _hear, _send_hearing,
    _drop_hearing, _answer_hearing, _close_hearing, _decide, _deliver, _to_council, _sparring,
    _submit, _return, _accept, _adjourn, _withdraw_referral, _prepare, _sign, _close, _cheat,
)  # fmt: skip


# What fits the state that the newest row of a kind is in.
FITTING: Mapping[str, Mapping[str, tuple[Callable[[Walk], None], ...]]] = {
    "proposals": {"proposed": (_approve, _send_back, _take_back), "sent_back": (_answer,)},
    "hearings": {
        "draft": (_send_hearing, _drop_hearing),
        "sent": (_answer_hearing, _close_hearing),
    },
    "ppv_requests": {
        "parent_request": (_sign_ppv,),
        "draft": (_sign_ppv,),
        "requested": (_receive,),
    },
    "council_items": {"on_agenda": (_sparring,)},
    "referrals": {
        "draft": (_submit, _withdraw_referral),
        "submitted": (_accept, _return),
        "returned": (_submit, _withdraw_referral),
        "accepted": (_prepare, _adjourn),
    },
    "pku_decisions": {"prepared": (_sign,), "signed": (_deliver,)},
}


def _fitting(walk: Walk) -> Callable[[Walk], None]:
    """Return a move that fits some row's state, or any move at all."""
    found: list[Callable[[Walk], None]] = []
    for rows, moves in FITTING.items():
        state = getattr(walk.case, rows).order_by("pk").values_list("state", flat=True).last()
        found += moves.get(state, ())
    return walk.random.choice(found or MOVES)


def _any(walk: Walk) -> Callable[[Walk], None]:
    dice = walk.random.random()
    if dice < 0.35:
        return _next
    if dice < 0.45:
        return _wait
    return _fitting(walk) if dice < 0.85 else walk.random.choice(MOVES)


def check_law(walk: Walk) -> None:
    """What may never be, whatever was done."""
    case = Case.objects.get(pk=walk.case.pk)
    if case.level == "intervening":
        delivered = PkuDecision.objects.filter(
            case=case, state="delivered", outcome__level_after="intervening"
        ).exists()
        own = Document.objects.filter(
            case=case, kind="decision", delivery__delivered_on__isnull=False
        ).exists()
        assert delivered or own or case.entry_ground
    assert Case.objects.filter(pupil=case.pupil).exclude(level="closed").count() <= 1
    approved = Proposal.objects.filter(case=case, state="approved")
    assert not approved.filter(decided_by=F("proposed_by")).exists()
    assert not approved.exclude(decided_by__username__in=["leader", "deputy", "chief"]).exists()
    for referral in Referral.objects.filter(case=case).exclude(state__in=["draft", "withdrawn"]):
        assert referral.document is not None
        assert SupportDecision.objects.filter(case=case, outcome__code="refer_to_pku").exists()
        assert PPVRequest.objects.filter(case=case, state="reported").exists()
        heard = Hearing.objects.filter(case=case, state="closed").exists()
        assert (
            heard
            or SupportDecision.objects.filter(case=case).exclude(no_hearing_reason="").exists()
        )
    signed = PkuDecision.objects.filter(case=case).exclude(state="prepared")
    assert not signed.filter(Q(signed_by=F("prepared_by")) | Q(complaint_guidance="")).exists()
    assert not signed.exclude(signed_by__username="chair").exists()
    assert not PlanVersion.objects.filter(state="approved", goals=None).exists()


def step(walk: Walk, move: Callable[[Walk], None]) -> bool:
    """Make one move; a refused one leaves nothing behind."""
    before = Act.objects.count()
    try:
        with transaction.atomic():
            if move is _next:
                move(walk)
            else:
                with walk.story.clock(), request_cache.running():
                    move(walk)
    except REFUSALS:
        assert Act.objects.count() == before
        return False
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != "P0001":
            raise
        return False
    # Waiting changes nothing; a plan that has a draft already gives that draft.
    if move not in {_wait, _revise}:
        assert Act.objects.count() > before, f"{move.__name__} is not journalled"
    return True


@pytest.mark.parametrize("part", range(PARTS))
def test_no_walk_reaches_an_illegal_state(cast: Cast, part: int, campaign: int) -> None:
    story = Story(cast).until(STEPS[STEPS.index(BEGINNINGS[0]) - 1])
    for number, begins_at in enumerate(BEGINNINGS):
        story.take(begins_at)
        if number % PARTS != part:
            continue
        for again in range(campaign):
            with rolled_back():
                walk_on(Walk(deepcopy(story), f"{begins_at} {again}"))


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo at the end whatever was done."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def walk_on(walk: Walk) -> None:
    accepted = 0
    for _ in range(LENGTH):
        move = _any(walk)
        done = step(walk, move)
        accepted += done
        walk.log.append(f"{move.__name__}{'' if done else ' (refused)'}")
        if not done:
            # What is refused is undone, so the law holds as it did before.
            continue
        try:
            with walk.story.clock():
                check_law(walk)
        except AssertionError as error:
            error.add_note(f"from {walk.seed}: {' → '.join(walk.log)}")
            raise
    assert accepted >= LENGTH * 0.1
