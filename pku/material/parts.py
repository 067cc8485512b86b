"""Blocks that a PPV request and a referral share. Text is Danish: call inside ``override("da")``.

A sentence says what is missing; nothing is left blank. A protected address and the last part of
a CPR number never enter the material.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any  # columns of any kind

from django.conf import settings
from django.db.models import Model
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from cases.models import DocumentRecord
from cases.selectors.requirements import requirements
from districts.models import CustodyHolder, Unit
from haderslev.accounts.models import User
from haderslev.core.pdf.document import LANGUAGE
from pku.material.gather import CaseMaterial, PlanStory
from pku.selectors import units_of
from plans.models import PlanAction, Voice
from plans.models.evaluations import InterventionEffect
from plans.models.meetings import MeetingAnswer

# JSON of mixed values; core.pdf checks its shape before it is frozen.
type Payload = dict[str, Any]
type Block = Payload

_MAY_NOT_SEE = Voice.ParentsMaySee.NO
_TIER = {"preventive": 1, "anticipatory": 2, "intervening": 3}


def summary(**values: str | list[str]) -> list[list[object]]:
    """Return label and lines of what the first page says, in their fixed order."""
    labels = {
        "asked": _("What is asked"),
        "of_whom": _("Of whom"),
        "why_now": _("Why now"),
        "tried": _("What has been tried"),
        "child": _("What the child says"),
        "parents": _("What the parents say"),
        "missing": _("What is missing"),
        "provisional": _("Provisional referral"),
    }
    return [[label, values[name]] for name, label in labels.items() if values.get(name)]


def day(value: date | None) -> str:
    """Return a date in Danish words."""
    with override(LANGUAGE):
        return date_format(value, "j. F Y") if value else ""


def hours(value: Decimal | None) -> str:
    """Return hours in Danish notation: 22, or 22,5."""
    return "" if value is None else floatformat(value)


def names_of(kind: Unit.Kind) -> str:
    """Return the names of the units of a kind, one per line."""
    return "\n".join(unit.name for unit in units_of(kind))


def sections(*found: tuple[str, str, Iterable[Block]]) -> list[Payload]:
    """Return identity, title and blocks of each section, numbered in their order."""
    return [
        {"number": place, "id": identity, "title": title, "blocks": list(blocks)}
        for place, (identity, title, blocks) in enumerate(found, start=1)
    ]


def text(value: str) -> Block:
    """Return a paragraph."""
    return {"type": "text", "text": value}


def empty(sentence: str) -> Block:
    """Return the sentence that says what is missing."""
    return {"type": "empty", "text": sentence}


def heading(value: str) -> Block:
    """Return a subheading."""
    return {"type": "subheading", "text": value}


def quote(words: str, by: str) -> Block:
    """Return somebody's own words."""
    return {"type": "quote", "text": words, "by": by}


def listed(items: Iterable[str]) -> Block:
    """Return a list."""
    return {"type": "list", "items": list(items)}


def facts(caption: str, rows: Iterable[tuple[str, str]]) -> Block:
    """Return labels and values; rows without a value are left out."""
    kept = [[label, value] for label, value in rows if value]
    return {"type": "facts", "caption": caption, "rows": kept}


def table(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    tiers: Sequence[int | None] | None = None,
) -> Block:
    """Return a table whose first cell is the row's heading."""
    found: Block = {
        "type": "table",
        "caption": caption,
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "row_header": True,
    }
    if tiers is not None:
        found["tiers"] = list(tiers)
    return found


def named(row: Model, names: str) -> list[tuple[str, Any]]:
    """Return columns under the names they have on the form where they are written."""
    titles = {each.name: capfirst(str(each.verbose_name)) for each in row._meta.concrete_fields}
    return [(titles[name], getattr(row, name)) for name in names.split()]


def said(title: str, value: str, missing: str) -> list[Block]:
    """Return a subheading with its text, or with the sentence that says it is missing."""
    return [heading(title), text(value) if value else empty(missing)]


