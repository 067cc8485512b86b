"""Addresses of core's pages."""

from django.urls import path

from haderslev.core import views

app_name = "core"
urlpatterns = [
    path("<str:public_id>/", views.job, name="job"),
    path("<str:public_id>/stop/", views.cancel_job, name="cancel_job"),
    path("<str:public_id>/igen/", views.retry_job, name="retry_job"),
]
