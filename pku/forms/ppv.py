"""Forms of the PPV, and of a parent's request that reaches somebody else than the school."""

from collections.abc import Mapping, Sequence

from django import forms
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cases.forms.cases import InformedForm, informed
from cases.models.documents import Channel
from districts.forms.pupils import CPR_HINT
from districts.models import CustodyHolder, Pupil, Unit
from haderslev.core import clock
from haderslev.core.errors import Words
from haderslev.core.forms import (
    BaseForm,
    BaseModelForm,
    Initial,
    LongText,
    RevisionForm,
    Sent,
)
from pku.models import ParentAsk, PPVDispatch, PPVReport, PPVRequest, ReceivedRequest
from pku.services.ppv import NEEDED, NEEDED_BY_GATE, TEXTS, Ask
from pku.services.ppv_reports import TEXTS as REPORT_TEXTS
from pku.services.ppv_reports import Dispatch
from pku.services.received import schools
from plans.hints import OTHER_PARENT, READABLE

_WHO = PPVRequest.Requester
_OTHER_READS = _("In the parent's own words. The other parent can read what you write here.")


class HalfWritten[Row: Model](BaseModelForm[Row]):
    """A form that can be saved unfinished, without calling optional what is needed in the end.

    Only signing or sending requires all; ``at_once`` are the fields without which nothing is saved.
    """

    at_once: tuple[str, ...] = ("revision",)

    def full_clean(self) -> None:
        """Validate without requiring the others."""
        needed = [
            field
            for name, field in self.fields.items()
            if field.required and name not in self.at_once
        ]
        for field in needed:
            field.required = False
        super().full_clean()
        for field in needed:
            field.required = True


class ParentRequestForm(BaseModelForm[ParentAsk]):
    """A parent's request; when it opens a case, also whether the other parents were informed."""

    class Meta:
        model = ParentAsk
        fields = ("custody_holder", "asked_on", "words", "wants_special")
        labels = {"custody_holder": _("Which parent asks?")}
        widgets = {"custody_holder": forms.RadioSelect}
        help_texts = {"words": _OTHER_READS}

    def __init__(self, data: Sent = None, *, pupil: Pupil) -> None:
        """Offer the child's parents with custody; ``others`` asks about them when a case opens."""
        super().__init__(data)
        self.holders = pupil.custody_holders.current()
        self.choose_from("custody_holder", self.holders)
        self.fields["asked_on"].initial = clock.today()
        self.opens_case = not pupil.cases.open().exists()
        self.others = [
            InformedForm(
                data,
                holder=holder,
                prefix=f"informed-{holder.pk}",
                title=gettext("If %(name)s is not the one who asks") % {"name": holder.name},
                hint=_("The request is recorded even if you leave this empty."),
            )
            for holder in (self.holders if self.opens_case and len(self.holders) > 1 else ())
        ]

    def said(self) -> Mapping[str, object]:
        """Return the request, and what is known of who else was informed."""
        ask = Ask(**{name: self.cleaned_data[name] for name in self.Meta.fields})
        return {"ask": ask, "informed": informed(self.others)}


class WithdrawAskForm(BaseForm):
    """A parent withdraws the request."""

    ask = forms.ModelChoiceField(
        label=_("Which parent's request?"),
        queryset=ParentAsk.objects.none(),
        widget=forms.RadioSelect,
    )
    withdrawn_on = forms.DateField(label=_("When did the parent withdraw it?"))
    withdrawn_how = forms.CharField(
        label=_("How?"),
        max_length=200,
        help_text=_("For example: by message on Aula. Only the parent who asked can withdraw it."),
    )
    words = LongText(_("What did the parent say?"), _OTHER_READS)

    def __init__(self, data: Sent = None, *, request: PPVRequest) -> None:
        super().__init__(data)
        rows = request.asks.filter(withdrawn_on=None).select_related("custody_holder")
        self.choose_from("ask", rows)
        self.fields["ask"].initial = rows.first()
        self.fields["withdrawn_on"].initial = clock.today()


