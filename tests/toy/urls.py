"""Addresses of toys, beside all the others."""

from django.urls import include, path

from haderslev.urls import handler403, handler404
from haderslev.urls import urlpatterns as others
from tests.toy import views

__all__ = ["handler403", "handler404", "urlpatterns"]

_toys = [
    path("legetoej/", views.toys, name="toys"),
    path("legetoej/<str:public_id>/", views.toy, name="toy"),
]
urlpatterns = [*others, path("", include((_toys, "toy")))]
