"""The referral to PKU – collected material – as a payload of core.pdf.

The child's and the parents' words come before the professionals' conclusions; what is missing is
said. Words that the child does not want the parents to see are left out, and the document does
not say so: parents read a referral.
"""

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.models import CouncilItem, Hearing, SupportDecision
from districts.models import Institution, Unit
from haderslev.core import clock, legal
from haderslev.core.pdf.document import LANGUAGE
from pku.material import parts
from pku.material.gather import CaseMaterial, gather
from pku.material.parts import Block, Payload
from pku.models import ParentView, PPVReport, Referral, ReferralQuestion

_LINES = 3
_WORDS = 60


def referral_payload(referral: Referral) -> Payload:
    """Return the material of a referral as it is now; the same records give the same payload."""
    with override(LANGUAGE):
        material = gather(referral.case)
        answers = {
            answer.question.code: answer.text
            for answer in referral.answers.select_related("question")
        }
        views = {view.custody_holder_id: view for view in referral.parent_views.all()}
        questions = list(legal.in_force(ReferralQuestion.objects.all()))
        unanswered = _("The school has not answered this question.")
        seven = [
            block
            for question in questions
            for block in parts.said(question.text_da, answers.get(question.code, ""), unanswered)
        ]
        return {
            "kind": "material",
            "title": _("Referral to PKU – collected material"),
            "version": max(referral.version, 1),
            "made_on": clock.now().isoformat(timespec="seconds"),
            **parts.cover(material, referral.submitted_by),
            "recipient": parts.names_of(Unit.Kind.PKU),
            "summary": _summary(referral, material, questions, answers, views),
            "sections": parts.sections(
                ("barnets-stemme", _("The child's voice"), _voice(referral, material)),
                ("foraeldre", _("The parents' perspective"), _parents(referral, material, views)),
                ("syv-spoergsmaal", _("Answers to the seven questions"), seven),
                ("tilbud", _("The offer that is wished for"), _offer(referral)),
                ("faellesskabet", _("The learning community"), parts.community_first(material)),
                ("barnet", _("The child's own plans"), parts.childs_plans(material)),
                ("indsatser", _("What has been tried"), parts.tried_blocks(material)),
                ("moeder", _("Meetings and guidance"), parts.meetings(material)),
                ("distriktsraad", _("Sparring in the district council"), _council(referral)),
                ("ppv", _("PPV and the psychologist's recommendation"), _ppv(referral)),
                (
                    "skoleleder",
                    _("The school leader's decision and recommendation"),
                    _leader(referral),
                ),
                ("krav", _("Requirements"), parts.requirement_table(material, "G5")),
                ("tidslinje", _("Timeline"), parts.timeline(material)),
            ),
            "attachments": parts.attachments(material.records),
            "about": parts.about(
                material,
                _("Decision of PKU on a special offer (folkeskoleloven §§ 12, 20 and 22)."),
                referral.submitted_by or referral.written_by,
            ),
        }


def _summary(
    referral: Referral,
    material: CaseMaterial,
    questions: list[ReferralQuestion],
    answers: dict[str, str],
    views: dict[int, ParentView],
) -> list[list[object]]:
    wished = referral.wished_offer or _("no particular offer is wished for")
    why = _short(answers.get("why", ""))
    lines = [item.line for item in parts.tried(material)[-_LINES:]]
    parents = [
        f"{holder.name}: {_short(views[holder.pk].text or views[holder.pk].missing_reason)}"
        for holder in material.holders
        if holder.pk in views
    ]
    missing = [
        _("No answer to “%(question)s”") % {"question": row.text_da}
        for row in questions
        if not answers.get(row.code)
    ]
    missing += [
        _("No view of %(name)s is recorded.") % {"name": holder.name}
        for holder in material.holders
        if holder.pk not in views
    ]
    checks = (
        (referral.pupil_view, _("The pupil's view is not written.")),
        (referral.psychologist_recommendation, _("The psychologist's recommendation is missing.")),
        (_report(referral), _("There is no PPV.")),
        (material.community_stories, _("There is no plan for the learning community.")),
        (material.records, _("No document is listed.")),
    )
    missing += [sentence for found, sentence in checks if not found]
    return parts.summary(
        asked=_("A decision on a special offer: %(offer)s") % {"offer": wished},
        of_whom=parts.names_of(Unit.Kind.PKU),
        why_now=why or _("The school has not written why the child is referred."),
        tried=lines or [_("Nothing is recorded as tried.")],
        child=_short(referral.pupil_view) or _("The child's view is not recorded."),
        parents=parents or [_("The parents' view is not recorded.")],
        missing=missing or [_("Nothing is missing.")],
        provisional=_short(referral.provisional_reason) if referral.provisional else "",
    )


def _short(text: str) -> str:
    return Truncator(text.strip()).words(_WORDS, truncate=" …")


def _voice(referral: Referral, material: CaseMaterial) -> list[Block]:
    view = parts.said(
        _("The pupil's view of the referral"),
        referral.pupil_view,
        _("The pupil's view is not written."),
    )
    return [*view, *parts.childs_voice(material, for_parents=True)]


def _parents(
    referral: Referral, material: CaseMaterial, views: dict[int, ParentView]
) -> list[Block]:
    blocks = []
    for holder in material.holders:
        blocks.append(parts.heading(_("%(name)s on the referral") % {"name": holder.name}))
        view = views.get(holder.pk)
        if view is None:
            sentence = _("No view of %(name)s is recorded.") % {"name": holder.name}
            blocks.append(parts.empty(sentence))
        elif view.text:
            blocks.append(parts.quote(view.text, str(holder)))
        else:
            reason = _("No view is recorded: %(reason)s") % {"reason": view.missing_reason}
            blocks.append(parts.empty(reason))
    return [*blocks, *_hearing(referral), *parts.parents_perspective(material)]


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
    rows = (
        (_("Sent on"), parts.day(report.sent_on)),
        (_("Author"), f"{report.request.psychologist}, {report.author_profession}"),
        (_("What it rests on"), report.basis),
        (_("Competences and potentials"), report.competences),
        *parts.named(
            report,
            "difficulties environment child_perspective parents_perspective conclusion",
        ),
        (_("Need of support"), str(report.get_need_display())),
        (_("Hours a week"), parts.hours(report.weekly_hours)),
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
        *parts.named(decision, "legal_basis considerations facts parents_views child_views"),
    )
    title = parts.heading(_("The school leader's decision"))
    return [*blocks, title, parts.facts(_("What the school leader has decided"), rows)]
