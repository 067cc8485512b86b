"""Addresses of referral, PKU's decision and special offer."""

from django.urls import path

from pku.views import decisions, meetings, placements, referral_checks, referrals

_REFERRAL = "henvisninger/<str:public_id>/"
_DECISION = "pku/afgoerelser/<str:public_id>/"
_OFFER = "skoletilbud/<str:public_id>/"

urlpatterns = [
    path("sager/<str:public_id>/henvisning/ny/", referrals.new_referral, name="new_referral"),
    path("henvisninger/", referrals.referrals, name="referrals"),
    path(_REFERRAL, referrals.referral, name="referral"),
    path(f"{_REFERRAL}del/<slug:part>/", referrals.referral_part, name="referral_part"),
    path(f"{_REFERRAL}til-skoleleder/", referrals.ready_referral, name="ready_referral"),
    path(f"{_REFERRAL}indsend/", referrals.submit_referral, name="submit_referral"),
    path(f"{_REFERRAL}traek-tilbage/", referrals.withdraw_referral, name="withdraw_referral"),
    path(f"{_REFERRAL}laes/", referrals.referral_read, name="referral_read"),
    # PKU's secretary
    path(f"{_REFERRAL}kvalitetssikring/", referral_checks.check_referral, name="check_referral"),
    path(f"{_REFERRAL}returner/", referral_checks.return_referral, name="return_referral"),
    path(f"{_REFERRAL}moede/", referral_checks.schedule_referral, name="schedule_referral"),
    path(f"{_REFERRAL}udsaet/", referral_checks.adjourn_referral, name="adjourn_referral"),
    path(f"{_REFERRAL}eftersendt/", referral_checks.addendum, name="addendum"),
    path(f"{_REFERRAL}cpr/", referral_checks.referral_cpr, name="referral_cpr"),
    path(f"{_REFERRAL}afgoerelse/", decisions.prepare_decision, name="prepare_decision"),
    # Meetings and decisions
    path("pku/moeder/", meetings.meetings, name="meetings"),
    path("pku/moeder/<str:public_id>/", meetings.meeting, name="meeting"),
    path(_DECISION, decisions.decision, name="decision"),
    path(f"{_DECISION}ret/", decisions.correct_decision, name="correct_decision"),
    path(f"{_DECISION}underskriv/", decisions.sign_decision, name="sign_decision"),
    path(f"{_DECISION}underskriv-i-stedet/", decisions.stand_in, name="stand_in_decision"),
    path(f"{_DECISION}opfoelgning/", decisions.follow_up, name="follow_up"),
    # Special offers
    path("skoletilbud/", placements.placements, name="placements"),
    path(_OFFER, placements.placement, name="placement"),
    path(f"{_OFFER}status/", placements.give_status, name="give_status"),
    path(f"{_OFFER}revisitation/", placements.revisit, name="revisit"),
]
