"""Addresses of hearing, decision and council; part of cases.urls."""

from django.urls import path

from cases.views import council, decisions, hearings

urlpatterns = [
    path("sager/<str:public_id>/hoering/ny/", hearings.new_hearing, name="new_hearing"),
    path("hoeringer/<str:public_id>/", hearings.hearing, name="hearing"),
    path("hoeringer/<str:public_id>/ret/", hearings.change_hearing, name="change_hearing"),
    path("hoeringer/<str:public_id>/send/", hearings.send_hearing, name="send_hearing"),
    path("hoeringer/<str:public_id>/drop/", hearings.drop_hearing, name="drop_hearing"),
    path(
        "hoeringer/<str:public_id>/svar/<int:party>/",
        hearings.hearing_answer,
        name="hearing_answer",
    ),
    path("hoeringer/<str:public_id>/afslut/", hearings.close_hearing, name="close_hearing"),
    path("sager/<str:public_id>/afgoerelse/ny/", decisions.new_decision, name="new_decision"),
    path("afgoerelser/<str:public_id>/", decisions.decision, name="decision"),
    path("sager/<str:public_id>/distriktsraad/", council.put_on_council, name="put_on_council"),
    path("droeftelser/", council.council, name="council"),
    path("droeftelser/<str:public_id>/", council.council_meeting, name="council_meeting"),
    path(
        "droeftelser/<str:public_id>/offentliggoer/",
        council.publish_agenda,
        name="publish_agenda",
    ),
    path("sparring/<str:public_id>/", council.council_item, name="council_item"),
    path("sparring/<str:public_id>/tag-af/", council.withdraw_item, name="withdraw_item"),
    path("sparring/<str:public_id>/laest/", council.read_item, name="read_council_item"),
    path("sparring/<str:public_id>/ark/", council.council_sheet, name="council_sheet"),
    path("sparring/<str:public_id>/ark/navn/", council.council_name, name="council_name"),
    path("sparring/<str:public_id>/skriv/", council.council_sparring, name="council_sparring"),
    path("sparring/<str:public_id>/ide/<str:idea>/", council.council_idea, name="council_idea"),
]
