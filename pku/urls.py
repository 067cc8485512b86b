"""Addresses of the last stage."""

from pku import urls_committee, urls_ppv

app_name = "pku"
urlpatterns = [
    *urls_ppv.urlpatterns,
    *urls_committee.urlpatterns,
]
