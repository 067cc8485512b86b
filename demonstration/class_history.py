"""The classes' own courses: two plans, both evaluated; one class moves up and down again."""

from typing import Any

from demonstration.days import school_days
from demonstration.history import History
from demonstration.pku_steps import PkuSteps
from demonstration.plan_steps import Text

LEVELS = ("preventive", "anticipatory")


def of_class(history: History, name: str, text: Text) -> PkuSteps:
    """Add a class's course, as far as its text goes."""
    course = PkuSteps(history.directory, klass=name)
    first = text["preventive"]["days_ago"]
    for place, seen in enumerate(text["observations"]):
        history.at(first, course.observe, {"seen": seen, "kind": "class_log"}, later=2 * place - 6)
    for row in text.get("recent", ()):
        history.at(row["days_ago"], course.observe, row)
    titles = iter(text["title"] if isinstance(text["title"], list) else [text["title"]])
    for level in LEVELS:
        if level in text:
            _plan(history, course, {"title": next(titles), **text[level]}, level)
    case = text.get("case")
    if case is not None:
        _case(history, course, text, case)
    for question in text.get("guidance", ()):
        history.at(question["days_ago"], course.ask, question)
        if "answered_days_ago" in question:
            history.at(question["answered_days_ago"], course.answered, question)
    return course


def _plan(history: History, course: PkuSteps, text: Text, level: str) -> None:
    evaluation = text.get("evaluation")
    days = history.directory.days
    due = days.ahead(text.get("evaluate_in", 11))
    if evaluation:
        due = days.ago(school_days(evaluation["days_ago"]))
    history.at(text["days_ago"], course.team_meeting, text, later=-1)
    history.at(text["days_ago"], course.plan, text, level, due)
    if evaluation:
        history.at(evaluation["days_ago"], course.evaluate, evaluation, level)


def _case(history: History, course: PkuSteps, text: Text, case: Text) -> None:
    """Open the class's case; move it up a level where the text says so, and close it."""
    history.at(case["days_ago"], course.open_case, case)
    if "guidance_question" not in case:
        return
    evaluated = text["preventive"]["evaluation"]["days_ago"]
    asked = _guidance(case)
    history.at(evaluated, course.ask, asked, later=2)
    history.at(evaluated, course.answered, asked, later=9)
    history.at(evaluated, course.read_answer, later=10)
    if "proposal_reason" not in case:
        return
    history.at(evaluated, course.propose, _proposal(case, "proposal_reason"), later=12)
    history.at(evaluated, course.approve, {"decided_note": case["decided_note"]}, later=14)
    if "conclusion" not in case:
        return
    solved = text["anticipatory"]["evaluation"]
    back = {
        "reason": case["way_back_reason"],
        "parents_words": solved["parents_assessment"],
        "child_words": solved["child_assessment"],
    }
    history.at(solved["days_ago"], course.propose, back, later=2)
    history.at(solved["days_ago"], course.approve, {"decided_note": case["way_back_note"]}, later=4)
    history.at(solved["days_ago"], course.close, case, later=6)


def _guidance(case: Text) -> dict[str, Any]:
    return {
        "role": "plc_adviser",
        "question": case["guidance_question"],
        "observed": case["guidance_observed"],
        "verb": "develops",
        "contribution": case["guidance_contribution"],
        "children_involved": case["guidance_children"],
        "parents_involved": case["guidance_parents"],
        "next_level": case.get("next_level", "yes"),
        "next_level_sentence": case["next_level_sentence"],
    }


def _proposal(case: Text, reason: str) -> dict[str, Any]:
    return {
        "reason": case[reason],
        "parents_words": case["proposal_parents_words"],
        "child_words": case["proposal_child_words"],
    }
