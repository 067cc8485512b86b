"""Answers accounts' question about children by number."""

from collections.abc import Iterable, Mapping

from districts.models import Pupil


class ChildrenByNumber:
    """See ``haderslev.accounts.ports.Children``."""

    def public_ids(self, pupil_ids: Iterable[int]) -> Mapping[int, str]:
        """Return the public ids. One query."""
        rows = Pupil.objects.filter(pk__in=list(pupil_ids))
        return dict(rows.values_list("pk", "public_id"))

    def internal_id(self, public_id: str) -> int | None:
        """Return the number of a child by its public id, or None."""
        rows = Pupil.objects.filter(public_id=public_id.strip().upper())
        return rows.values_list("pk", flat=True).first()
