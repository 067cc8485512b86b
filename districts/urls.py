"""Addresses of children, classes and master data."""

from django.urls import path

from districts.views import communities, pupils

app_name = "districts"
urlpatterns = [
    path("elever/", pupils.pupils, name="pupils"),
    path("elever/ny/", pupils.new_pupil, name="new_pupil"),
    path("faellesskaber/", communities.communities, name="communities"),
    path("faellesskaber/<str:public_id>/", communities.community, name="community"),
    path("boern/<str:public_id>/", pupils.pupil, name="pupil"),
    path("boern/<str:public_id>/tidslinje/", pupils.timeline, name="pupil_timeline"),
    path("boern/<str:public_id>/stamdata/", pupils.edit_pupil, name="edit_pupil"),
    path("boern/<str:public_id>/klasse/", pupils.move_pupil, name="move_pupil"),
    path("klasseskift/<str:public_id>/fortryd/", pupils.undo_move, name="undo_move"),
    path("boern/<str:public_id>/cpr/", pupils.reveal_cpr, name="reveal_cpr"),
    path("boern/<str:public_id>/cpr/ret/", pupils.correct_cpr, name="correct_cpr"),
    path("boern/<str:public_id>/foraeldre/ny/", pupils.new_parent, name="new_parent"),
    path(
        "boern/<str:public_id>/foraeldre/<str:holder_id>/",
        pupils.edit_parent,
        name="edit_parent",
    ),
    path(
        "boern/<str:public_id>/foraeldre/<str:holder_id>/ophoer/",
        pupils.end_parent,
        name="end_parent",
    ),
    path(
        "boern/<str:public_id>/foraeldre/<str:holder_id>/adresse/",
        pupils.reveal_address,
        name="reveal_address",
    ),
]
