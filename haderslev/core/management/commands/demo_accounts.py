"""Print the accounts of the demonstration."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from haderslev.core.demonstration import PASSWORD, accounts


class Command(BaseCommand):
    """Who can be tried, with the password they all have."""

    help = "Print the accounts of the demonstration and their password."

    def handle(self, *_args: object, **_options: object) -> None:
        """Print a table; refuse where there is no demonstration, for then nobody can be tried."""
        if not settings.DEMO:
            message = (
                "This is not a demonstration (DEMO=1), so there are no demonstration accounts."
            )
            raise CommandError(message)
        width = max(len(account.code) for account in accounts())
        self.stdout.write(f"{'Bruger':<{width}}  Adgangskode  Hvem")
        self.stdout.write(f"{'-' * width}  -----------  {'-' * 40}")
        for account in accounts():
            self.stdout.write(f"{account.code:<{width}}  {PASSWORD:<11}  {account.who}")
