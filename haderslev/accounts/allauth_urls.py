"""The same addresses under the names by which the sign-in library looks them up itself.

Included after ``haderslev.accounts.urls``, so that a request is known by our own names.
"""

from django.urls import path

from haderslev.accounts.urls import (
    change_password_view,
    reauthenticate_view,
    sign_in_view,
    sign_out_view,
)

urlpatterns = [
    path("log-ind/", sign_in_view, name="account_login"),
    path("log-ind/igen/", reauthenticate_view, name="account_reauthenticate"),
    path("log-ud/", sign_out_view, name="account_logout"),
    path("mig/adgangskode/", change_password_view, name="account_change_password"),
]