class PPVRequestForm(HalfWritten[PPVRequest]):
    """The part the team writes. It can be saved unfinished; signing requires the rest."""

    requester = forms.ChoiceField(
        label=_("Who asks?"),
        choices=[pair for pair in _WHO.choices if pair[0] != _WHO.PARENTS],
        widget=forms.RadioSelect,
        initial=_WHO.LEADER,
        help_text=_("A parent's own request is recorded on the child's page."),
    )
    ready = forms.BooleanField(
        label=_("It is ready for the school leader's signature"), required=False
    )

    needed = f"{NEEDED} {NEEDED_BY_GATE}".split()
    at_once = ("requester", "problem")
    sections = (
        (_("The question"), ("requester", "problem", "questions")),
        (
            _("Talked over with parents and child"),
            ("consulted_on", "consulted_how", "pupil_view", "parents_view"),
        ),
        (_("The child"), ("resources", "difficulties", "academic", "social", "absence")),
        (_("The school"), ("done_so_far", "school_statement", "school_statement_on")),
    )

    class Meta:
        model = PPVRequest
        fields = (*TEXTS, "revision")
        help_texts = {
            "problem": READABLE,
            "parents_view": _("Write per parent. The other parent can read what you write here."),
            "social": _("What the health nurse has told belongs here."),
            "done_so_far": _("The plans and their evaluations go along by themselves."),
        }

    def __init__(self, data: Sent = None, *, instance: PPVRequest | None = None) -> None:
        """Show the saved texts; an existing request no longer asks who requested it."""
        super().__init__(data, instance=instance)
        if instance is None:
            return
        del self.fields["requester"]
        if instance.state == PPVRequest.State.PARENT_REQUEST:
            # A parent's request is with the leader from the start, who needs none of it.
            del self.fields["ready"]
            for name in self.needed:
                self.fields[name].required = False

    def said(self) -> Mapping[str, object]:
        """Return what is written; who asks of a new request, else the revision that was read."""
        data = self.cleaned_data
        said: dict[str, object] = {
            "texts": {name: data[name] for name in TEXTS},
            "ready": bool(data.get("ready")),
        }
        name = "requester" if "requester" in data else "revision"
        return said | {name: data[name]}


class SignForm(RevisionForm):
    """The leader signs what was read at this revision."""

    against_parents_reason = LongText(
        _("A parent disagrees. Why is a PPV absolutely necessary?"),
        _("Each parent gets a letter with this reason."),
    )

    def __init__(self, data: Sent = None, *, row: PPVRequest, against: bool) -> None:
        """Ask for the reason only where a parent disagrees."""
        names = ("revision", "against_parents_reason")
        super().__init__(data, initial={name: getattr(row, name) for name in names})
        if not against:
            del self.fields["against_parents_reason"]


class RefuseForm(RevisionForm):
    """Why a parent's request is refused, after it was read at this revision."""

    reason = LongText(
        _("Why is it refused?"),
        _("Each parent gets a letter with these words: what you have weighed, and on which facts."),
    )


class GiveBackForm(BaseForm):
    """Why a psychologist gives a request back."""

    reason = LongText(
        _("Why do you give it back?"), _("The school and the one who takes it over can read it.")
    )


class PPVReportForm(HalfWritten[PPVReport]):
    """The PPV. It can be saved unfinished; sending requires the rest."""

    weekly_hours = forms.DecimalField(
        label=_("Hours a week"), max_digits=4, decimal_places=1, min_value=0, required=False
    )

    sections = (
        (_("Basis"), ("author_profession", "basis")),
        (_("Perspectives"), ("child_perspective", "parents_perspective")),
        (_("Assessment"), ("competences", "difficulties", "environment")),
        (
            _("Conclusion and recommendations"),
            ("conclusion", "need", "weekly_hours", "arrangement", "recommendations"),
        ),
    )

    class Meta:
        model = PPVReport
        fields = (*REPORT_TEXTS, "revision")
        widgets = {"need": forms.RadioSelect}
        help_texts = {
            "child_perspective": _(
                "The parents get a copy of the PPV. Write nothing here that the child has said no "
                "to their seeing."
            ),
            "parents_perspective": OTHER_PARENT,
            "conclusion": _("The team reads the conclusion and the recommendations, not the rest."),
        }

    def said(self) -> Mapping[str, object]:
        """Return the texts apart from the revision that was read."""
        texts = dict(self.cleaned_data)
        return {"revision": texts.pop("revision", 0), "texts": texts}


