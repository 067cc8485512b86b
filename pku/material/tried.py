"""Interventions tried and the change in the signs: the core of both materials (H-PPV-5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pku.material.gather import CaseMaterial, PlanStory
from pku.material.parts import Block, day, empty, goals_of, heading, table
from plans.models import PlanAction
from plans.models.evaluations import InterventionEffect

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
    def line(self) -> str:
        """The intervention on one line."""
        return f"{self.name} ({self.weeks}): {self.effect}"


def tried(material: CaseMaterial) -> list[Tried]:
    """Return every intervention of the plans in use, with its newest effect.

    Level by level, the community before the child, oldest first.
    """
    found = [item for story in material.stories for item in _of_story(material, story)]
    return sorted(found, key=lambda item: (item.tier, item.of_pupil, item.starts_on, item.key))


def _of_story(material: CaseMaterial, story: PlanStory) -> Iterator[Tried]:
    newest: dict[tuple[int, str], tuple[PlanAction, InterventionEffect | None]] = {}
    for evaluation in reversed(story.evaluations):
        for effect in evaluation.effects.all():
            action = effect.action
            newest.setdefault((action.intervention_id, action.what), (action, effect))
    for action in story.newest.actions.all():
        newest.setdefault((action.intervention_id, action.what), (action, None))
    plan = story.newest.plan
    for action, known in newest.values():
        weeks, words, evaluated = action.weeks, _("Not evaluated yet."), "–"
        if known is not None:
            weeks, words = known.weeks, known.effect
            if not known.carried_out:
                weeks, words = 0, _("Not carried out: %(why)s") % {"why": known.effect}
            conclusion = known.evaluation.get_conclusion_display()
            evaluated = f"{day(known.evaluation.evaluated_on)}: {conclusion}"
        yield Tried(
            name=action.intervention.name_da,
            what=action.what,
            tier=_TIER[plan.level],
            level=f"{_TIER[plan.level]} {plan.get_level_display()}",
            for_whom=_whom(material, story),
            of_pupil=story.of_pupil,
            starts_on=action.starts_on,
            weeks=ngettext("%(weeks)s week", "%(weeks)s weeks", weeks) % {"weeks": weeks},
            who=action.who,
            goals=goals_of(story),
            effect=words,
            evaluation=evaluated,
            key=action.pk,
        )


def _whom(material: CaseMaterial, story: PlanStory) -> str:
    return material.pupil.first_name if story.of_pupil else _("The community")


def tried_blocks(material: CaseMaterial) -> list[Block]:
    """Return the table of interventions and the table of goals and signs."""
    items = tried(material)
    if not items:
        return [empty(_("No intervention of a plan in use is recorded."))]
    columns: tuple[str, ...] = (
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
    signs = [row for story in material.stories for row in _sign_rows(material, story)]
    if not signs:
        return [*blocks, empty(_("No goal has been evaluated yet."))]
    columns = (_("Goal"), _("Sign"), _("Before → after (0–4)"), _("Result"), _("What shows it"))
    moved = table(_("How the signs have moved"), columns, signs)
    return [*blocks, heading(_("Goals and signs")), moved]


def _sign_rows(material: CaseMaterial, story: PlanStory) -> Iterator[list[str]]:
    for evaluation in story.evaluations:
        signs = list(evaluation.version.signs.all())
        for result in evaluation.goal_results.all():
            mine = [sign for sign in signs if sign.goal_id == result.goal_id]
            before = next((sign.baseline for sign in mine if sign.baseline is not None), "–")
            yield [
                f"{_whom(material, story)}: {result.goal.text}",
                "\n".join(sign.text for sign in mine) or "–",
                f"{before} → {result.score}",
                f"{result.get_result_display()}, {day(evaluation.evaluated_on)}",
                result.remark or "–",
            ]
