"""All addresses. Nouns are Danish, because users read them aloud in meetings."""

from django.contrib import admin
from django.urls import include, path

from districts.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("haderslev.accounts.urls")),
    path("", include("districts.urls")),
    path("", include("plans.urls")),
    path("", include("cases.urls")),
    path("", include("pku.urls")),
    path("job/", include("haderslev.core.urls")),
    path("admin/", admin.site.urls),
]

handler403 = "haderslev.core.views.forbidden"
handler404 = "haderslev.core.views.not_found"
