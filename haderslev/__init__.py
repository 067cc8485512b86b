"""Haderslev: case management for inclusion in a municipality's schools."""

from haderslev.celery import app as celery_app

__all__ = ["celery_app"]
