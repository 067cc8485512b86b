"""A world with at least one row of every kind, built through the services."""

from django.urls import reverse

from cases.models import Document
from cases.services import documents, gatekeeping
from haderslev.core import clock
from pku.services import received
from tests.people import Cast
from tests.story import Story


def complete_world(cast: Cast) -> Story:
    """Carry one child to the special offer, and leave one of everything beside it."""
    story = Story(cast).until("level_proposed")
    with story.clock():
        gatekeeping.except_requirement(
            story.case, "network_answers_ppv", reason="Familien er bortrejst.", by=cast.leader
        )
        documents.add_record(
            story.case,
            kind="school_statement",
            title="Skoleudtalelse",
            dated=clock.today(),
            holder="ligger i ESDH",
            by=cast.teacher,
        )
    story.until("status_given")
    document = Document.objects.filter(case=story.case).latest("pk")
    back = reverse("cases:documents", args=[story.case.public_id])
    documents.start_job(document, by=cast.teacher, back_url=back)
    received.receive(
        school=cast.school,
        child_name=story.pupil.full_name,
        parent_name="Mother",
        parent_contact="20 20 20 20",
        asked_on=clock.today(),
        words="Jeg vil have undersøgt, hvad mit barn har brug for.",
        by=cast.psychologist,
    )
    return story
