"""Moving the level of a case: only approved proposals and delivered decisions do."""

from cases import features
from cases.models import Case
from districts.services import timeline
from haderslev.accounts.models import User
from haderslev.core import clock, journalling


def move_level(case: Case, level_after: str, *, by: User) -> Case:
    """Move a case to a level by the transition that leads there; nothing if it is there.

    A case that was closed while a letter was on its way stays closed.

    Raises:
        TransitionNotAllowed: No transition leads from here to there.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    before = case.level
    if not level_after or level_after == before or not case.is_open:
        return case
    if level_after == Case.Level.INTERVENING:
        case.to_intervening()
    elif level_after == Case.Level.PREVENTIVE:
        case.to_preventive()
    elif before == Case.Level.INTERVENING:
        case.to_home()
    else:
        case.to_anticipatory()
    case.level_since = clock.today()
    case.save(update_fields=["level", "level_since"])
    journalling.act(
        "cases.case.level_changed", case, by=by, data={"from": before, "to": level_after}
    )
    timeline.note(features.LEVEL_CHANGED, case, by=by, detail=Case.Level(level_after))
    return case


def move_by_decision(case: Case, level_after: str, *, by: User) -> Case:
    """Move a case as a delivered decision says: to intervening, or down from there.

    A decision that ends an effort never lifts a case that is lower.
    """
    level = Case.objects.values_list("level", flat=True).get(pk=case.pk)
    if Case.Level.INTERVENING in {level_after, level}:
        return move_level(case, level_after, by=by)
    return case
