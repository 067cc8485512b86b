"""Components of the pages: what is a button, what is escaped, and what may be left out."""

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string

from cases.links import ActLink
from haderslev.accounts.models import User
from haderslev.core.errors import DomainError
from haderslev.core.forms import BaseForm, BaseModelForm


def drawn(source: str, **values: object) -> str:
    """Draw a piece of a template without the space between its tags."""
    text = Template("{% load components core_tags %}" + source).render(Context(values))
    return "".join(line.strip() for line in text.splitlines())


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


class InSections(BaseModelForm[User]):
    sections = (("Hvem", ("name",)),)

    class Meta:
        model = User
        fields = ("name",)


def test_a_form_of_columns_shows_its_headings():
    assert "<legend>Hvem</legend>" in str(InSections())


@pytest.mark.parametrize(
    "source",
    [
        "{% tag words %}",
        "{% notice words 'warn' words %}",
        "{% nothing words '/a/' words %}",
        "{% voice words words %}",
        "{% fact words words %}",
        "{% passage words words %}",
        "{% linked words '/a/' about=words %}",
        "{% linked words '' 'what' %}",
        "{% item words '/a/' words %}",
        "{% dots words words %}",
        "{{ list|dotted }}",
        "{% table_head words unseen=words %}",
        "{% table words words %}<tr></tr>{% endtable %}",
        "{% section words %}{% endsection %}",
        "{% items words %}{% enditems %}",
        "{% items muted=words %}{% enditems %}",
    ],
)
def test_what_somebody_wrote_is_text_and_never_markup(source: str) -> None:
    html = drawn(source, words="<b>Alma</b>", list=["<b>Alma</b>"])
    assert "&lt;b&gt;Alma&lt;/b&gt;" in html
    assert "<b>" not in html


def test_what_is_empty_is_left_out() -> None:
    nothing = {"text": "", "day": None}
    for source in ("{% fact 'Absence' text %}", "{% passage 'Absence' text %}", "{% voice text %}"):
        assert drawn(source, **nothing) == ""
    assert drawn("{% fact 'Hours a week' 0 %}") == "<div><dt>Hours a week</dt><dd>0</dd></div>"
    assert drawn("{% dots text 'Åskolen' day %}", **nothing) == "Åskolen"
    assert drawn("{% items %} {% enditems %}") == ""


def test_a_list_says_why_it_is_empty() -> None:
    lines = "{% for each in rows %}{% item each '' %}{% endfor %}"
    source = f"{{% items muted='Nobody.' %}}{lines}{{% enditems %}}"
    assert drawn(source, rows=[]) == '<p class="muted">Nobody.</p>'
    assert drawn(source, rows=["Alma"]) == (
        '<ul class="list"><li><span class="what">Alma</span></li></ul>'
    )


def test_a_link_says_aloud_what_it_is_about() -> None:
    assert drawn("{% linked 'Correct' '/a/' 'btn' about=name %}", name="Alma") == (
        '<a class="btn" href="/a/">Correct<span class="sr"> Alma</span></a>'
    )
    assert drawn("{% linked 'Åskolen' '' %}") == "Åskolen"
    assert drawn("{% link 'Overview' 'home' %}") == '<a href="/">Overview</a>'


def test_the_pages_of_a_list_keep_its_filter() -> None:
    page = Paginator(range(30), 10).get_page(2)
    html = drawn("{% pagination page 'vis=alle' %}", page=page)
    assert 'href="?vis=alle&amp;side=1"' in html
    assert html.count('aria-current="page"') == 1


def test_every_error_of_a_page_stands_in_one_summary() -> None:
    html = drawn(
        "{% error_summary forms error=error %}",
        forms=[OneOfEach({"must": ""}), OneOfEach({"must": "x"})],
        error=DomainError("The case is closed."),
    )
    assert html.count("<li>") == 2
    assert '<a href="#id_must">' in html
    assert "<li>The case is closed.</li>" in html
    assert drawn("{% error_summary form %}", form=OneOfEach()) == ""


def test_the_numbers_of_a_long_list_stand_around_the_page_that_is_read():
    page = Paginator(range(1000), 10).get_page(50)
    html = drawn("{% pagination page %}", page=page)
    assert 'href="?side=48"' in html
    assert 'href="?side=52"' in html
    assert 'href="?side=5"' not in html
