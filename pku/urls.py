"""Addresses of the last stage."""

from pku import urls_ppv

app_name = "pku"
urlpatterns = [
    *urls_ppv.urlpatterns,
]
