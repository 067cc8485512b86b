"""Addresses."""

app_name = "pku"
urlpatterns: list[object] = []
