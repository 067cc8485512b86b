"""Components of the pages that carry a decision: what is a button, and what may be left out."""

from django import forms
from django.template.loader import render_to_string

from cases.links import ActLink
from haderslev.core.forms import BaseForm


def acts(*links: ActLink) -> str:
    return render_to_string("components/acts.html", {"links": links})


def test_the_next_step_alone_is_a_button():
    html = acts(ActLink("Godkend", "/a/", primary=True), ActLink("Afslut sagen", "/b/"))
    assert '<a class="btn" href="/a/">Godkend</a>' in html
    assert '<li><a href="/b/">Afslut sagen</a></li>' in html
    assert html.count("btn") == 1


def test_without_a_next_step_there_is_no_button():
    assert "btn" not in acts(ActLink("Afslut sagen", "/b/"))
    assert acts().strip() == ""


class OneOfEach(BaseForm):
    must = forms.CharField()
    may = forms.CharField(required=False)


def test_a_required_field_is_marked_so_that_the_others_may_say_optional():
    html = str(OneOfEach())
    assert html.count('class="field required"') == 1
    assert html.count('class="optional"') == 1
