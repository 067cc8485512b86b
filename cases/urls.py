"""Addresses of cases."""

from django.urls import path

from cases.views import cases, council, documents, hearings, proposals

app_name = "cases"
_CASE = "sager/<str:public_id>/"
urlpatterns = [
    path("sager/", cases.cases, name="cases"),
    path("boern/<str:public_id>/sag/ny/", cases.new_case_for_pupil, name="new_case_for_pupil"),
    path(
        "faellesskaber/<str:public_id>/sag/ny/",
        cases.new_case_for_community,
        name="new_case_for_community",
    ),
    path(_CASE, cases.case, name="case"),
    path(f"{_CASE}afslut/", cases.close, name="close"),
    path(f"{_CASE}orientering/", cases.inform_parent, name="inform_parent"),
    path(f"{_CASE}tidslinje/", cases.timeline, name="timeline"),
    path(f"{_CASE}adgang/", cases.access, name="access"),
    path(f"{_CASE}adgang/<str:opening>/luk/", cases.close_access, name="close_access"),
    # Requirements
    path(f"{_CASE}krav/", proposals.requirements, name="requirements"),
    path(
        f"{_CASE}krav/<slug:step>/spoerg-chefen/",
        proposals.ask_to_set_aside,
        name="ask_to_set_aside",
    ),
    path(f"{_CASE}krav/<slug:step>/ingen-stillingtagen/", proposals.end_asking, name="end_asking"),
    path(
        f"{_CASE}krav/<slug:code>/fravig/",
        proposals.except_requirement,
        name="except_requirement",
    ),
    path("fravigelser/<str:public_id>/", proposals.complete_exception, name="complete_exception"),
    path(
        "fravigelser/<str:public_id>/traek-tilbage/",
        proposals.withdraw_exception,
        name="withdraw_exception",
    ),
    # The next level
    path(f"{_CASE}naeste-led/", proposals.next_level, name="next_level"),
    path("forslag/<str:public_id>/", proposals.proposal, name="proposal"),
    path("forslag/<str:public_id>/godkend/", proposals.approve, name="approve_proposal"),
    path("forslag/<str:public_id>/til-chefen/", proposals.ask_chief, name="ask_chief"),
    path("forslag/<str:public_id>/send-tilbage/", proposals.send_back, name="send_back_proposal"),
    path("forslag/<str:public_id>/svar/", proposals.answer, name="answer_proposal"),
    path("forslag/<str:public_id>/traek-tilbage/", proposals.withdraw, name="withdraw_proposal"),
    # Documents
    path(f"{_CASE}dokumenter/", documents.documents, name="documents"),
    path(f"{_CASE}dokumenter/nyt/", documents.record, name="record"),
    path("papirer/<str:public_id>/ret/", documents.correct_record, name="correct_record"),
    path("dokumenter/<str:public_id>/", documents.document, name="document"),
    path("dokumenter/<str:public_id>/pdf/", documents.document_pdf, name="document_pdf"),
    # Letters
    path("breve/", documents.letters, name="letters"),
    path("breve/<str:public_id>/", documents.delivery, name="delivery"),
    path("breve/<str:public_id>/ret/", documents.correct_delivery, name="correct_delivery"),
    path("breve/<str:public_id>/sendes-ikke/", documents.drop_letter, name="drop_letter"),
    path("breve/<str:public_id>/hent/", documents.fetch_letter, name="fetch_letter"),
    # Hearing and decision
    path(f"{_CASE}hoering/ny/", hearings.new_hearing, name="new_hearing"),
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
    path(f"{_CASE}afgoerelse/ny/", hearings.new_decision, name="new_decision"),
    path("afgoerelser/<str:public_id>/", hearings.decision, name="decision"),
    # The district council
    path(f"{_CASE}distriktsraad/", council.put_on_council, name="put_on_council"),
    path("droeftelser/", council.council, name="council"),
    path("droeftelser/<str:public_id>/", council.council_meeting, name="council_meeting"),
    path(
        "droeftelser/<str:public_id>/offentliggoer/", council.publish_agenda, name="publish_agenda"
    ),
    path("sparring/<str:public_id>/", council.council_item, name="council_item"),
    path("sparring/<str:public_id>/tag-af/", council.withdraw_item, name="withdraw_item"),
    path("sparring/<str:public_id>/laest/", council.read_item, name="read_council_item"),
    path("sparring/<str:public_id>/ark/", council.council_sheet, name="council_sheet"),
    path("sparring/<str:public_id>/ark/navn/", council.council_name, name="council_name"),
    path("sparring/<str:public_id>/skriv/", council.council_sparring, name="council_sparring"),
    path("sparring/<str:public_id>/ide/<str:idea>/", council.council_idea, name="council_idea"),
]
