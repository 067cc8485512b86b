"""What toys add to the system."""

from districts.kinds import TimelineKind, TodoKind
from haderslev.core.features import MenuItem, pages

MENU = (MenuItem("toy:toys", "Toys to lend", needs=("view_pupil",), order=900),)
PAGES = pages({"toy:toys": "List of toys", "toy:toy": "Toy of a child"})
LEND = TodoKind("toy.lend", "Lend a toy", "toy:toy")
LENT = TimelineKind("toy.lent", "Toy lent", "view_pupil", "toy:toy")
