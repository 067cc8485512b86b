"""Asking for a right on a case, with a sentence that says who has it."""

from typing import Any

from cases.models import Case
from haderslev.core.errors import NotAllowedError, Words


def require(case: Case, by: Any, perm: str, sentence: Words) -> None:
    """Let the act go on if ``by`` holds ``perm`` on the case.

    Raises:
        NotAllowedError: with the sentence.
    """
    if not Case.objects.permitted(by, perm).filter(pk=case.pk).exists():
        raise NotAllowedError(sentence)
