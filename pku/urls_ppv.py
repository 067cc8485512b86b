"""Addresses of the PPV."""

from django.urls import path

from pku.views import ppv, ppv_back, ppv_reports, received

urlpatterns = [
    path("ppv/", ppv.ppv_requests, name="ppv_requests"),
    path("ppv/foraelder-beder/", received.receive_request, name="receive_request"),
    path("ppv/modtaget/<str:public_id>/", received.received_request, name="received_request"),
    path("ppv/modtaget/<str:public_id>/barn/", received.place_request, name="place_request"),
    path("ppv/modtaget/<str:public_id>/skole/", received.send_request_on, name="send_request_on"),
    path("ppv/modtaget/<str:public_id>/svar/", received.leave_request, name="leave_request"),
    path("boern/<str:public_id>/ppv/foraeldre/", ppv.parent_request, name="parent_request"),
    path("sager/<str:public_id>/ppv/ny/", ppv.new_ppv, name="new_ppv"),
    path("ppv/<str:public_id>/", ppv.ppv, name="ppv"),
    path("ppv/<str:public_id>/skriv/", ppv.edit_ppv, name="edit_ppv"),
    path("ppv/<str:public_id>/materiale/", ppv.ppv_material, name="ppv_material"),
    path("ppv/<str:public_id>/underskriv/", ppv.sign_ppv, name="sign_ppv"),
    path("ppv/<str:public_id>/traek-tilbage/", ppv.withdraw_ppv, name="withdraw_ppv"),
    path(
        "ppv/<str:public_id>/foraelder-traekker-tilbage/",
        ppv_back.withdraw_parent_request,
        name="withdraw_parent_request",
    ),
    path("ppv/<str:public_id>/modtag/", ppv_reports.receive_ppv, name="receive_ppv"),
    path("ppv/<str:public_id>/afgiv/", ppv_back.give_back_ppv, name="give_back_ppv"),
    path("ppv/<str:public_id>/afslag/", ppv_back.refuse_ppv, name="refuse_ppv"),
    path("ppv/<str:public_id>/vurdering/", ppv_reports.ppv_report, name="ppv_report"),
    path("ppv/<str:public_id>/send/", ppv_reports.send_ppv, name="send_ppv"),
]
