"""Interventions tried and the change in the signs: the core of both materials (H-PPV-5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pku.material.gather import CaseMaterial, PlanStory
from pku.material.parts import Block, day, empty, goals_of, heading, table
from plans.models import Evaluation, PlanAction

_TIER = {"preventive": 1, "anticipatory": 2, "intervening": 3}


@dataclass(frozen=True)
class Tried:
    """One intervention as it was carried out."""

    name: str
    what: str
    tier: int
    level: str
    for_whom: str
    of_pupil: bool
    starts_on: date
    weeks: str
    who: str
    goals: str
    effect: str
    evaluation: str
    key: int

    @property
    def order(self) -> tuple[int, bool, date, int]:
        """Level by level, the community before the child, oldest first."""
        return (self.tier, self.of_pupil, self.starts_on, self.key)

    @property
    def line(self) -> str:
        """The intervention on one line."""
        return f"{self.name} ({self.weeks}): {self.effect}"


def tried(material: CaseMaterial) -> list[Tried]:
    """Return every intervention of the plans in use, with its newest effect."""
    found = [item for story in material.stories for item in _of_story(material, story)]
    return sorted(found, key=lambda item: item.order)


def _of_story(material: CaseMaterial, story: PlanStory) -> Iterator[Tried]:
    seen: set[tuple[int, str]] = set()
    for evaluation in reversed(story.evaluations):
        for effect in evaluation.effects.all():
            action = effect.action
            if (mark := (action.intervention_id, action.what)) not in seen:
                seen.add(mark)
                weeks = effect.weeks if effect.carried_out else 0
                words = (
                    effect.effect
                    if effect.carried_out
                    else _("Not carried out: %(why)s") % {"why": effect.effect}
                )
                yield _tried(
                    material, story, action, weeks=weeks, effect=words, evaluation=evaluation
                )
    for action in story.newest.actions.all():
        if (action.intervention_id, action.what) not in seen:
            waiting = _("Not evaluated yet.")
            yield _tried(
                material, story, action, weeks=action.weeks, effect=waiting, evaluation=None
            )


def _tried(
    material: CaseMaterial,
    story: PlanStory,
    action: PlanAction,
    *,
    weeks: int,
    effect: str,
    evaluation: Evaluation | None,
) -> Tried:
    plan = story.newest.plan
    concluded = ""
    if evaluation is not None:
        concluded = f"{day(evaluation.evaluated_on)}: {evaluation.get_conclusion_display()}"
    return Tried(
        name=action.intervention.name_da,
        what=action.what,
        tier=_TIER[plan.level],
        level=f"{_TIER[plan.level]} {plan.get_level_display()}",
        for_whom=material.pupil.first_name if story.of_pupil else _("The community"),
        of_pupil=story.of_pupil,
        starts_on=action.starts_on,
        weeks=ngettext("%(weeks)s week", "%(weeks)s weeks", weeks) % {"weeks": weeks},
        who=action.who,
        goals=goals_of(story),
        effect=effect,
        evaluation=concluded or "–",
        key=action.pk,
    )


def tried_blocks(material: CaseMaterial) -> list[Block]:
    """Return the table of interventions and the table of goals and signs."""
    items = tried(material)
    if not items:
        return [empty(_("No intervention of a plan in use is recorded."))]
    columns = (
        _("Effort"),
        _("Level, for whom, period"),
        _("What and who"),
        _("Goal"),
        _("Effect"),
        _("Evaluation"),
    )
    since = _("from")
    rows = [
        [
            item.name,
            f"{item.level}\n{item.for_whom}\n{item.weeks}, {since} {day(item.starts_on)}",
            f"{item.what}\n{item.who}",
            item.goals,
            item.effect,
            item.evaluation,
        ]
        for item in items
    ]
    blocks = [table(_("What has been tried"), columns, rows, [item.tier for item in items])]
    return blocks + _signs(material)


def _signs(material: CaseMaterial) -> list[Block]:
    rows = [row for story in material.stories for row in _sign_rows(material, story)]
    if not rows:
        return [empty(_("No goal has been evaluated yet."))]
    columns = (_("Goal"), _("Sign"), _("Before → after (0–4)"), _("Result"), _("What shows it"))
    return [heading(_("Goals and signs")), table(_("How the signs have moved"), columns, rows)]


def _sign_rows(material: CaseMaterial, story: PlanStory) -> Iterator[list[str]]:
    whom = material.pupil.first_name if story.of_pupil else _("The community")
    for evaluation in story.evaluations:
        signs = list(evaluation.version.signs.all())
        for result in evaluation.goal_results.all():
            mine = [sign for sign in signs if sign.goal_id == result.goal_id]
            before = next((sign.baseline for sign in mine if sign.baseline is not None), None)
            yield [
                f"{whom}: {result.goal.text}",
                "\n".join(sign.text for sign in mine) or "–",
                f"{'–' if before is None else before} → {result.score}",
                f"{result.get_result_display()}, {day(evaluation.evaluated_on)}",
                result.remark or "–",
            ]