def cover(material: CaseMaterial, signed_by: User | None = None) -> Payload:
    """Return what every document of the case begins with; a protected address is left out."""
    pupil, language = material.pupil, material.pupil.language
    if pupil.needs_interpreter:
        language = ", ".join(filter(None, [language, _("interpreter needed")]))
    sender = [material.school, f"{signed_by}, {signed_by.title}" if signed_by else ""]
    return {
        "municipality": settings.MUNICIPALITY_NAME,
        "confidential": True,
        "demonstration": settings.DEMO,
        "number": material.case.number,
        "sender": "\n".join(filter(None, sender)),
        "child": {
            "name": pupil.full_name,
            "cpr_masked": pupil.cpr_masked,
            "school": material.school,
            "class_name": material.community.name if material.community else "",
            "home_municipality": pupil.home_municipality,
            "language": language,
            "custody_holders": [_custodian(holder) for holder in material.holders],
        },
    }


def _custodian(holder: CustodyHolder) -> dict[str, str]:
    relation = str(holder.get_relation_display())
    if holder.needs_interpreter:
        relation = _("%(relation)s, interpreter needed") % {"relation": relation}
    return {
        "name": holder.name,
        "relation": relation,
        "address": "" if holder.address_protected else holder.address,
    }


def about(material: CaseMaterial, purpose: str, by: User) -> Payload:
    """Return who made the material, for what, and what it leaves out.

    What is left out never follows from what this child has said or where a parent lives: parents
    read it, and a note that something was left out would reveal what is kept from them.
    """
    return {
        "made_by": ", ".join(filter(None, [str(by), by.title, material.school])),
        "purpose": purpose,
        "left_out": [
            _("The CPR number is masked; those who need it look it up in the case."),
            _("Observations: their text stays in the case, because it can name other children."),
            _("Drafts of plans: only what the team has put into use."),
        ],
        "text": _(
            "Parents and child may ask to read the document "
            "(databeskyttelsesforordningen article 15, forvaltningsloven § 9)."
        ),
    }


def voices(material: CaseMaterial, *, for_parents: bool) -> list[Voice]:
    """Return the child's words in the newest version of each plan, oldest first, each once.

    Nothing the child said no to is ever returned for something addressed to a parent.
    """
    found: dict[tuple[str, str], Voice] = {}
    for story in material.pupil_stories:
        for voice in story.newest.voices.all():
            if not (for_parents and voice.parents_may_see == _MAY_NOT_SEE):
                found[voice.statement, voice.words] = voice
    return sorted(found.values(), key=lambda voice: (voice.gathered_on, voice.pk))


def childs_voice(material: CaseMaterial, *, for_parents: bool = False) -> list[Block]:
    """Return the child's own words, with how and when; those closed to the parents come apart."""
    known = voices(material, for_parents=for_parents)
    shared = [voice for voice in known if voice.parents_may_see != _MAY_NOT_SEE]
    closed = [voice for voice in known if voice.parents_may_see == _MAY_NOT_SEE]
    blocks = [_voice(material, voice) for voice in shared]
    if not known:
        reasons = [story.newest.no_voice_reason for story in material.pupil_stories]
        sentence = _("No words of the child's own are recorded in a plan.")
        for reason in filter(None, reasons):
            sentence = _("The child has not been heard: %(reason)s") % {"reason": reason}
        blocks.append(empty(sentence))
    if closed:
        blocks += [
            heading(_("Not to be passed on to the parents")),
            text(
                _(
                    "The child has said no to the parents seeing the words below. They stand here "
                    "because the assessment starts from the child. Talk with the child before "
                    "they are used; nothing of it goes into letters or talks with the parents."
                )
            ),
            *(_voice(material, voice) for voice in closed),
        ]
    return blocks


def _voice(material: CaseMaterial, voice: Voice) -> Block:
    by = _("%(name)s to “%(statement)s”, %(date)s (%(how)s)") % {
        "name": material.pupil.first_name,
        "statement": voice.get_statement_display(),
        "date": day(voice.gathered_on),
        "how": voice.gathered_how,
    }
    if voice.parents_may_see == Voice.ParentsMaySee.UNKNOWN:
        # Not inside the braces: xgettext does not look there.
        unknown = _("the child does not know whether the parents may see it")
        by = f"{by} · {unknown}"
    return quote(voice.words, by)


