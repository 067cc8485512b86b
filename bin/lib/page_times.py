"""How long the main pages take, as the application's own role, in the demonstration.

The floor is the page to sign in on: no user, no rows of the domain. The same pages are asked for in
a database that holds the demonstration ten times, as ten municipalities: what a person may see in
it is the same, so a page that takes longer there reads what it does not show.
"""

import logging
import os
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from html import unescape
from http import HTTPStatus
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.core.management import call_command
from django.db import connection, connections, models  # noqa: TID251 - closes the owner's, too
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from catalogue import compile_catalogues
from console import ROOT, StartError, say
from postgres import Server
from scratch import scratch_database

# Who opens which page; it is found by following links from the person's first page.
FLOOR = "sign-in"
PAGES = {
    FLOOR: ("", "accounts:sign_in"),
    "home": ("laerer", "home"),
    "class": ("laerer", "districts:community"),
    "pupil": ("laerer", "districts:pupil"),
    "timeline": ("laerer", "districts:pupil_timeline"),
    "plan": ("laerer", "plans:plan"),
    "case": ("laerer", "cases:case"),
    "requirements": ("laerer", "cases:requirements"),
    "pupils": ("sekretaer", "districts:pupils"),
    "cases": ("leder", "cases:cases"),
    "plans": ("leder", "plans:plans"),
    "referral": ("pkusek", "pku:referral"),
    "log": ("dpo", "accounts:log"),
}
ONCE, MANY = "haderslev_once", "haderslev"
COPIES, STEP = 9, 10_000_000
ROUNDS = 15
OF_A_KIND = 2
_LINK = re.compile(r'<a [^>]*href="(/(?!admin|static)[^"#]*)')
# Plain values that say which row: ids in the journal, keys and numbers of what an entry is about.
IDS = {"user_id"}
SUBJECTS = "about"  # texts "kind:value" of the journal, where a value may be an id
KEYS = {"case_number"}
REFERENCE = "ReferenceField"  # of haderslev.core.references

type Place = tuple[str, str]  # database, page
type Column = models.Field[object, object]


def page_times() -> dict[str, float]:
    """Return each page's time in times of the floor, how they grow, and their queries."""
    compile_catalogues()
    with scratch_database() as (server, env):
        os.environ |= {**env, "DJANGO_SETTINGS_MODULE": "haderslev.settings"}
        sys.path.insert(0, str(ROOT))
        logging.disable(logging.WARNING)  # nobody takes the letters of the demonstration
        django.setup()
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
        clients = _build(server)
        times, queries = _measure(clients)
        connection.close()
    return _show(times, queries)


def _show(times: dict[Place, float], queries: dict[Place, int]) -> dict[str, float]:
    """Print all that was measured; return the figures of it."""
    floor = times[ONCE, FLOOR]
    say(
        f"{'':14}{'queries':>9}{'ms':>8}{'x floor':>9}   ten times: {'queries':>9}{'ms':>8}{'x':>6}"
    )
    for page in PAGES:
        once, many = times[ONCE, page], times[MANY, page]
        say(
            f"{page:14}{queries[ONCE, page]:9}{once * 1000:8.1f}{once / floor:9.1f}{'':14}"
            f"{queries[MANY, page]:9}{many * 1000:8.1f}{many / once:6.2f}"
        )
    found: dict[str, float] = {
        f"time-{page}": round(times[ONCE, page] / floor, 1) for page in PAGES if page != FLOOR
    }
    found["growth"] = round(max(times[MANY, page] / times[ONCE, page] for page in PAGES), 2)
    found["growth-queries"] = max(queries[MANY, page] - queries[ONCE, page] for page in PAGES)
    return found


def _build(server: Server) -> dict[str, tuple[Client, str]]:
    """Make both databases; return who asks for which address, by page."""
    call_command("migrate", database="owner", verbosity=0)
    call_command("load_reference", verbosity=0)
    # What is there now is law and words: a second municipality would have the same.
    ours = {"accounts", "districts", "plans", "cases", "pku", "journal"}
    copied = [
        model
        for model in apps.get_models(include_auto_created=True)
        if (model._meta.app_label in ours or model._meta.label == "auth.Group")
        and (model._meta.pk.is_relation or isinstance(model._meta.pk, models.AutoField))
        and not model._base_manager.exists()
    ]
    call_command("load_demonstration")
    clients = _find_pages()
    connections.close_all()
    _multiply(server, copied)
    return clients


def _multiply(server: Server, copied: list[type[models.Model]]) -> None:
    numbers = range(1, COPIES + 1)
    server.run_sql(
        f"CREATE DATABASE {ONCE} TEMPLATE {MANY};\n\\connect {MANY}\n"
        # Copies have been through the rules once: no triggers, no foreign keys.
        "SET session_replication_role = replica;\n"
        + "".join(_copies(model, number, copied) for number in numbers for model in copied)
        + f"VACUUM ANALYZE;\n\\connect {ONCE}\nVACUUM ANALYZE;",
    )


