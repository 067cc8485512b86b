"""What may be done in the pedagogical cycle."""

from django.utils.translation import gettext_lazy as _

TEAM_CAN = _("You may not do this. The team around the class can.")