def parents_perspective(material: CaseMaterial) -> list[Block]:
    """Return each custody holder's own words, and what each has answered at meetings."""
    blocks: list[Block] = []
    for holder in material.holders:
        blocks.append(heading(f"{holder.name} ({holder.get_relation_display()})"))
        words = [
            item
            for story in material.pupil_stories
            for item in story.newest.perspectives.all()
            if item.custody_holder_id == holder.pk
        ]
        for item in words:
            if item.words:
                plan = _("About the plan “%(plan)s”") % {"plan": item.version.plan.title}
                blocks.append(quote(item.words, plan))
            else:
                reason = _("No words to the plan: %(reason)s") % {"reason": item.missing_reason}
                blocks.append(empty(reason))
        if not words:
            blocks.append(empty(_("No words of this parent are recorded in a plan.")))
        answers = list(_answers_of(material, holder))
        if answers:
            columns = (_("Topic"), _("Answer"), _("Meeting"), _("Remark"))
            blocks.append(table(_("Answers at meetings"), columns, answers))
    if not material.holders:
        blocks.append(empty(_("No parent with custody is recorded.")))
    return blocks


def _answers_of(material: CaseMaterial, holder: CustodyHolder) -> Iterable[list[str]]:
    for meeting in material.meetings:
        for answer in meeting.answers.all():
            if answer.custody_holder_id != holder.pk:
                continue
            words = str(answer.get_answer_display())
            if answer.answer == MeetingAnswer.Answer.SILENT:
                words += f" ({day(answer.first_attempt_on)}, {day(answer.second_attempt_on)})"
            topic = answer.topic_in_words
            yield [topic, words, day(meeting.held_on), answer.remark or "–"]


def community_first(material: CaseMaterial) -> list[Block]:
    """Return the community's plans, before the child's own."""
    blocks: list[Block] = []
    for story in material.community_stories:
        newest = story.newest
        told = filter(None, (day(newest.parents_informed_on), newest.parents_informed_how))
        voices_and_parents = (
            (_("The children's common voice"), newest.common_voice),
            (_("The parents were told"), " · ".join(told)),
        )
        blocks += _plan(story, _("The community's plan"), *voices_and_parents)
    return blocks or [empty(_("No plan for the learning community is in use or has been in use."))]


def childs_plans(material: CaseMaterial) -> list[Block]:
    """Return the child's own plans: context, goals, conclusions."""
    plans = [_plan(story, _("The child's plan")) for story in material.pupil_stories]
    blocks = [block for plan in plans for block in plan]
    return blocks or [empty(_("No plan for the child is in use or has been in use."))]


def _plan(story: PlanStory, caption: str, *more: tuple[str, str]) -> list[Block]:
    newest = story.newest
    rows = (
        (_("Level of the effort"), str(newest.plan.get_level_display())),
        (_("Context"), newest.context),
        (_("Goals"), goals_of(story)),
        *more,
        (_("In use since"), day(story.versions[0].approved_on)),
    )
    evaluations = [
        (
            day(item.evaluated_on),
            str(item.get_conclusion_display()),
            item.reason,
            item.changed_by_child,
        )
        for item in story.evaluations
    ]
    columns = (
        _("Evaluated on"),
        _("Conclusion"),
        _("Reason"),
        _("Done differently because of what the child said"),
    )
    return [
        heading(newest.plan.title),
        facts(caption, rows),
        table(_("Evaluations of the plan"), columns, evaluations)
        if evaluations
        else empty(_("This plan has not been evaluated yet.")),
    ]


def goals_of(story: PlanStory) -> str:
    """Return the goals of the newest version, one per line."""
    return "\n".join(goal.text for goal in story.newest.goals.all())


def meetings(material: CaseMaterial) -> list[Block]:
    """Return the meetings about the child, newest first, and what advisers have answered."""
    blocks: list[Block] = []
    for meeting in material.meetings:
        people = meeting.participants.all()
        rows = (
            (_("Present"), "\n".join(f"{item.name}, {item.role}" for item in people)),
            (_("The child's words"), meeting.child_words),
            (_("The parents' words"), meeting.parents_words),
            (_("Discussed"), meeting.discussion),
            (_("Agreed"), meeting.agreements),
        )
        blocks.append(heading(f"{meeting.get_kind_display()}, {day(meeting.held_on)}"))
        blocks.append(facts(_("What was said and agreed"), rows))
    if not material.meetings:
        blocks.append(empty(_("No meeting about the child is recorded.")))
    if not material.guidance:
        return [*blocks, empty(_("No adviser has answered a request for guidance."))]
    columns = (
        _("Answered on"),
        _("Adviser"),
        _("Contribution"),
        _("Is the next level needed?"),
    )
    answers = [
        (
            day(item.answered_at.date() if item.answered_at else None),
            f"{item.answered_by}, {item.get_role_display()}",
            item.contribution,
            " · ".join(
                filter(None, (str(item.get_next_level_display()), item.next_level_sentence))
            ),
        )
        for item in material.guidance
    ]
    found = table(_("What advisers have answered"), columns, answers)
    return [*blocks, heading(_("Guidance")), found]


