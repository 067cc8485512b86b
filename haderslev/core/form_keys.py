"""Idempotent forms: the same form sent twice acts once and leads to the same page."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from haderslev.core.errors import DomainError
from haderslev.core.models import FormKey


class AlreadySentError(Exception):
    """This form has acted before; ``redirect`` is where it led."""

    def __init__(self, redirect: str) -> None:
        """Take the address."""
        super().__init__(redirect)
        self.redirect = redirect


def claim(request: HttpRequest) -> FormKey:
    """Take the key of the posted form, inside the transaction of the act.

    A second sender waits here until the first has committed.

    Raises:
        AlreadySentError: The key has been used.
        DomainError: The form has no key.
        Http404: The key belongs to somebody else.
    """
    user: Any = request.user
    try:
        key = str(uuid.UUID(request.POST.get("form_key", "")))
    except ValueError as error:
        message = _("The form has lost its key. Reload the page and send again.")
        raise DomainError(message, code="form-key-missing") from error
    try:
        with transaction.atomic():
            return FormKey.objects.create(key=key, user=user)
    except IntegrityError as error:
        used = FormKey.objects.get(key=key)
        if used.user_id != user.pk:
            raise Http404 from error
        raise AlreadySentError(used.redirect) from error
