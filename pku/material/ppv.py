"""The PPV request – collected material – and the PPV itself, as payloads of core.pdf.

PPR gets the child's words that the parents may not see, because the assessment starts from the
child; they are set apart and marked. No letter to a parent contains them.
"""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from districts.models import Unit
from haderslev.core.pdf.document import LANGUAGE
from pku import features
from pku.material import parts
from pku.material.gather import CaseMaterial, gather
from pku.material.parts import Block, Payload
from pku.models import ParentAsk, PPVReport, PPVRequest
from plans.models.meetings import MeetingAnswer

_LINES = 3
_FEW = 2


def ppv_request_payload(request: PPVRequest, *, made_on: datetime) -> Payload:
    """Return the material of a request; the same records give the same payload."""
    with override(LANGUAGE):
        material = gather(request.case)
        asks = list(request.asks.filter(withdrawn_on=None).select_related("custody_holder"))
        return {
            "kind": "material",
            "title": _("PPV request – collected material"),
            "version": 1,
            "made_on": made_on.isoformat(timespec="seconds"),
            **parts.cover(material, request.signed_by),
            "recipient": parts.names_of(Unit.Kind.ADVISORY_TEAM),
            "summary": _summary(request, material, asks),
            "sections": parts.sections(
                ("barnets-stemme", _("The child's voice"), _voice(request, material)),
                ("foraeldre", _("The parents' perspective"), _parents(request, material, asks)),
                ("faellesskabet", _("The learning community"), parts.community_first(material)),
                ("barnet", _("The child"), _child(request, material)),
                ("indsatser", _("What has been tried"), _tried(request, material)),
                ("moeder", _("Meetings and guidance"), parts.meetings(material)),
                ("spoergsmaal", _("Questions to the psychologist"), _questions(request)),
                ("krav", _("Requirements"), _requirements(request, material)),
                ("tidslinje", _("Timeline"), parts.timeline(material)),
            ),
            "attachments": parts.attachments(material.records),
            "about": parts.about(
                material,
                _("Request for a PPV (folkeskoleloven § 12; bekendtgørelse 693/2014)."),
                request.signed_by or request.recorded_by,
            ),
        }


def _summary(
    request: PPVRequest, material: CaseMaterial, asks: list[ParentAsk]
) -> list[list[object]]:
    items = parts.tried(material)
    asked = [item.words for item in asks] + ([request.questions] if request.questions else [])
    voices = parts.voices(material, for_parents=True)[-_FEW:]
    child = [request.pupil_view] if request.pupil_view else []
    child += [f"“{voice.words}”" for voice in voices]
    lines = [item.line for item in items[-_LINES:]]
    return parts.summary(
        asked=asked or _("A pedagogical-psychological assessment of the child."),
        of_whom=parts.names_of(Unit.Kind.ADVISORY_TEAM),
        why_now=request.problem or _unwritten("problem"),
        tried=lines or [_("No intervention of a plan in use is recorded.")],
        child=child or [_("The child's view is not recorded.")],
        parents=_parents_lines(request, material, asks),
        missing=_missing(request, material, items, asks),
    )


def _parents_lines(request: PPVRequest, material: CaseMaterial, asks: list[ParentAsk]) -> list[str]:
    newest: dict[int, MeetingAnswer] = {}
    for meeting in material.meetings:
        for answer in meeting.answers.all():
            if answer.topic == features.PPV_TOPIC.code:
                newest.setdefault(answer.custody_holder_id, answer)
    lines = [
        f"{holder.name}: {newest[holder.pk].get_answer_display()}"
        for holder in material.holders
        if holder.pk in newest
    ]
    lines += [
        _("%(name)s has asked for the PPV, %(date)s")
        % {"name": item.custody_holder.name, "date": parts.day(item.asked_on)}
        for item in asks
    ]
    if request.parents_view:
        lines.append(request.parents_view)
    return lines or [_("The parents' view is not recorded.")]


def _missing(
    request: PPVRequest, material: CaseMaterial, items: list[parts.Tried], asks: list[ParentAsk]
) -> list[str]:
    checks = (
        (request.consulted_on, _("The consultation with parents and child is not recorded.")),
        (request.questions or asks, _unwritten("questions")),
        (request.pupil_view, _unwritten("pupil_view")),
        (request.done_so_far or items, _("What has been tried is not described.")),
        (parts.voices(material, for_parents=False), _("The child's own words are missing.")),
        (material.community_stories, _("There is no plan for the learning community.")),
        (request.school_statement, _unwritten("school_statement")),
    )
    return [sentence for found, sentence in checks if not found] or [
        _("Nothing that is asked for here is missing.")
    ]


def _voice(request: PPVRequest, material: CaseMaterial) -> list[Block]:
    view = _titled(request, "pupil_view", _("The child's view of the PPV"))
    return [*parts.childs_voice(material, for_parents=False), *view]


def _titled(request: PPVRequest, name: str, title: str) -> list[Block]:
    return parts.said(title, getattr(request, name), _unwritten(name))


