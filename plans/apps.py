"""The pedagogical cycle: observe, plan, evaluate, ask for guidance, meet."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Works without any case: a class or a child may be observed and planned for."""

    name = "plans"
    verbose_name = "Plans"
