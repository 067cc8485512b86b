"""The settings with one app more."""

from haderslev import settings as usual

for _name in filter(str.isupper, dir(usual)):
    globals()[_name] = getattr(usual, _name)
INSTALLED_APPS = ["tests.toy", *usual.INSTALLED_APPS]
ROOT_URLCONF = "tests.toy.urls"
