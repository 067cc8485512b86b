"""Addresses of children, classes and master data."""

from districts.views import communities, pupils
from haderslev.core.references import page

app_name = "districts"
urlpatterns = [
    page("elever/", pupils.pupils),
    page("elever/ny/", pupils.new_pupil),
    page("faellesskaber/", communities.communities),
    page("faellesskaber/<str:public_id>/", communities.community),
    page("boern/<str:public_id>/", pupils.pupil),
    page("boern/<str:public_id>/tidslinje/", pupils.timeline, "pupil_timeline"),
    page("boern/<str:public_id>/stamdata/", pupils.edit_pupil),
    page("boern/<str:public_id>/klasse/", pupils.move_pupil),
    page("klasseskift/<str:public_id>/fortryd/", pupils.undo_move),
    page("boern/<str:public_id>/cpr/", pupils.reveal_cpr),
    page("boern/<str:public_id>/cpr/ret/", pupils.correct_cpr),
    page("boern/<str:public_id>/foraeldre/ny/", pupils.new_parent),
    page("boern/<str:public_id>/foraeldre/<str:holder_id>/", pupils.edit_parent),
    page("boern/<str:public_id>/foraeldre/<str:holder_id>/ophoer/", pupils.end_parent),
    page("boern/<str:public_id>/foraeldre/<str:holder_id>/adresse/", pupils.reveal_address),
]