def _copies(model: type[models.Model], number: int, copied: list[type[models.Model]]) -> str:
    """Return SQL that puts one more copy of all rows into a table."""
    quote = connection.ops.quote_name
    values = {
        quote(str(field.column)): _of_copy(field, number, copied)
        for field in model._meta.concrete_fields
        if not field.generated
    }
    table, key = model._meta.db_table, model._meta.pk.column
    columns, copies = ", ".join(values), ", ".join(values.values())
    return f"INSERT INTO {table} ({columns}) SELECT {copies} FROM {table} WHERE {key} < {STEP};\n"  # noqa: S608 - names of models


def _of_copy(field: Column, number: int, copied: list[type[models.Model]]) -> str:
    """Return what stands in a column of a copy."""
    column, shift = connection.ops.quote_name(str(field.column)), number * STEP
    if field.name in {"username", "name"} and field.unique:
        return f"{column} || ' {number}'"
    if field.related_model in copied or isinstance(field, models.AutoField) or field.name in IDS:
        return f"{column} + {shift}"
    if isinstance(field, ArrayField) and field.name == SUBJECTS:
        moved = f"split_part(kept, ':', 1) || ':' || split_part(kept, ':', 2)::bigint + {shift}"
        each = f"CASE WHEN kept ~ ':[0-9]+$' THEN {moved} ELSE kept END"
        return f"ARRAY(SELECT {each} FROM unnest({column}) AS kept)"  # noqa: S608 - as above
    is_key = field.name in KEYS or type(field).__name__ == REFERENCE
    if is_key or (field.unique and isinstance(field, models.CharField)):
        # Ids have capitals and digits: one that begins with a small letter is nobody's.
        return f"regexp_replace({column}, '^([a-z.]+:)?.', '\\1{chr(102 + number)}')"
    return column


def _find_pages() -> dict[str, tuple[Client, str]]:
    """Sign everybody in and follow links, two of a kind, until each page is found."""
    found = {FLOOR: (Client(), reverse(PAGES[FLOOR][1]))}
    for name in dict.fromkeys(name for name, _view in PAGES.values() if name):
        client = Client()
        client.force_login(get_user_model().objects.get(username=name))
        wanted = {view: page for page, (who, view) in PAGES.items() if who == name}
        waiting, kinds = ["/"], Counter[str]()
        for address in waiting:  # grows
            kind = resolve(address.partition("?")[0]).view_name
            kinds[kind] += 1
            if kinds[kind] > OF_A_KIND or not wanted:
                continue
            if page := wanted.pop(kind, None):
                found[page] = client, address
            links = _LINK.findall(client.get(address).content.decode(errors="replace"))
            waiting += [link for link in map(unescape, links) if link not in waiting]
        if wanted:
            raise StartError(f"{name} finds no link to {', '.join(wanted)}.")
    return found


def _measure(clients: dict[str, tuple[Client, str]]) -> tuple[dict[Place, float], dict[Place, int]]:
    """Return medians in seconds and numbers of queries; databases and pages take turns.

    A machine is faster now and slower then, so each page is held against the floor of its round.
    """
    times: dict[Place, list[float]] = defaultdict(list)
    floors: list[float] = []
    queries: dict[Place, int] = {}
    for _round in range(ROUNDS):
        for name in (ONCE, MANY):
            connection.close()
            connection.settings_dict["NAME"] = name
            connection.ensure_connection()
            backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
            floor: list[float] = []
            spent: dict[str, float] = {}
            for page, (client, address) in clients.items():
                with CaptureQueriesContext(connection) as asked:
                    answer = client.get(address)  # not timed: the connection is new
                queries[name, page] = len(asked)
                if answer.status_code != HTTPStatus.OK:
                    raise StartError(f"{page} answers {answer.status_code} in {name}.")
                for each in (page, FLOOR):
                    began = _spent(backend)
                    clients[each][0].get(clients[each][1])
                    spent[each] = _spent(backend) - began
                floor.append(spent[FLOOR])
            floors.append(statistics.median(floor))
            for page in clients:
                times[name, page].append(spent[page] / floors[-1])
    usual = statistics.median(floors)
    return {place: usual * statistics.median(taken) for place, taken in times.items()}, queries


def _spent(backend: Path) -> float:
    """Return the seconds of processor time that we and our backend in PostgreSQL have used.

    The clock on the wall would measure what else the machine does.
    """
    return time.process_time() + int(backend.read_text().split()[0]) / 1e9
