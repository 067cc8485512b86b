"""Guidance (vejledning): asking, answering, withdrawing."""

from collections.abc import Collection
from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.acts import act
from districts.models import LearningCommunity, Pupil
from districts.permissions import Role
from districts.services import openings, timeline, todos
from districts.services.units import role_group
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from haderslev.core.rows import lock
from plans import features, ports
from plans.models import Guidance, GuidanceAgreement, Observation, Plan, SharingBasis
from plans.selectors import advisers
from plans.services import plans as plan_service

# The own school's PLC is asked at any level and without approval; the others are not.
_OUTSIDE = frozenset({Role.PRACTICE_ADVISER, Role.PSYCHOLOGIST, Role.FAMILY_COUNSELLOR})
_HIGH_ENOUGH = frozenset({"anticipatory", "intervening"})


class Answer(TypedDict):
    """What an adviser answers."""

    observed: str
    verb: str
    contribution: str
    children_involved: str
    parents_involved: str
    next_level: str
    next_level_sentence: str


def ask(
    *,
    kind: str,
    role: Role,
    question: str,
    closes_on: date,
    pupil: Pupil | None = None,
    community: LearningCommunity | None = None,
    plan: Plan | None = None,
    agreements: Collection[GuidanceAgreement] = (),
    names_are_meant: bool = False,
    by: User,
) -> Guidance:
    """Ask an adviser, and open the class or the pupil to the adviser's unit until a date.

    ``agreements`` are rows that are not saved yet.

    Raises:
        DomainError: Not at this level, no basis, a name where none should be, a wrong date.
        NotAllowedError: ``by`` may not ask here.
    Source: H-CAT-6 … H-CAT-8, H-CAT-11, H-MEET-3.
    """
    with transaction.atomic():
        if (kind == Guidance.Kind.PUPIL) != (pupil is not None):
            raise DomainError(_("Choose whom it is about."), field="kind")
        class_ = pupil.community if pupil is not None else community
        if class_ is None:
            raise DomainError(_("The pupil is in no class today."))
        target = pupil or class_
        require(by, "ask_guidance", target)
        unit = advisers.unit_of(role, class_)
        if unit is None:
            raise DomainError(_("Nobody has this role for the school."), field="role")
        if role in _OUTSIDE:
            _check_level(kind, target)
        _check_date(closes_on)
        if plan is not None and plan.target != target:
            raise DomainError(_("This plan is about somebody else."), field="plan")
        if kind == Guidance.Kind.UNNAMED and not names_are_meant:
            _check_names(question, class_)
        basis = _basis(role, pupil, agreements)
        to, cause = role_group(unit, role), features.INVITED
        opening = openings.open_access(
            target, to=to, cause=cause, basis=basis, closes_on=closes_on, by=by
        )
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
            for row in agreements:
                row.guidance = guidance
            GuidanceAgreement.objects.bulk_create(agreements)
        plan_service.step_taken(features.ASK_GUIDANCE, target, by=by)
        todos.give(features.ANSWER_GUIDANCE, guidance, role, unit=unit, due_on=closes_on)
        timeline.note(features.GUIDANCE_ASKED, guidance, by=by, detail=role)
        data = {"role": role, "kind": kind, "closes_on": str(closes_on)}
        journalling.act("plans.guidance.asked", guidance, by=by, data=data)
    return guidance


def _role(guidance: Guidance) -> Role:
    return Role(guidance.role)


@act(
    "plans.guidance.answered",
    right="answer_guidance",
    ends=(features.ANSWER_GUIDANCE,),
    notes=features.GUIDANCE_ANSWERED,
    detail=_role,
    data=("role", "verb", "next_level"),
)
def answer(
    guidance: Guidance,
    *,
    observation: Observation | None = None,
    by: User,
    **answered: Unpack[Answer],
) -> Guidance:
    """Answer a request: what was seen, the contribution to the plan, is the next level needed?

    Raises:
        DomainError: It is answered or withdrawn already.
        NotAllowedError: ``by`` is not of the unit that was asked, or the opening has ended.
    """
    _check_asked(guidance)
    if observation is not None and observation.author_id != by.pk:
        raise DomainError(_("Choose one of your own observations."), field="observation")
    guidance.move(
        Guidance.State.ANSWERED,
        observation=observation,
        answered_by=by,
        answered_at=clock.now(),
        **answered,
    )
    todos.give(features.READ_GUIDANCE, guidance, Role.TEACHER)
    return guidance


@act(
    "plans.guidance.withdrawn",
    right="ask_guidance",
    ends=(features.ANSWER_GUIDANCE,),
    notes=features.GUIDANCE_WITHDRAWN,
    detail=_role,
)
def withdraw(guidance: Guidance, *, by: User) -> Guidance:
    """Withdraw a request; the adviser's access ends.

    Raises:
        DomainError: It is answered or withdrawn already.
    """
    _check_asked(guidance)
    guidance.move(Guidance.State.WITHDRAWN)
    if guidance.opening is not None:
        openings.close(guidance.opening, by=by)
    return guidance


@transaction.atomic
def mark_read(guidance: Guidance, *, by: User) -> Guidance:
    """Record once that the team has read the answer, and end the to-do.

    Raises:
        NotAllowedError: ``by`` is not of the team that asked.
    """
    row = lock(guidance)
    require(by, "ask_guidance", row)
    if todos.done(features.READ_GUIDANCE, about=row, by=by):
        journalling.act("plans.guidance.read", row, by=by)
    return row


def _check_asked(row: Guidance) -> None:
    if row.state != Guidance.State.ASKED:
        raise DomainError(_("This request is answered or withdrawn already."), code="not-asked")


def _check_level(kind: str, target: Pupil | LearningCommunity) -> None:
    """Require level 2; an unnamed child may be any child of the class with such a case."""
    levels = {ports.cases().level_of(target)}
    if kind == Guidance.Kind.UNNAMED and isinstance(target, LearningCommunity):
        levels |= ports.cases().pupil_levels_of(target)
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


def _basis(
    role: Role, pupil: Pupil | None, agreements: Collection[GuidanceAgreement]
) -> SharingBasis:
    """Return on what basis the class or the child is opened; outside the school parents agree.

    Raises:
        DomainError: A parent is left out, or nobody is asked and no other basis is given.
    """
    if pupil is None:
        return SharingBasis.CLASS
    if role not in _OUTSIDE:
        return SharingBasis.OWN_ADVISER
    holders = set(pupil.custody_holders.current().values_list("pk", flat=True))
    based = [item for item in agreements if item.agreed_on or item.other_basis.strip()]
    if not holders and not any(item.other_basis.strip() for item in based):
        raise DomainError(
            _("No parent is recorded. Write on what basis the child is named, with the reason."),
            code="agreement",
        )
    if not holders <= {item.custody_holder_id for item in based}:
        raise DomainError(
            _("Write for each parent when they agreed, or another basis with its reason."),
            code="agreement",
        )
    if any(item.agreed_on and item.agreed_on > clock.today() for item in agreements):
        raise DomainError(_("An agreement can not lie in the future."), code="agreement")
    if any(not item.agreed_on for item in agreements):
        return SharingBasis.OTHER
    return SharingBasis.AGREEMENT