def requirement_table(material: CaseMaterial, gate: str) -> list[Block]:
    """Return the requirements of a step, each with its present status."""
    rows = [
        (
            str(row.text),
            str(row.kind_word),
            f"{row.status_word}: {row.because}" if row.because else str(row.status_word),
            "\n".join(str(item.label) for item in row.requirement.evidence) or "–",
        )
        for row in requirements(material.case, gate)
    ]
    if not rows:
        return [empty(_("This step has no requirements."))]
    columns = (_("Requirement"), _("Kind"), _("Status"), _("Shown by"))
    return [
        table(_("Requirements and documentation"), columns, rows),
        text(_("The list shows what is documented. It does not decide what the child needs.")),
    ]


def timeline(material: CaseMaterial) -> list[Block]:
    """Return the child's whole timeline, oldest entry first."""
    if not material.timeline:
        return [empty(_("Nothing is recorded in the timeline."))]
    columns = (_("Date"), _("What happened"), _("Recorded by"))
    rows = [
        (
            day(entry.happened_on),
            f"{entry.label} ({entry.detail})" if entry.detail else str(entry.label),
            entry.recorded_by_name,
        )
        for entry in material.timeline
    ]
    return [table(_("Timeline"), columns, rows)]


def attachments(records: Iterable[DocumentRecord]) -> list[Payload]:
    """Return the papers that belong to the case, numbered."""
    return [
        {
            "number": place,
            "title": record.title,
            "dated": record.dated.isoformat(),
            "kind": str(record.get_kind_display()),
            "holder": record.holder,
        }
        for place, record in enumerate(records, start=1)
    ]


@dataclass(frozen=True)
class Tried:
    """One intervention as it was carried out: its line on the first page, its row in the table.

    ``place`` sorts level by level, the community before the child, oldest first.
    """

    place: tuple[int, bool, date, int]
    line: str
    row: Sequence[str]


def tried(material: CaseMaterial) -> list[Tried]:
    """Return every intervention of the plans in use, with its newest effect."""
    found = [item for story in material.stories for item in _of_story(material, story)]
    return sorted(found, key=lambda item: item.place)


def _of_story(material: CaseMaterial, story: PlanStory) -> Iterator[Tried]:
    newest: dict[tuple[int, str], tuple[PlanAction, InterventionEffect | None]] = {}
    for evaluation in reversed(story.evaluations):
        for effect in evaluation.effects.all():
            action = effect.action
            newest.setdefault((action.intervention_id, action.what), (action, effect))
    for action in story.newest.actions.all():
        newest.setdefault((action.intervention_id, action.what), (action, None))
    plan, since = story.newest.plan, _("from")
    tier = _TIER[plan.level]
    for action, known in newest.values():
        number, words, evaluated = action.weeks, _("Not evaluated yet."), "–"
        if known is not None:
            number, words = known.weeks, known.effect
            if not known.carried_out:
                number, words = 0, _("Not carried out: %(why)s") % {"why": known.effect}
            conclusion = known.evaluation.get_conclusion_display()
            evaluated = f"{day(known.evaluation.evaluated_on)}: {conclusion}"
        name, begins = action.intervention.name_da, day(action.starts_on)
        level = f"{tier} {plan.get_level_display()}"
        weeks = ngettext("%(weeks)s week", "%(weeks)s weeks", number) % {"weeks": number}
        yield Tried(
            place=(tier, story.of_pupil, action.starts_on, action.pk),
            line=f"{name} ({weeks}): {words}",
            row=(
                name,
                f"{level}\n{_whom(material, story)}\n{weeks}, {since} {begins}",
                f"{action.what}\n{action.who}",
                goals_of(story),
                words,
                evaluated,
            ),
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
    tiers = [item.place[0] for item in items]
    blocks = [table(_("What has been tried"), columns, [item.row for item in items], tiers)]
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
