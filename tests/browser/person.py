"""One person at one browser: reads, fills and sends by the words on the page."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, Response

from haderslev.accounts.models import User
from haderslev.core import clock

PASSWORD = "demo"
SENTENCE = "Det går bedre, når en voksen er tæt på."
# What the network says of an answer that is not 200; the tests look at answers themselves.
NOT_A_FAULT = "Failed to load resource"


class Person:
    """A signed-in person. What the browser complains of is kept in ``complaints``."""

    def __init__(self, browser: Browser, address: str, name: str = "", **options: Any) -> None:
        options.setdefault("locale", "en-GB")
        options.setdefault("viewport", {"width": 1280, "height": 900})
        self.name = name
        self.context = browser.new_context(base_url=address, **options)
        self.context.set_default_timeout(30_000)
        # Before sign-in the cookie chooses the language.
        english = {"name": "django_language", "value": "en", "url": address}
        self.context.add_cookies([english])  # type: ignore[list-item]  # a typed dict of its own
        self.address = address
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if name:
            self._come_in(name)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(NOT_A_FAULT):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _come_in(self, name: str) -> None:
        """Begin signed in: the page of signing in takes a second of hashing, by intention."""
        client = Client()
        user = User.objects.get(username=name)
        client.force_login(user, backend="haderslev.accounts.backends.MembershipBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}
        self.context.add_cookies([cookie])  # type: ignore[list-item]  # a typed dict of its own
        self.go("/")

    def sign_in(self, name: str) -> None:
        """Sign in on the page where one is, or on the first."""
        if not self.page.url.startswith(self.address):
            self.page.goto("/")
        self.page.get_by_label("User name or e-mail").fill(name)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Sign in")

    def open(self, name: str, *args: Any, query: str = "") -> Response:
        """Open a page by the name of its address."""
        return self.go(reverse(name, args=args) + query)

    def go(self, path: str) -> Response:
        """Open a page by its address."""
        answer = self.page.goto(urljoin(self.address, path))
        assert answer is not None
        return answer

    def follow(self, words: str) -> None:
        """Follow the first link with these words, on the page itself."""
        link = self.page.locator("main").get_by_role("link", name=exactly(words))
        link.first.click()
        self.page.wait_for_load_state()

    def choose_menu(self, words: str) -> None:
        """Follow a link of the main menu."""
        menu = self.page.get_by_role("navigation", name="Main menu")
        menu.get_by_role("link", name=exactly(words)).click()
        self.page.wait_for_load_state()

    def press(self, words: str) -> Response:
        """Press a button that sends; return the answer to what was sent."""
        button = self.page.get_by_role("button", name=exactly(words)).first
        with self.page.expect_response(lambda it: it.request.method == "POST") as sent:
            button.click()
        self.page.wait_for_load_state()
        return sent.value

    def send(self, words: str) -> None:
        """Press a button and be led on: nothing was refused."""
        before = self.page.url
        answer = self.press(words)
        said = self.page.locator("main").inner_text() if answer.status != 303 else ""
        assert answer.status == 303, f"{answer.status} at {before}: {said[:1500]}"

    def control(self, label: str, within: Locator | None = None) -> Locator:
        """Return the control with this label, optional or not."""
        place = within or self.page.locator("main")
        return place.get_by_label(exactly(label, "(optional)")).first

    def box(self, words: str) -> Locator:
        """Return the box whose legend has these words."""
        legend = self.page.locator("legend", has_text=words).first
        return self.page.locator("fieldset").filter(has=legend).last

    def fill(self, values: Mapping[str, Any], within: Locator | None = None) -> None:
        """Fill controls by their labels: text, day, or what to choose in a list."""
        for label, value in values.items():
            control = self.control(label, within)
            control.scroll_into_view_if_needed()
            if control.evaluate("it => it.tagName") == "SELECT":
                _choose(control, str(value))
            elif isinstance(value, bool):
                control.set_checked(value)
            else:
                control.fill(value.isoformat() if isinstance(value, date) else str(value))

    def pick(self, question: str, *answers: str, within: Locator | None = None) -> None:
        """Pick answers of a question with radio buttons or check boxes."""
        place = within or self.page.locator("main")
        legend = self.page.locator("legend", has_text=re.compile(rf"^\s*{re.escape(question)}"))
        group = place.locator("fieldset.field").filter(has=legend).first
        for answer in answers:
            group.get_by_label(answer).first.check()

    def rest(self, words: str = SENTENCE) -> None:
        """Fill every box that is needed and still empty: words, today, the first that fits."""
        needed = ".field:not(:has(.optional))"
        for area in self.page.locator(f"main form {needed} textarea").all():
            if not area.input_value():
                area.fill(words)
        for box in self.page.locator(f"main form {needed} input").all():
            kind = box.get_attribute("type")
            if kind in {"text", None} and not box.input_value():
                box.fill(words[: int(box.get_attribute("maxlength") or 100)])
            elif kind == "date" and not box.input_value():
                box.fill(clock.today().isoformat())
            elif kind == "number" and not box.input_value():
                box.fill("2")

    def reads(self, words: str) -> None:
        """Demand that the page says something."""
        said = self.page.locator("body").inner_text()
        assert words in said, f"{self.page.url} does not say {words!r}: {said[:1500]}"

    def close(self) -> None:
        """Close the browser's window; nothing was complained of."""
        self.context.close()
        assert self.complaints == []


def exactly(words: str, tail: str = "") -> re.Pattern[str]:
    """Return a pattern of exactly these words, with or without a tail."""
    end = rf"(\s*{re.escape(tail)})?" if tail else ""
    return re.compile(rf"^\s*{re.escape(words)}{end}\s*$")


def _choose(control: Locator, words: str) -> None:
    options = control.locator("option").all_inner_texts()
    found = [text for text in options if words in text]
    assert found, f"{words!r} is not among {options}"
    control.select_option(label=found[0].strip())
