"""Components shared by pages, as tags; each has its markup in a template.

What is left empty is not shown, so that a page needs no ``{% if %}`` around a piece.
"""

from collections.abc import Iterable

from django import template
from django.core.paginator import Page
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.inclusion_tag("components/tag.html")
def tag(text: object, kind: str = "") -> dict[str, object]:
    """A status word; ``kind`` is its colour: "", "ok", "warn", "danger" or "info"."""
    return {"text": text, "kind": kind}


@register.inclusion_tag("components/notice.html")
def notice(text: object, kind: str = "", title: object = "") -> dict[str, object]:
    """One or two sentences in a box: information, or of ``kind`` "ok", "warn" or "error"."""
    return {"text": text, "kind": kind, "title": title}


@register.inclusion_tag("components/empty.html")
def nothing(text: object, url: str = "", action: object = "") -> dict[str, object]:
    """Why a list is empty, and a button to the next step where there is one."""
    return {"text": text, "url": url, "action": action}


@register.inclusion_tag("components/voice.html")
def voice(text: object, *by: object) -> dict[str, object]:
    """Somebody's own words, and under them who said them, when and how."""
    return {"text": text, "by": dotted(by)}


@register.inclusion_tag("components/fact.html")
def fact(label: object, value: object, kind: str = "") -> dict[str, object]:
    """A name and a value of ``<dl class="sum">``; ``kind`` is a class of the value: "prose"."""
    return {"label": label, "value": value, "kind": kind}


@register.inclusion_tag("components/passage.html")
def passage(title: object, text: object, level: int = 2) -> dict[str, object]:
    """A text that somebody wrote, under a heading of this level."""
    return {"title": title, "text": text, "level": level}


@register.inclusion_tag("components/written.html")
def written(text: object) -> dict[str, object]:
    """A text that somebody wrote, or that it is not written yet."""
    return {"text": text}


@register.inclusion_tag("components/table_head.html")
def table_head(*columns: object, unseen: object = "") -> dict[str, object]:
    """The head of a table; ``unseen`` is the name of a last column of links, only read aloud."""
    return {"columns": columns, "unseen": unseen}


@register.simple_block_tag
def table(content: SafeString, caption: object, *columns: object, unseen: object = "") -> str:
    """A table that becomes cards on a narrow screen: the rows stand inside, the caption is unseen.

    Each cell but the row's head carries its column's name in ``data-label``.
    """
    about = {"caption": caption, "columns": columns, "unseen": unseen, "content": content}
    return render_to_string("components/table.html", about)


@register.simple_block_tag
def section(content: SafeString, title: object, kind: str = "", anchor: str = "") -> SafeString:
    """A part of a page with its heading; ``kind`` is a class: "card", "card turn", "stack"."""
    identity = format_html(' id="{}"', anchor) if anchor else ""
    parts = (_class(kind), identity, title, content)
    return format_html("<section{}{}>\n<h2>{}</h2>\n{}</section>", *parts)


@register.simple_block_tag
def items(content: SafeString, empty: object = "", muted: object = "") -> str:
    """A list of what stands inside: lines ``{% item … %}`` or ``<li>``.

    Without any, ``empty`` says why in a box of its own, ``muted`` in a quiet line.
    """
    about = {"content": content.strip() and content, "empty": empty, "muted": muted}
    return render_to_string("components/items.html", about)


@register.inclusion_tag("components/pagination.html")
def pagination(page: Page[object], query: str = "") -> dict[str, object]:
    """Links to the pages of a list; ``query`` is the filter's, "niveau=2"."""
    start = f"?{query}&side=" if query else "?side="
    return {
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number),
        "start": start,
    }


@register.simple_tag
def link(text: object, page: str, *ids: object, kind: str = "", about: object = "") -> SafeString:
    """A link to the page of this name; ``ids`` are what its address takes.

    ``kind`` is a class: "what", "btn alt". ``about`` is only read aloud, where several links on a
    page have the same words.
    """
    return linked(text, reverse(page, args=ids), kind, about)


@register.simple_tag
def linked(text: object, url: str, kind: str = "", about: object = "") -> SafeString:
    """The text as a link to an address, or as it is without one; the rest is as for ``link``."""
    if about:
        text = format_html('{}<span class="sr"> {}</span>', text, about)
    if url:
        return format_html('<a{} href="{}">{}</a>', _class(kind), url, text)
    return format_html("<span{}>{}</span>", _class(kind), text) if kind else format_html("{}", text)


@register.inclusion_tag("components/item.html")
def item(text: object, url: str, *about: object) -> dict[str, object]:
    """A line of ``<ul class="list">``: what it is, and about it what is not empty."""
    return {"text": text, "url": url, "about": dotted(about)}


@register.simple_tag
def dots(*parts: object) -> SafeString:
    """The parts that are not empty, with a middle dot between them."""
    return dotted(parts)


@register.filter
def dotted(parts: Iterable[object]) -> SafeString:
    """The parts of a list that are not empty, with a middle dot between them."""
    return format_html_join(" · ", "{}", ((part,) for part in parts if part))


def _class(name: str) -> SafeString:
    return format_html(' class="{}"', name) if name else SafeString("")
