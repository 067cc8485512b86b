"""What toys add to the system."""

from districts.kinds import TimelineKind, TodoKind
from districts.permissions import Right, Role
from haderslev.core.features import MenuItem, pages

MENU = (MenuItem("toy:toys", "Toys to lend", needs=("lend_toy",), order=900),)
PAGES = pages({"toy:toys": "List of toys", "toy:toy": "Toy of a child"})
RIGHTS = (Right("lend_toy", "Lend toys", order=900, at=(Role.TEACHER,)),)
LEND = TodoKind("toy.lend", "Lend a toy", "toy:toy")
LENT = TimelineKind("toy.lent", "Toy lent", "view_pupil", "toy:toy")