def _unwritten(name: str) -> str:
    """Return what the document says where nothing is written."""
    sentences = {
        "problem": _("The school has not written why PPV is asked for."),
        "questions": _("No questions to the psychologist are written."),
        "pupil_view": _("The child's view of the PPV is not written."),
        "parents_view": _("No remarks of the parents to this request are written."),
        "school_statement": _("There is no statement from the school."),
    }
    return sentences[name]


def _parents(request: PPVRequest, material: CaseMaterial, asks: list[ParentAsk]) -> list[Block]:
    blocks = []
    for ask in asks:
        names = {"name": ask.custody_holder.name, "date": parts.day(ask.asked_on)}
        blocks.append(parts.heading(_("The parent's own request for PPV")))
        blocks.append(parts.quote(ask.words, _("%(name)s, %(date)s") % names))
        if ask.wants_special:
            wish = _("Wishes support over the threshold, a special class or a special school.")
            blocks.append(parts.text(wish))
    return [
        *blocks,
        *parts.parents_perspective(material),
        *_titled(request, "parents_view", _("The parents' remarks to this request")),
    ]


def _child(request: PPVRequest, material: CaseMaterial) -> list[Block]:
    blocks = [
        block
        for title, words in parts.named(request, "resources difficulties academic social absence")
        for block in parts.said(title, words, _("Nothing is written about this."))
    ]
    return [*blocks, *parts.childs_plans(material)]


def _tried(request: PPVRequest, material: CaseMaterial) -> list[Block]:
    done = [parts.text(request.done_so_far)] if request.done_so_far else []
    return [*done, *parts.tried_blocks(material)]


def _questions(request: PPVRequest) -> list[Block]:
    statement = _("The school's statement")
    if request.school_statement_on is not None:
        dated = {"date": parts.day(request.school_statement_on)}
        statement = _("The school's statement, %(date)s") % dated
    return [
        *_titled(request, "problem", _("Why PPV is asked for")),
        *_titled(request, "questions", _("Questions")),
        *_titled(request, "school_statement", statement),
    ]


def _requirements(request: PPVRequest, material: CaseMaterial) -> list[Block]:
    signed = f"{request.signed_by}, {parts.day(request.signed_on)}" if request.signed_by else ""
    rows = (
        (_("Who asks"), str(request.get_requester_display())),
        (_("Consultation held"), parts.day(request.consulted_on)),
        (_("Consultation held how"), request.consulted_how),
        (
            _("Why PPV is absolutely necessary although a parent disagrees"),
            request.against_parents_reason,
        ),
        (_("Signed by"), signed),
    )
    return [parts.facts(_("The request"), rows), *parts.requirement_table(material, "G3")]


def ppv_report_payload(report: PPVReport, *, made_on: datetime) -> Payload:
    """Return the PPV as it is sent: to the school leader, with a copy to each parent."""
    request = report.request
    author, team = report.author_profession, parts.names_of(Unit.Kind.ADVISORY_TEAM)
    with override(LANGUAGE):
        material = gather(request.case)
        recipients = [_("The school leader, %(school)s") % {"school": material.school}]
        recipients += [_("Copy to %(name)s") % {"name": each.name} for each in material.holders]
        written = (
            ("barnets-perspektiv", _("The child's perspective"), report.child_perspective),
            ("foraeldre", _("The parents' perspective"), report.parents_perspective),
            ("grundlag", _("What it rests on"), report.basis),
            ("kompetencer", _("Competences and potentials"), report.competences),
            ("vanskeligheder", _("Difficulties"), report.difficulties),
            ("laeringsmiljoe", _("The learning environment"), report.environment),
            ("konklusion", _("Conclusion"), report.conclusion),
            ("ordning", _("Need of support and recommended arrangement"), _arrangement(report)),
            ("anbefalinger", _("Recommendations to school and home"), report.recommendations),
        )
        nothing = parts.empty(_("Nothing is written about this."))
        left_out = _("The CPR number is masked; those who need it look it up in the case.")
        return {
            # The layout of a request: cover, numbered sections, attachments, colophon.
            "kind": "material",
            "title": _("Pedagogical-psychological assessment (PPV)"),
            "version": 1,
            "made_on": made_on.isoformat(timespec="seconds"),
            **parts.cover(material),
            "sender": f"{request.psychologist}\n{author}\n{team}",
            "recipient": "\n".join(recipients),
            "sections": parts.sections(
                *(
                    (identity, title, [parts.text(words) if words else nothing])
                    for identity, title, words in written
                )
            ),
            "attachments": [],
            "about": {
                "made_by": f"{request.psychologist}, {author}",
                "purpose": _("The school leader's decision on support (folkeskoleloven § 12)."),
                "left_out": [left_out],
            },
        }


def _arrangement(report: PPVReport) -> str:
    need = str(report.get_need_display())
    if report.weekly_hours is not None:
        hours = _("%(hours)s hours a week") % {"hours": parts.hours(report.weekly_hours)}
        need = f"{need} · {hours}"
    return f"{need}\n\n{report.arrangement}"
