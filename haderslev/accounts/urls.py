"""Addresses of sign-in and of a person's own page. No sign-up, no social accounts, no e-mail."""

from django.urls import path

from haderslev.accounts import sign_in, views
from haderslev.core.access import declare, public

app_name = "accounts"

sign_in_view = public(sign_in.SignIn.as_view())
sign_out_view = public(sign_in.SignOut.as_view())
reauthenticate_view = declare(sign_in.Reauthenticate.as_view(), "signed-in")
change_password_view = declare(sign_in.ChangePassword.as_view(), "signed-in")

urlpatterns = [
    path("log-ind/", sign_in_view, name="sign_in"),
    path("log-ind/igen/", reauthenticate_view, name="reauthenticate"),
    path("log-ud/", sign_out_view, name="sign_out"),
    path("mig/", views.me, name="me"),
    path("mig/adgangskode/", change_password_view, name="password_change"),
    path("sprog/", views.set_language, name="set_language"),
]
