"""Guidance (vejledning): asking, answering, withdrawing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.kinds import TimelineKind
from districts.models import (
    CustodyHolder,
    LearningCommunity,
    Opening,
    Pupil,
    Unit,
)
from districts.permissions import Cause, Role
from districts.services import openings, timeline, todos
from districts.services.units import role_group
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from plans import features, ports
from plans.models import Guidance, GuidanceAgreement, Observation, Plan, SharingBasis
from plans.selectors import advisers
from plans.services import TEAM_CAN
from plans.services import plans as plan_service

# The own school's PLC is asked at any level and without approval; the others are not.
_OUTSIDE = frozenset({Role.PRACTICE_ADVISER, Role.PSYCHOLOGIST, Role.FAMILY_COUNSELLOR})
_HIGH_ENOUGH = frozenset({"anticipatory", "intervening"})


@dataclass(frozen=True)
class Agreement:
    """A parent agreed on a date, or there is another basis with its reason.

    Without a holder it is the basis for a child of whom no parent is in the system.
    """

    custody_holder: CustodyHolder | None
    agreed_on: date | None = None
    other_basis: str = ""


def ask(
    *,
    kind: str,
    role: Role,
    question: str,
    closes_on: date,
    pupil: Pupil | None = None,
    community: LearningCommunity | None = None,
    plan: Plan | None = None,
    agreements: Sequence[Agreement] = (),
    names_are_meant: bool = False,
    by: User,
) -> Guidance:
    """Ask an adviser, and open the class or the pupil to the adviser's unit until a date.

    Raises:
        DomainError: Not at this level, no basis, a name where none should be, a wrong date.
        NotAllowedError: ``by`` may not ask here.
    Source: H-CAT-6 … H-CAT-8, H-CAT-11, H-MEET-3.
    """
    with transaction.atomic():
        class_, target = _check_target(kind, pupil, community)
        require(by, "ask_guidance", target, TEAM_CAN)
        unit = advisers.unit_of(role, class_)
        if unit is None:
            raise DomainError(_("Nobody has this role for the school."), field="role")
        _check_level(role, kind, target)
        _check_date(closes_on)
        if plan is not None and plan.target != target:
            raise DomainError(_("This plan is about somebody else."), field="plan")
        if kind == Guidance.Kind.UNNAMED and not names_are_meant:
            _check_names(question, class_)
        basis = _check_basis(role, pupil, agreements)
        opening = _open(target, unit=unit, role=role, basis=basis, until=closes_on, by=by)
        guidance = Guidance.objects.create(
            kind=kind,
            role=role,
            unit=unit,
            community=class_,
            pupil=pupil,
            plan=plan,
            question=question,
            closes_on=closes_on,
            opening=opening,
            asked_by=by,
        )
        if pupil is not None and role in _OUTSIDE:
            GuidanceAgreement.objects.bulk_create(
                GuidanceAgreement(guidance=guidance, **vars(item)) for item in agreements
            )
        plan_service.step_taken(features.ASK_GUIDANCE, target, by=by)
        todos.give(features.ANSWER_GUIDANCE, guidance, role, unit=unit, due_on=closes_on)
        _note(features.GUIDANCE_ASKED, guidance, by)
        data = {"role": role, "kind": kind, "closes_on": str(closes_on)}
        journalling.act("plans.guidance.asked", guidance, by=by, data=data)
    return guidance


def answer(
    guidance: Guidance,
    *,
    observed: str,
    verb: str,
    contribution: str,
    children_involved: str,
    parents_involved: str,
    next_level: str,
    next_level_sentence: str,
    observation: Observation | None = None,
    by: User,
) -> Guidance:
    """Answer a request: what was seen, the contribution to the plan, is the next level needed?

    Raises:
        DomainError: It is answered or withdrawn already.
        NotAllowedError: ``by`` is not of the unit that was asked, or the opening has ended.
    """
    with transaction.atomic():
        row = Guidance.objects.select_for_update(of=("self",)).get(pk=guidance.pk)
        require(by, "answer_guidance", row, _("Only the adviser who was asked can answer."))
        _check_asked(row)
        if observation is not None and observation.author_id != by.pk:
            raise DomainError(_("Choose one of your own observations."), field="observation")
        row.to_answered()
        row.observation, row.observed = observation, observed
        row.verb, row.contribution = verb, contribution
        row.children_involved, row.parents_involved = children_involved, parents_involved
        row.next_level, row.next_level_sentence = next_level, next_level_sentence
        row.answered_by, row.answered_at = by, clock.now()
        row.save()
        todos.done(features.ANSWER_GUIDANCE, about=row, by=by)
        todos.give(features.READ_GUIDANCE, row, Role.TEACHER)
        _note(features.GUIDANCE_ANSWERED, row, by)
        data = {"role": row.role, "verb": verb, "next_level": next_level}
        journalling.act("plans.guidance.answered", row, by=by, data=data)
    return row


def withdraw(guidance: Guidance, *, by: User) -> Guidance:
    """Withdraw a request; the adviser's access ends.

    Raises:
        DomainError: It is answered or withdrawn already.
        NotAllowedError: ``by`` may not ask here.
    """
    with transaction.atomic():
        row = Guidance.objects.select_for_update(of=("self",)).get(pk=guidance.pk)
        require(by, "ask_guidance", row.pupil or row.community, TEAM_CAN)
        _check_asked(row)
        row.to_withdrawn()
        row.save(update_fields=["state"])
        if row.opening is not None:
            openings.close(row.opening, by=by)
        todos.done(features.ANSWER_GUIDANCE, about=row, by=by)
        _note(features.GUIDANCE_WITHDRAWN, row, by)
        journalling.act("plans.guidance.withdrawn", row, by=by)
    return row


def mark_read(guidance: Guidance, *, by: User) -> None:
    """Mark the team's to-do to read the answer as done.

    Raises:
        NotAllowedError: ``by`` may not ask here.
    """
    with transaction.atomic():
        require(by, "ask_guidance", guidance.pupil or guidance.community, TEAM_CAN)
        todos.done(features.READ_GUIDANCE, about=guidance, by=by)
        journalling.act("plans.guidance.read", guidance, by=by)


def _check_target(
    kind: str, pupil: Pupil | None, community: LearningCommunity | None
) -> tuple[LearningCommunity, Pupil | LearningCommunity]:
    named = kind == Guidance.Kind.PUPIL
    if named != (pupil is not None):
        raise DomainError(_("Choose whom it is about."), field="kind")
    class_ = pupil.community if pupil is not None else community
    if class_ is None:
        raise DomainError(_("The pupil is in no class today."))
    return class_, pupil or class_


def _check_level(role: Role, kind: str, target: Pupil | LearningCommunity) -> None:
    """Require level 2; an unnamed child may be any child of the class with such a case."""
    if role not in _OUTSIDE:
        return
    levels = {ports.level_of(target)}
    if kind == Guidance.Kind.UNNAMED:
        levels |= ports.pupil_levels_of(target)
    if not levels & _HIGH_ENOUGH:
        raise DomainError(
            _(
                "Outside the school, guidance is asked for when the case is at level 2."
                " Ask the PLC adviser now; it needs no case. This is the municipality's own rule."
            ),
            code="level",
            field="role",
        )


def _check_date(closes_on: date) -> None:
    longest = legal.days("guidance_longest_days")
    if closes_on < clock.today():
        raise DomainError(_("The date has passed."), field="closes_on")
    if closes_on > clock.days_from_now(longest):
        message = gettext("At most %(days)s days from today.") % {"days": longest}
        raise DomainError(message, field="closes_on")


def _check_names(question: str, community: LearningCommunity) -> None:
    names = advisers.first_names_in(question, community)
    if names:
        message = gettext(
            "These words are also first names of pupils in the class: %(names)s."
            " Write it without a name, or send it as it is."
        )
        raise DomainError(message % {"names": ", ".join(names)}, code="names-found")


def _check_basis(
    role: Role, pupil: Pupil | None, agreements: Collection[Agreement]
) -> SharingBasis:
    if pupil is None:
        return SharingBasis.CLASS
    if role not in _OUTSIDE:
        return SharingBasis.OWN_ADVISER
    _check_all_are_asked(pupil, agreements)
    if any(item.agreed_on and item.agreed_on > clock.today() for item in agreements):
        raise DomainError(_("An agreement can not lie in the future."), code="agreement")
    if any(not item.agreed_on for item in agreements):
        return SharingBasis.OTHER
    return SharingBasis.AGREEMENT


def _check_all_are_asked(pupil: Pupil, agreements: Collection[Agreement]) -> None:
    """Refuse a named child without a basis for each parent, or for the child without parents."""
    holders = set(pupil.custody_holders.current().values_list("pk", flat=True))
    based = [item for item in agreements if item.agreed_on or item.other_basis.strip()]
    if not holders and not any(item.other_basis.strip() for item in based):
        raise DomainError(
            _("No parent is recorded. Write on what basis the child is named, with the reason."),
            code="agreement",
        )
    if not holders <= {item.custody_holder.pk for item in based if item.custody_holder}:
        raise DomainError(
            _("Write for each parent when they agreed, or another basis with its reason."),
            code="agreement",
        )


def _open(
    target: Pupil | LearningCommunity,
    *,
    unit: Unit,
    role: Role,
    basis: SharingBasis,
    until: date,
    by: User,
) -> Opening:
    to, cause = role_group(unit, role), Cause.INVITED
    if isinstance(target, Pupil):
        return openings.open_pupil(target, to=to, cause=cause, basis=basis, closes_on=until, by=by)
    return openings.open_community(target, to=to, cause=cause, basis=basis, closes_on=until, by=by)


def _check_asked(row: Guidance) -> None:
    if row.state != Guidance.State.ASKED:
        raise DomainError(_("This request is answered or withdrawn already."), code="not-asked")


def _note(kind: TimelineKind, guidance: Guidance, by: User) -> None:
    timeline.note(kind, guidance, by=by, detail=Role(guidance.role))
