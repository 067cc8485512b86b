"""Finding the cast again in a database where it was built."""

from districts.models import LearningCommunity, Pupil, Unit
from haderslev.accounts.models import User
from tests.people import Cast

_UNITS = {
    "Prøvekommune": "town",
    "Distrikt Nord": "north",
    "Distrikt Syd": "south",
    "Nordskolen": "school",
    "Sydskolen": "school2",
    "Mellemtrinsteamet": "team",
    "Indskolingsteamet": "team2",
    "Specialskolen": "offer_unit",
    "Det rådgivende team": "advisory",
    "Familierådgivningen": "family_unit",
    "PKU": "committee",
}
_PUPILS = {"Alma": "child", "Bertil": "child_b", "Clara": "child_c", "Dagmar": "child2"}


def find_cast() -> Cast:
    """Read the cast: four queries."""
    cast = Cast()
    cast.units = {_UNITS[unit.name]: unit for unit in Unit.objects.all() if unit.name in _UNITS}
    cast.people = {user.username: user for user in User.objects.all()}
    names = {"4.A": "klass", "2.B": "klass2"}
    cast.classes = {names[row.name]: row for row in LearningCommunity.objects.all()}
    cast.pupils = {_PUPILS[row.first_name]: row for row in Pupil.objects.all()}
    return cast
