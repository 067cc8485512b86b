"""Addresses of sign-in and of a person's own page. No sign-up, no social accounts, no e-mail."""

from django.urls import include, path

from haderslev.accounts import log, sign_in, views
from haderslev.core.access import form_page, public, signed_in

_sign_in = public(form_page(sign_in.SignIn.as_view()))
_sign_out = public(form_page(sign_in.SignOut.as_view()))
_reauthenticate = signed_in(form_page(sign_in.Reauthenticate.as_view()))
_change_password = signed_in(form_page(sign_in.ChangePassword.as_view()))

_ours = [
    path("log-ind/", _sign_in, name="sign_in"),
    path("log-ind/igen/", _reauthenticate, name="reauthenticate"),
    path("log-ud/", _sign_out, name="sign_out"),
    path("mig/", views.me, name="me"),
    path("mig/adgangskode/", _change_password, name="password_change"),
    path("sprog/", views.set_language, name="set_language"),
    path("log/", log.log, name="log"),
]

# The same addresses under the names by which the sign-in library looks them up itself. They come
# last, so that a request is known by our own names.
_of_the_library = [
    path("log-ind/", _sign_in, name="account_login"),
    path("log-ind/igen/", _reauthenticate, name="account_reauthenticate"),
    path("log-ud/", _sign_out, name="account_logout"),
    path("mig/adgangskode/", _change_password, name="account_change_password"),
]

urlpatterns = [path("", include((_ours, "accounts"))), *_of_the_library]
