"""The referral to PKU – collected material – as a payload of core.pdf.

The child's and the parents' words come before the professionals' conclusions; what is missing is
said. Words that the child does not want the parents to see are left out, and the document does
not say so: parents read a referral.
"""

from datetime import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.models import CouncilItem, Hearing, SupportDecision
from districts.models import CustodyHolder, Institution, Unit
from haderslev.core import clock, legal
from haderslev.core.pdf.document import LANGUAGE
from pku.material import parts
from pku.material.gather import CaseMaterial, gather
from pku.material.parts import Block, Payload, Section
from pku.material.tried import Tried, tried, tried_blocks
from pku.models import ParentView, PPVReport, Referral, ReferralQuestion

_LINES = 3
_WORDS = 60


def referral_payload(referral: Referral, *, made_on: datetime | None = None) -> Payload:
    """Return the material of a referral; the same records give the same payload.

    Args:
        referral: The referral.
        made_on: When the material is collected; else when it was frozen, or now.

    Raises:
        DomainError: The case is a community's.
    """
    with override(LANGUAGE):
        material = gather(referral.case)
        items = tried(material)
        return {
            "kind": "material",
            "title": _("Referral to PKU – collected material"),
            "version": max(referral.version, 1),
            "made_on": (made_on or clock.now()).isoformat(timespec="seconds"),
            **parts.cover(material),
            "sender": _sender(referral, material),
            "recipient": committee_names(),
            "summary": parts.summary(**_summary(referral, material, items)),
            "sections": parts.numbered(_sections(referral, material)),
            "attachments": parts.attachments(material.records),
            "about": _about(referral, material),
        }


def committee_names() -> str:
    """Return PKU's name."""
    units = Unit.objects.filter(kind=Unit.Kind.PKU, ends_on=None).order_by("pk")
    return "\n".join(unit.name for unit in units)


def _sender(referral: Referral, material: CaseMaterial) -> str:
    lines = [material.school]
    if referral.submitted_by is not None:
        lines.append(f"{referral.submitted_by}, {referral.submitted_by.title}")
    return "\n".join(line for line in lines if line)


def _questions() -> list[ReferralQuestion]:
    return list(legal.in_force(ReferralQuestion.objects.all()))


def _answers(referral: Referral) -> dict[str, str]:
    rows = referral.answers.select_related("question")
    return {answer.question.code: answer.text for answer in rows}


def _views(referral: Referral) -> dict[int, ParentView]:
    return {view.custody_holder_id: view for view in referral.parent_views.all()}


def _summary(referral: Referral, material: CaseMaterial, items: list[Tried]) -> Payload:
    answers, views = _answers(referral), _views(referral)
    why = answers.get("why", "")
    parents = [
        f"{holder.name}: {_short(views[holder.pk].text or views[holder.pk].missing_reason)}"
        for holder in material.holders
        if holder.pk in views
    ]
    return {
        "asked": _("A decision on a special offer: %(offer)s")
        % {"offer": referral.wished_offer or _("no particular offer is wished for")},
        "of_whom": committee_names(),
        "why_now": _short(why) or _("The school has not written why the child is referred."),
        "tried": [item.line for item in items[-_LINES:]] or [_("Nothing is recorded as tried.")],
        "child": _short(referral.pupil_view) or _("The child's view is not recorded."),
        "parents": parents or [_("The parents' view is not recorded.")],
        "missing": _missing(referral, material, answers, views),
        "provisional": _short(referral.provisional_reason) if referral.provisional else "",
    }


def _short(text: str) -> str:
    return Truncator(text.strip()).words(_WORDS, truncate=" …")


def _missing(
    referral: Referral,
    material: CaseMaterial,
    answers: dict[str, str],
    views: dict[int, ParentView],
) -> list[str]:
    unanswered = [row.text_da for row in _questions() if not answers.get(row.code)]
    unheard = [holder.name for holder in material.holders if holder.pk not in views]
    lines = [_("No answer to “%(question)s”") % {"question": text} for text in unanswered]
    lines += [_("No view of %(name)s is recorded.") % {"name": name} for name in unheard]
    checks = (
        (referral.pupil_view, _("The pupil's view is not written.")),
        (referral.psychologist_recommendation, _("The psychologist's recommendation is missing.")),
        (_report(referral), _("There is no PPV.")),
        (material.community_stories, _("There is no plan for the learning community.")),
        (material.records, _("No document is listed.")),
    )
    lines += [sentence for found, sentence in checks if not found]
    return lines or [_("Nothing is missing.")]


