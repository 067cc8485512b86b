"""Addresses of cases."""

from cases.views import cases, council, documents, hearings, proposals
from haderslev.core.references import page

app_name = "cases"
_CASE = "sager/<str:public_id>/"
urlpatterns = [
    page("sager/", cases.cases),
    page("boern/<str:public_id>/sag/ny/", cases.new_case_for_pupil),
    page("faellesskaber/<str:public_id>/sag/ny/", cases.new_case_for_community),
    page(_CASE, cases.case),
    page(f"{_CASE}afslut/", cases.close),
    page(f"{_CASE}orientering/", cases.inform_parent),
    page(f"{_CASE}tidslinje/", cases.timeline),
    page(f"{_CASE}adgang/", cases.access),
    page(f"{_CASE}adgang/<str:opening>/luk/", cases.close_access),
    # Requirements
    page(f"{_CASE}krav/", proposals.requirements),
    page(f"{_CASE}krav/<slug:step>/spoerg-chefen/", proposals.ask_to_set_aside),
    page(f"{_CASE}krav/<slug:step>/ingen-stillingtagen/", proposals.end_asking),
    page(f"{_CASE}krav/<slug:code>/fravig/", proposals.except_requirement),
    page("fravigelser/<str:public_id>/", proposals.complete_exception),
    page("fravigelser/<str:public_id>/traek-tilbage/", proposals.withdraw_exception),
    # The next level
    page(f"{_CASE}naeste-led/", proposals.next_level),
    page("forslag/<str:public_id>/", proposals.proposal),
    page("forslag/<str:public_id>/godkend/", proposals.approve, "approve_proposal"),
    page("forslag/<str:public_id>/til-chefen/", proposals.ask_chief),
    page("forslag/<str:public_id>/send-tilbage/", proposals.send_back, "send_back_proposal"),
    page("forslag/<str:public_id>/svar/", proposals.answer, "answer_proposal"),
    page("forslag/<str:public_id>/traek-tilbage/", proposals.withdraw, "withdraw_proposal"),
    # Documents
    page(f"{_CASE}dokumenter/", documents.documents),
    page(f"{_CASE}dokumenter/nyt/", documents.record),
    page("papirer/<str:public_id>/ret/", documents.correct_record),
    page("dokumenter/<str:public_id>/", documents.document),
    page("dokumenter/<str:public_id>/pdf/", documents.document_pdf),
    # Letters
    page("breve/", documents.letters),
    page("breve/<str:public_id>/", documents.delivery),
    page("breve/<str:public_id>/ret/", documents.correct_delivery),
    page("breve/<str:public_id>/sendes-ikke/", documents.drop_letter),
    page("breve/<str:public_id>/hent/", documents.fetch_letter),
    # Hearing and decision
    page(f"{_CASE}hoering/ny/", hearings.new_hearing),
    page("hoeringer/<str:public_id>/", hearings.hearing),
    page("hoeringer/<str:public_id>/ret/", hearings.change_hearing),
    page("hoeringer/<str:public_id>/send/", hearings.send_hearing),
    page("hoeringer/<str:public_id>/drop/", hearings.drop_hearing),
    page("hoeringer/<str:public_id>/svar/<int:party>/", hearings.hearing_answer),
    page("hoeringer/<str:public_id>/afslut/", hearings.close_hearing),
    page(f"{_CASE}afgoerelse/ny/", hearings.new_decision),
    page("afgoerelser/<str:public_id>/", hearings.decision),
    # The district council
    page(f"{_CASE}distriktsraad/", council.put_on_council),
    page("droeftelser/", council.council),
    page("droeftelser/<str:public_id>/", council.council_meeting),
    page("droeftelser/<str:public_id>/offentliggoer/", council.publish_agenda),
    page("sparring/<str:public_id>/", council.council_item),
    page("sparring/<str:public_id>/tag-af/", council.withdraw_item),
    page("sparring/<str:public_id>/laest/", council.read_item, "read_council_item"),
    page("sparring/<str:public_id>/ark/", council.council_sheet),
    page("sparring/<str:public_id>/ark/navn/", council.council_name),
    page("sparring/<str:public_id>/skriv/", council.council_sparring),
    page("sparring/<str:public_id>/ide/<str:idea>/", council.council_idea),
]
