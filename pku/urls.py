"""Addresses of PPV, referral, PKU's decision and special offer."""

from django.urls import path

from pku.views import decisions, ppv, referrals

_REFERRAL = "henvisninger/<str:public_id>/"
_DECISION = "pku/afgoerelser/<str:public_id>/"
_OFFER = "skoletilbud/<str:public_id>/"

app_name = "pku"
urlpatterns = [
    # PPV
    path("ppv/", ppv.ppv_requests, name="ppv_requests"),
    path("ppv/foraelder-beder/", ppv.receive_request, name="receive_request"),
    path("ppv/modtaget/<str:public_id>/", ppv.received_request, name="received_request"),
    path("ppv/modtaget/<str:public_id>/barn/", ppv.place_request, name="place_request"),
    path("ppv/modtaget/<str:public_id>/skole/", ppv.send_request_on, name="send_request_on"),
    path("ppv/modtaget/<str:public_id>/svar/", ppv.leave_request, name="leave_request"),
    path("boern/<str:public_id>/ppv/foraeldre/", ppv.parent_request, name="parent_request"),
    path("sager/<str:public_id>/ppv/ny/", ppv.new_ppv, name="new_ppv"),
    path("ppv/<str:public_id>/", ppv.ppv, name="ppv"),
    path("ppv/<str:public_id>/skriv/", ppv.edit_ppv, name="edit_ppv"),
    path("ppv/<str:public_id>/materiale/", ppv.ppv_material, name="ppv_material"),
    path("ppv/<str:public_id>/underskriv/", ppv.sign_ppv, name="sign_ppv"),
    path("ppv/<str:public_id>/traek-tilbage/", ppv.withdraw_ppv, name="withdraw_ppv"),
    path(
        "ppv/<str:public_id>/foraelder-traekker-tilbage/",
        ppv.withdraw_parent_request,
        name="withdraw_parent_request",
    ),
    path("ppv/<str:public_id>/modtag/", ppv.receive_ppv, name="receive_ppv"),
    path("ppv/<str:public_id>/afgiv/", ppv.give_back_ppv, name="give_back_ppv"),
    path("ppv/<str:public_id>/afslag/", ppv.refuse_ppv, name="refuse_ppv"),
    path("ppv/<str:public_id>/vurdering/", ppv.ppv_report, name="ppv_report"),
    path("ppv/<str:public_id>/send/", ppv.send_ppv, name="send_ppv"),
    # Referral
    path("sager/<str:public_id>/henvisning/ny/", referrals.new_referral, name="new_referral"),
    path("henvisninger/", referrals.referrals, name="referrals"),
    path(_REFERRAL, referrals.referral, name="referral"),
    path(f"{_REFERRAL}del/<slug:part>/", referrals.referral_part, name="referral_part"),
    path(f"{_REFERRAL}til-skoleleder/", referrals.ready_referral, name="ready_referral"),
    path(f"{_REFERRAL}indsend/", referrals.submit_referral, name="submit_referral"),
    path(f"{_REFERRAL}traek-tilbage/", referrals.withdraw_referral, name="withdraw_referral"),
    path(f"{_REFERRAL}laes/", referrals.referral_read, name="referral_read"),
    # PKU's secretary
    path(f"{_REFERRAL}kvalitetssikring/", referrals.check_referral, name="check_referral"),
    path(f"{_REFERRAL}returner/", referrals.return_referral, name="return_referral"),
    path(f"{_REFERRAL}moede/", referrals.schedule_referral, name="schedule_referral"),
    path(f"{_REFERRAL}udsaet/", referrals.adjourn_referral, name="adjourn_referral"),
    path(f"{_REFERRAL}eftersendt/", referrals.addendum, name="addendum"),
    path(f"{_REFERRAL}cpr/", referrals.referral_cpr, name="referral_cpr"),
    path(f"{_REFERRAL}afgoerelse/", decisions.prepare_decision, name="prepare_decision"),
    # Meetings and decisions
    path("pku/moeder/", referrals.meetings, name="meetings"),
    path("pku/moeder/<str:public_id>/", referrals.meeting, name="meeting"),
    path(_DECISION, decisions.decision, name="decision"),
    path(f"{_DECISION}ret/", decisions.correct_decision, name="correct_decision"),
    path(f"{_DECISION}underskriv/", decisions.sign_decision, name="sign_decision"),
    path(f"{_DECISION}underskriv-i-stedet/", decisions.stand_in, name="stand_in_decision"),
    path(f"{_DECISION}opfoelgning/", decisions.follow_up, name="follow_up"),
    # Special offers
    path("skoletilbud/", decisions.placements, name="placements"),
    path(_OFFER, decisions.placement, name="placement"),
    path(f"{_OFFER}status/", decisions.give_status, name="give_status"),
    path(f"{_OFFER}revisitation/", decisions.revisit, name="revisit"),
]