class DispatchForm(BaseModelForm[PPVDispatch]):
    """How and when the PPV went to one recipient."""

    class Meta:
        model = PPVDispatch
        fields = ("channel", "sent_on")
        widgets = {"channel": forms.RadioSelect}

    def __init__(
        self, data: Sent = None, *, prefix: str, title: Words, holder: CustodyHolder | None = None
    ) -> None:
        proposed = {"channel": Channel.DIGITAL_POST, "sent_on": clock.today()}
        super().__init__(data, prefix=prefix, initial=proposed)
        self.title, self.holder = title, holder

    def said(self) -> Mapping[str, object]:
        """Return nothing; ``SendForm`` returns all dispatches together."""
        return {}


class SendForm(RevisionForm):
    """The revision that was read, and the dispatches that are recorded with it."""

    def __init__(
        self, data: Sent = None, *, initial: Initial = None, dispatches: Sequence[DispatchForm]
    ) -> None:
        super().__init__(data, initial=initial)
        self.dispatches = dispatches

    def said(self) -> Mapping[str, object]:
        """Return the revision, and how the PPV went to each recipient."""
        sent = [Dispatch(custody_holder=x.holder, **x.cleaned_data) for x in self.dispatches]
        return {"revision": self.cleaned_data["revision"], "dispatches": sent}


class SchoolField(forms.ModelChoiceField[Unit]):
    """A choice of the schools in operation today."""

    def __init__(self, *, label: StrOrPromise) -> None:
        """Preselect no school."""
        super().__init__(Unit.objects.none(), empty_label=_("Choose a school"), label=label)


class ReceiveRequestForm(BaseModelForm[ReceivedRequest]):
    """What a parent asks for about a child who need not be known here."""

    cpr = forms.CharField(label=_("CPR number"), max_length=13, required=False, help_text=CPR_HINT)
    school = SchoolField(label=_("School"))

    sections = (
        (_("The child"), ("child_name", "cpr", "born_on", "school")),
        (_("The parent"), ("parent_name", "parent_contact")),
        (_("What the parent asks for"), ("asked_on", "words", "wants_special")),
    )

    class Meta:
        model = ReceivedRequest
        fields = (
            "child_name born_on parent_name parent_contact asked_on words wants_special".split()
        )
        help_texts = {
            "born_on": _("If you do not have the CPR number."),
            "parent_contact": _("A telephone number or an e-mail. Write no address here."),
            "words": _OTHER_READS,
        }

    def __init__(self, data: Sent = None) -> None:
        """Offer the schools; most requests are recorded on the day they are made."""
        super().__init__(data)
        self.choose_from("school", schools())
        self.fields["asked_on"].initial = clock.today()


class PlaceRequestForm(ParentRequestForm):
    """Which parent asked, and whether the others were informed; date and words are known."""

    def __init__(self, data: Sent = None, *, row: ReceivedRequest, pupil: Pupil) -> None:
        """Propose the parent with the name that was written down."""
        super().__init__(data, pupil=pupil)
        for name in ("asked_on", "words", "wants_special"):
            del self.fields[name]
        named = row.parent_name.strip().casefold()
        same = [holder.pk for holder in self.holders if holder.name.casefold() == named]
        self.fields["custody_holder"].initial = same[0] if len(same) == 1 else None

    def said(self) -> Mapping[str, object]:
        """Return the parent who asked, and what is known of who else was informed."""
        return {"holder": self.cleaned_data["custody_holder"], "informed": informed(self.others)}


class SendOnForm(BaseForm):
    """Another school."""

    school = SchoolField(label=_("Which school does the child go to?"))

    def __init__(self, data: Sent = None, *, row: ReceivedRequest) -> None:
        super().__init__(data)
        self.choose_from("school", schools().exclude(pk=row.school_id))


class LeaveRequestForm(BaseForm):
    """Why it can not be placed, and how the parent was answered."""

    reason = LongText(
        _("Why can it not be placed?"),
        _("For example: no child of that name goes to a school of the municipality."),
    )
    answered_on = forms.DateField(label=_("When was the parent answered?"))
    answer = LongText(_("What was the parent told, and how?"))

    def __init__(self, data: Sent = None) -> None:
        super().__init__(data)
        self.fields["answered_on"].initial = clock.today()