def _sections(referral: Referral, material: CaseMaterial) -> list[Section]:
    return [
        parts.section("barnets-stemme", _("The child's voice"), _voice(referral, material)),
        parts.section("foraeldre", _("The parents' perspective"), _parents(referral, material)),
        parts.section("syv-spoergsmaal", _("Answers to the seven questions"), _seven(referral)),
        parts.section("tilbud", _("The offer that is wished for"), _offer(referral)),
        parts.section(
            "faellesskabet", _("The learning community"), parts.community_first(material)
        ),
        parts.section("barnet", _("The child's own plans"), parts.childs_plans(material)),
        parts.section("indsatser", _("What has been tried"), tried_blocks(material)),
        parts.section("moeder", _("Meetings and guidance"), parts.meetings(material)),
        parts.section("distriktsraad", _("Sparring in the district council"), _council(referral)),
        parts.section("ppv", _("PPV and the psychologist's recommendation"), _ppv(referral)),
        parts.section(
            "skoleleder", _("The school leader's decision and recommendation"), _leader(referral)
        ),
        parts.section("krav", _("Requirements"), parts.requirement_table(material, "G5")),
        parts.section("tidslinje", _("Timeline"), parts.timeline(material)),
    ]


def _voice(referral: Referral, material: CaseMaterial) -> list[Block]:
    view = parts.said(
        _("The pupil's view of the referral"),
        referral.pupil_view,
        _("The pupil's view is not written."),
    )
    return [*view, *parts.childs_voice(material, for_parents=True)]


def _parents(referral: Referral, material: CaseMaterial) -> list[Block]:
    views = _views(referral)
    blocks = [block for holder in material.holders for block in _view(holder, views)]
    return [*blocks, *_hearing(referral), *parts.parents_perspective(material)]


def _view(holder: CustodyHolder, views: dict[int, ParentView]) -> list[Block]:
    view = views.get(holder.pk)
    title = parts.heading(_("%(name)s on the referral") % {"name": holder.name})
    if view is None:
        return [title, parts.empty(_("No view of %(name)s is recorded.") % {"name": holder.name})]
    if view.text:
        return [title, parts.quote(view.text, str(holder))]
    reason = _("No view is recorded: %(reason)s") % {"reason": view.missing_reason}
    return [title, parts.empty(reason)]


def _hearing(referral: Referral) -> list[Block]:
    hearing = (
        Hearing.objects.filter(case=referral.case, state=Hearing.State.CLOSED)
        .order_by("-closed_on", "-pk")
        .first()
    )
    if hearing is None:
        return [parts.heading(_("Hearing")), parts.empty(_("No hearing is recorded."))]
    rows = [
        [
            party.custody_holder.name,
            party.answer or (_("No remarks") if party.no_remarks else _("No answer")),
            party.reply or "–",
        ]
        for party in hearing.parties.select_related("custody_holder")
    ]
    columns = (_("Party"), _("Answer"), _("The school's reply"))
    title = _("Hearing, closed on %(date)s") % {"date": parts.day(hearing.closed_on)}
    return [parts.heading(_("Hearing")), parts.table(title, columns, rows)]


def _seven(referral: Referral) -> list[Block]:
    answers = _answers(referral)
    missing = _("The school has not answered this question.")
    return [
        block
        for question in _questions()
        for block in parts.said(question.text_da, answers.get(question.code, ""), missing)
    ]


def _offer(referral: Referral) -> list[Block]:
    run_by = ""
    if referral.wished_provider:
        run_by = str(Institution.Provider(referral.wished_provider).label)
    rows = (
        (_("Wished offer"), referral.wished_offer),
        (_("Run by"), run_by),
        (
            _("The parents' consent to a private school"),
            parts.day(referral.private_consent_on),
        ),
        (_("Provisional referral"), referral.provisional_reason if referral.provisional else ""),
    )
    if not any(value for _label, value in rows):
        return [parts.empty(_("School and parents wish for no particular offer."))]
    return [parts.facts(_("The wish of school and parents"), rows)]


