"""Addresses."""

app_name = "districts"
urlpatterns: list[object] = []
