"""The Celery application."""

import os

from celery import Celery

from haderslev.core import folder_queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haderslev.settings")

folder_queue.register()
app = Celery("haderslev")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["haderslev.core"], related_name="outbox")
app.autodiscover_tasks()  # what the outbox is asked to do
