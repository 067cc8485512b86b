"""Addresses of PPV, referral, PKU's decision and special offer."""

from haderslev.core.references import page
from pku.views import decisions, ppv, referrals

_REFERRAL = "henvisninger/<str:public_id>/"
_DECISION = "pku/afgoerelser/<str:public_id>/"
_OFFER = "skoletilbud/<str:public_id>/"

app_name = "pku"
urlpatterns = [
    # PPV
    page("ppv/", ppv.ppv_requests),
    page("ppv/foraelder-beder/", ppv.receive_request),
    page("ppv/modtaget/<str:public_id>/", ppv.received_request),
    page("ppv/modtaget/<str:public_id>/barn/", ppv.place_request),
    page("ppv/modtaget/<str:public_id>/skole/", ppv.send_request_on),
    page("ppv/modtaget/<str:public_id>/svar/", ppv.leave_request),
    page("boern/<str:public_id>/ppv/foraeldre/", ppv.parent_request),
    page("sager/<str:public_id>/ppv/ny/", ppv.new_ppv),
    page("ppv/<str:public_id>/", ppv.ppv),
    page("ppv/<str:public_id>/skriv/", ppv.edit_ppv),
    page("ppv/<str:public_id>/materiale/", ppv.ppv_material),
    page("ppv/<str:public_id>/underskriv/", ppv.sign_ppv),
    page("ppv/<str:public_id>/traek-tilbage/", ppv.withdraw_ppv),
    page("ppv/<str:public_id>/foraelder-traekker-tilbage/", ppv.withdraw_parent_request),
    page("ppv/<str:public_id>/modtag/", ppv.receive_ppv),
    page("ppv/<str:public_id>/afgiv/", ppv.give_back_ppv),
    page("ppv/<str:public_id>/afslag/", ppv.refuse_ppv),
    page("ppv/<str:public_id>/vurdering/", ppv.ppv_report),
    page("ppv/<str:public_id>/send/", ppv.send_ppv),
    # Referral
    page("sager/<str:public_id>/henvisning/ny/", referrals.new_referral),
    page("henvisninger/", referrals.referrals),
    page(_REFERRAL, referrals.referral),
    page(f"{_REFERRAL}del/<slug:part>/", referrals.referral_part),
    page(f"{_REFERRAL}til-skoleleder/", referrals.ready_referral),
    page(f"{_REFERRAL}indsend/", referrals.submit_referral),
    page(f"{_REFERRAL}traek-tilbage/", referrals.withdraw_referral),
    page(f"{_REFERRAL}laes/", referrals.referral_read),
    # PKU's secretary
    page(f"{_REFERRAL}kvalitetssikring/", referrals.check_referral),
    page(f"{_REFERRAL}returner/", referrals.return_referral),
    page(f"{_REFERRAL}moede/", referrals.schedule_referral),
    page(f"{_REFERRAL}udsaet/", referrals.adjourn_referral),
    page(f"{_REFERRAL}eftersendt/", referrals.addendum),
    page(f"{_REFERRAL}cpr/", referrals.referral_cpr),
    page(f"{_REFERRAL}afgoerelse/", decisions.prepare_decision),
    # Meetings and decisions
    page("pku/moeder/", referrals.meetings),
    page("pku/moeder/<str:public_id>/", referrals.meeting),
    page(_DECISION, decisions.decision),
    page(f"{_DECISION}ret/", decisions.correct_decision),
    page(f"{_DECISION}underskriv/", decisions.sign_decision),
    page(f"{_DECISION}underskriv-i-stedet/", decisions.stand_in, "stand_in_decision"),
    page(f"{_DECISION}opfoelgning/", decisions.follow_up),
    # Special offers
    page("skoletilbud/", decisions.placements),
    page(_OFFER, decisions.placement),
    page(f"{_OFFER}status/", decisions.give_status),
    page(f"{_OFFER}revisitation/", decisions.revisit),
]
