"""Addresses of the pedagogical cycle."""

from django.urls import path

from plans.views import observations

app_name = "plans"
urlpatterns = [
    path(
        "faellesskaber/<str:public_id>/observation/ny/",
        observations.new_observation,
        name="new_observation",
    ),
    path("observationer/<str:public_id>/", observations.observation, name="observation"),
    path(
        "observationer/<str:public_id>/ret/",
        observations.correct_observation,
        name="correct_observation",
    ),
    path(
        "observationer/<str:public_id>/traek-tilbage/",
        observations.withdraw_observation,
        name="withdraw_observation",
    ),
]
