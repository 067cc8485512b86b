"""Forms of the PPV."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models.hearings import Channel
from cases.services.cases import Informed
from districts.models import CustodyHolder
from haderslev.core import clock
from haderslev.core.errors import Words
from haderslev.core.forms import BaseForm, FieldGroup, Initial, Sent
from pku.models import ParentAsk, PPVReport, PPVRequest
from pku.services.ppv import TEXTS, Ask
from pku.services.ppv_endings import Withdrawal
from pku.services.ppv_reports import TEXTS as REPORT_TEXTS
from pku.services.ppv_reports import Dispatch
from plans.forms.plans import OTHER_PARENT

READABLE = _("Write so that the parents can read it. They have a right to see it.")


def _area(label: Any, *, hint: Any = "", rows: int = 4, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class HalfWritten(BaseForm):
    """A form that can be saved unfinished, without calling optional what is needed in the end."""

    needed: tuple[str, ...] = ()

    def __init__(self, data: Sent = None, *, initial: Initial = None) -> None:
        """Mark the needed fields as required."""
        super().__init__(data, initial=initial)
        self._need(needed=True)

    def full_clean(self) -> None:
        """Validate without requiring them; signing or sending does that."""
        self._need(needed=False)
        super().full_clean()
        self._need(needed=True)

    def _need(self, *, needed: bool) -> None:
        for name in self.needed:
            if name in self.fields:
                self.fields[name].required = needed


class ParentRequestForm(BaseForm):
    """A parent's request; when it opens a case, also whether the other parents were informed."""

    custody_holder = forms.ModelChoiceField(
        label=_("Which parent asks?"),
        queryset=CustodyHolder.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    asked_on = forms.DateField(label=_("When did the parent ask?"))
    words = forms.CharField(
        label=_("What does the parent ask for?"),
        help_text=_("In the parent's own words. The other parent can read what you write here."),
        widget=forms.Textarea,
    )
    wants_special = forms.BooleanField(
        label=_(
            "The parent wishes support over the threshold, a special class or a special school"
        ),
        required=False,
    )

    def __init__(
        self, data: Sent = None, *, holders: Iterable[CustodyHolder], opens_case: bool
    ) -> None:
        """Offer the child's parents with custody; ask about the others when a case opens."""
        super().__init__(data)
        self.holders = list(holders)
        field = self.fields["custody_holder"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = CustodyHolder.objects.filter(pk__in=[row.pk for row in self.holders])
        self.fields["asked_on"].initial = clock.today()
        self.told = self.holders if opens_case and len(self.holders) > 1 else []
        for holder in self.told:
            self._add_told(holder)

    def groups(self) -> Iterator[FieldGroup]:
        """Yield the request first, then one group for each parent who may have to be informed."""
        visible = {field.name: field for field in self.visible_fields()}
        told = [(self._told_title(row), self._told_names(row)) for row in self.told]
        apart = {name for _title, names in told for name in names}
        asked = [field for name, field in visible.items() if name not in apart]
        yield FieldGroup(str(_("The request")) if told else "", asked)
        for title, names in told:
            yield FieldGroup(str(title), [visible[name] for name in names])

    def _told_title(self, holder: CustodyHolder) -> str:
        return _("If %(name)s is not the one who asks") % {"name": holder.name}

    def _told_names(self, holder: CustodyHolder) -> tuple[str, str, str]:
        return (f"told_on_{holder.pk}", f"told_how_{holder.pk}", f"not_told_{holder.pk}")

    def _add_told(self, holder: CustodyHolder) -> None:
        on, how, why = self._told_names(holder)
        self.add_field(on, forms.DateField(label=_("Told on"), required=False))
        self.add_field(how, forms.CharField(label=_("Told how"), max_length=200, required=False))
        self.add_field(
            why,
            forms.CharField(
                label=_("Or why not"),
                max_length=300,
                required=False,
                help_text=_("The request is recorded even if you leave this empty."),
            ),
        )

    def said(self) -> Mapping[str, object]:
        """Return the request, and whether the other parents were informed."""
        names = ("custody_holder", "asked_on", "words", "wants_special")
        ask = Ask(**{name: self.cleaned_data[name] for name in names})
        return {"ask": ask, "informed": self.informed()}

    def informed(self) -> list[Informed]:
        """Return what is known about the others; without it the case's own rule applies."""
        found = []
        for holder in self.told:
            on, how, why = (self.cleaned_data.get(name) for name in self._told_names(holder))
            if (on and how) or why:
                found.append(
                    Informed(
                        custody_holder=holder,
                        told_on=on if how else None,
                        told_how=how if on and how else "",
                        not_told_reason=why or "",
                    )
                )
        return found


class WithdrawAskForm(BaseForm):
    """A parent withdraws the request."""

    ask = forms.ModelChoiceField(
        label=_("Which parent's request?"),
        queryset=ParentAsk.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    withdrawn_on = forms.DateField(label=_("When did the parent withdraw it?"))
    withdrawn_how = forms.CharField(
        label=_("How?"),
        max_length=200,
        help_text=_("For example: by message on Aula. Only the parent who asked can withdraw it."),
    )
    words = forms.CharField(
        label=_("What did the parent say?"),
        help_text=_("In the parent's own words. The other parent can read what you write here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Sent = None, *, request: PPVRequest) -> None:
        """Offer the requests that are not withdrawn."""
        super().__init__(data)
        field = self.fields["ask"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        rows = request.asks.filter(withdrawn_on=None).select_related("custody_holder")
        field.queryset = rows
        field.initial = rows.first()
        self.fields["withdrawn_on"].initial = clock.today()

    def said(self) -> Mapping[str, object]:
        """Return what the parent said."""
        return {"withdrawal": Withdrawal(**self.cleaned_data)}


class PPVRequestForm(HalfWritten):
    """The part the team writes. It can be saved unfinished; signing requires the rest."""

    requester = forms.ChoiceField(
        label=_("Who asks?"),
        choices=[
            choice
            for choice in PPVRequest.Requester.choices
            if choice[0] != PPVRequest.Requester.PARENTS
        ],
        widget=forms.RadioSelect,
        initial=PPVRequest.Requester.LEADER,
        help_text=_("A parent's own request is recorded on the child's page."),
    )
    problem = _area(_("Why do you ask for a PPV?"), hint=READABLE, required=True)
    questions = _area(_("What shall the psychologist answer?"))
    consulted_on = forms.DateField(
        label=_("When did you talk it over with parents and child (samråd)?"), required=False
    )
    consulted_how = forms.CharField(label=_("How, and with whom?"), max_length=200, required=False)
    pupil_view = _area(_("What does the child say to it?"), rows=3)
    parents_view = _area(
        _("What do the parents say to it?"),
        hint=_("Write per parent. The other parent can read what you write here."),
        rows=3,
    )
    resources = _area(_("Strengths and resources"))
    difficulties = _area(_("Difficulties"))
    academic = _area(_("Danish and mathematics"), rows=3)
    social = _area(
        _("Language, social life, body and health"),
        hint=_("What the health nurse has told belongs here."),
        rows=3,
    )
    absence = forms.CharField(label=_("Absence"), max_length=200, required=False)
    done_so_far = _area(
        _("What has been done, for how long, with what effect?"),
        hint=_("The plans and their evaluations go along by themselves."),
    )
    school_statement = _area(_("The school's statement"), rows=3)
    school_statement_on = forms.DateField(label=_("Statement dated"), required=False)
    ready = forms.BooleanField(
        label=_("It is ready for the school leader's signature"), required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    needed: tuple[str, ...] = (
        "questions",
        "consulted_on",
        "consulted_how",
        "pupil_view",
        "parents_view",
        "resources",
        "difficulties",
        "academic",
        "done_so_far",
    )
    sections = (
        (_("The question"), ("requester", "problem", "questions")),
        (
            _("Talked over with parents and child"),
            ("consulted_on", "consulted_how", "pupil_view", "parents_view"),
        ),
        (_("The child"), ("resources", "difficulties", "academic", "social", "absence")),
        (_("The school"), ("done_so_far", "school_statement", "school_statement_on")),
    )

    def __init__(self, data: Sent = None, *, existing: PPVRequest | None = None) -> None:
        """Show the saved texts; an existing request no longer asks who requested it."""
        initial = None
        if existing is not None:
            initial = {name: getattr(existing, name) for name in (*TEXTS, "revision")}
        super().__init__(data, initial=initial)
        if existing is not None:
            del self.fields["requester"]
        if existing is not None and existing.state == PPVRequest.State.PARENT_REQUEST:
            # A parent's request is with the leader from the start.
            del self.fields["ready"]
            self.needed = ()
            for field in self.fields.values():
                field.required = False

    def said(self) -> Mapping[str, object]:
        """Return what is written; who asks of a new request, else the revision that was read."""
        data = self.cleaned_data
        said: dict[str, object] = {
            "texts": {name: data[name] for name in TEXTS},
            "ready": bool(data.get("ready")),
        }
        if "requester" in data:
            return said | {"requester": data["requester"]}
        return said | {"revision": data["revision"] or 0}


class SignForm(BaseForm):
    """The leader signs what was read at this revision."""

    against_parents_reason = forms.CharField(
        label=_("A parent disagrees. Why is a PPV absolutely necessary?"),
        help_text=_("Each parent gets a letter with this reason."),
        widget=forms.Textarea,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Sent = None, *, row: PPVRequest, against: bool) -> None:
        """Ask for the reason only where a parent disagrees."""
        names = ("revision", "against_parents_reason")
        super().__init__(data, initial={name: getattr(row, name) for name in names})
        if not against:
            del self.fields["against_parents_reason"]


class RefuseForm(BaseForm):
    """Why a parent's request is refused, after it was read at this revision."""

    reason = forms.CharField(
        label=_("Why is it refused?"),
        help_text=_(
            "Each parent gets a letter with these words: what you have weighed, and on which facts."
        ),
        widget=forms.Textarea,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class GiveBackForm(BaseForm):
    """Why a psychologist gives a request back."""

    reason = forms.CharField(
        label=_("Why do you give it back?"),
        help_text=_("The school and the one who takes it over can read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PPVReportForm(HalfWritten):
    """The PPV. It can be saved unfinished; sending requires the rest."""

    author_profession = forms.CharField(label=_("Your profession"), max_length=120, required=False)
    basis = _area(_("What does it rest on: papers, observations, tests with dates, talks?"))
    child_perspective = _area(
        _("The child's perspective"),
        hint=_(
            "The parents get a copy of the PPV. Write nothing here that the child has said no to "
            "their seeing."
        ),
    )
    parents_perspective = _area(_("The parents' perspective"), hint=OTHER_PARENT)
    competences = _area(_("The child's competences and potentials"))
    difficulties = _area(_("Difficulties"))
    environment = _area(_("The learning environment"))
    conclusion = _area(
        _("Conclusion"),
        hint=_("The team reads the conclusion and the recommendations, not the rest."),
    )
    need = forms.ChoiceField(
        label=_("Does the child need special educational assistance?"),
        choices=PPVReport.Need.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    weekly_hours = forms.DecimalField(
        label=_("Hours a week"), max_digits=4, decimal_places=1, min_value=0, required=False
    )
    arrangement = _area(_("Recommended arrangement: kind, amount, organisation"))
    recommendations = _area(_("Recommendations to school and home"))
    revision = forms.IntegerField(widget=forms.HiddenInput)

    needed: tuple[str, ...] = tuple(name for name in REPORT_TEXTS if name != "weekly_hours")
    sections = (
        (_("Basis"), ("author_profession", "basis")),
        (_("Perspectives"), ("child_perspective", "parents_perspective")),
        (_("Assessment"), ("competences", "difficulties", "environment")),
        (
            _("Conclusion and recommendations"),
            ("conclusion", "need", "weekly_hours", "arrangement", "recommendations"),
        ),
    )

    def said(self) -> Mapping[str, object]:
        """Return the texts apart from the revision that was read."""
        texts = dict(self.cleaned_data)
        return {"revision": texts.pop("revision"), "texts": texts}


class DispatchForm(BaseForm):
    """How and when the PPV went to one recipient."""

    channel = forms.ChoiceField(
        label=_("Sent by"),
        choices=Channel.choices,
        widget=forms.RadioSelect,
        initial=Channel.DIGITAL_POST,
    )
    sent_on = forms.DateField(label=_("Sent on"))

    def __init__(
        self, data: Sent = None, *, prefix: str, title: Words, holder: CustodyHolder | None = None
    ) -> None:
        """Name the recipient: a parent, or without one the school leader."""
        super().__init__(data, prefix=prefix)
        self.title, self.holder = title, holder
        self.fields["sent_on"].initial = clock.today()

    def said(self) -> Mapping[str, object]:
        """Return nothing; ``SendForm`` returns all dispatches together."""
        return {}


class SendForm(BaseForm):
    """The revision that was read, and the dispatches that are recorded with it."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Sent = None, *, initial: Initial = None, dispatches: Sequence[DispatchForm]
    ) -> None:
        """Take the forms of the recipients, which the page checks too."""
        super().__init__(data, initial=initial)
        self.dispatches = dispatches

    def said(self) -> Mapping[str, object]:
        """Return the revision, and how the PPV went to each recipient."""
        sent = [Dispatch(custody_holder=x.holder, **x.cleaned_data) for x in self.dispatches]
        return {"revision": self.cleaned_data["revision"], "dispatches": sent}