def _council(referral: Referral) -> list[Block]:
    items = CouncilItem.objects.filter(case=referral.case, state=CouncilItem.State.ADVISED)
    blocks: list[Block] = []
    for item in items.prefetch_related("ideas").order_by("advised_on", "pk"):
        blocks.append(parts.heading(parts.day(item.advised_on)))
        blocks.append(parts.text(item.sparring))
        rows = [
            [idea.idea, str(idea.get_answer_display()), idea.because or idea.who or "–"]
            for idea in item.ideas.all()
        ]
        if rows:
            columns = (_("Idea"), _("What the school does"), _("Because, or who"))
            blocks.append(parts.table(_("The council's ideas"), columns, rows))
    return blocks or [parts.empty(_("The district council has given no sparring on the case."))]


def _report(referral: Referral) -> PPVReport | None:
    rows = PPVReport.objects.filter(request__case=referral.case, sent_on__isnull=False)
    return rows.select_related("request__psychologist").order_by("-sent_on", "-pk").first()


def _ppv(referral: Referral) -> list[Block]:
    blocks = parts.said(
        _("The psychologist's recommendation to PKU, passed on by the school"),
        referral.psychologist_recommendation,
        _("The psychologist's recommendation is missing."),
    )
    report = _report(referral)
    if report is None:
        return [*blocks, parts.empty(_("There is no PPV."))]
    hours = parts.hours(report.weekly_hours)
    rows = (
        (_("Sent on"), parts.day(report.sent_on)),
        (_("Author"), f"{report.request.psychologist}, {report.author_profession}"),
        (_("What it rests on"), report.basis),
        (_("Competences and potentials"), report.competences),
        (_("Difficulties"), report.difficulties),
        (_("The learning environment"), report.environment),
        (_("The child's perspective"), report.child_perspective),
        (_("The parents' perspective"), report.parents_perspective),
        (_("Conclusion"), report.conclusion),
        (_("Need of support"), str(report.get_need_display())),
        (_("Hours a week"), hours),
        (_("Recommended arrangement"), report.arrangement),
        (_("Recommendations to school and home"), report.recommendations),
    )
    return [*blocks, parts.heading(_("The PPV")), parts.facts(_("What the PPV says"), rows)]


def _leader(referral: Referral) -> list[Block]:
    blocks = parts.said(
        _("The school leader's recommendation"),
        referral.leader_recommendation,
        _("The school leader has written no recommendation."),
    )
    decision = (
        SupportDecision.objects.filter(case=referral.case)
        .select_related("outcome", "signed_by")
        .order_by("-signed_at", "-pk")
        .first()
    )
    if decision is None:
        return [*blocks, parts.empty(_("The school leader has made no decision."))]
    rows = (
        (_("Decision"), decision.outcome.name_da),
        (_("What is decided"), decision.what),
        (_("Signed by"), f"{decision.signed_by}, {parts.day(decision.signed_on)}"),
        (_("Legal basis"), decision.legal_basis),
        (_("Main considerations"), decision.considerations),
        (_("Facts given weight"), decision.facts),
        (_("The parents' views, and the answer to them"), decision.parents_views),
        (_("The child's views, and the weight given to them"), decision.child_views),
    )
    title = parts.heading(_("The school leader's decision"))
    return [*blocks, title, parts.facts(_("What the school leader has decided"), rows)]


def _about(referral: Referral, material: CaseMaterial) -> Payload:
    by = referral.submitted_by or referral.written_by
    return {
        "made_by": ", ".join(part for part in (str(by), by.title, material.school) if part),
        "purpose": _("Decision of PKU on a special offer (folkeskoleloven §§ 12, 20 and 22)."),
        "left_out": parts.left_out(),
        "text": _(
            "Parents and child may ask to read the document "
            "(databeskyttelsesforordningen article 15, forvaltningsloven § 9)."
        ),
    }
