"""The child's words, by who may read them."""

from django.db.models import QuerySet

from plans.models import PlanVersion, Voice


def voices_for_parents(version: PlanVersion) -> QuerySet[Voice]:
    """Return the child's words that may stand in something addressed to a custody holder.

    What the child does not want the parents to see is left out.
    """
    return version.voices.exclude(parents_may_see=Voice.ParentsMaySee.NO)


def some_kept_from_parents(pupil_id: int) -> bool:
    """Tell whether a plan of the pupil has words that the child does not want the parents to see.

    Only for those who may read the plan: that there are such words is kept from parents too.
    """
    words = Voice.objects.filter(version__plan__pupil=pupil_id)
    return words.filter(parents_may_see=Voice.ParentsMaySee.NO).exists()
