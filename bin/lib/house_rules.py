"""Own code, as no ready-made tool knows these: rules of the house."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from console import APPS

FOLDERS = (*APPS, "tests", "bin/lib")
LONGEST_TEMPLATE_LINE = 140
# Raw SQL has its named modules; everything else asks with the ORM.
RAW_SQL = {
    "haderslev/core/database_rights.py",
}
PIECES = "a name of a page is written whole, so that it is found"
UNTYPED = "Any says beside its import of what"
UNEXPLAINED = "an exception without its reason"
# An exception's reason stands on its line, or in a comment on the line above.
LINES = {
    r"\.(raw|extra)\(": "raw SQL outside its named modules",
    r"# (noqa: [A-Z0-9, ]++|type: ignore\[[^]]+\])(?!\s*(-|–|#) \S)": UNEXPLAINED,
    r"f\"[a-z_]+:[a-z_]*\{|\"[a-z_]+:\" ?[+%]": PIECES,
    r"^from typing import [^#]*\bAny\b[^#]*$": UNTYPED,
    r"\b[a-z_]+\.state = |\bcase\.level = ": "a state is changed by move() only (record 22)",
    r"pytest\.mark\.(skip|xfail)|pytest\.(skip|xfail)\(": UNEXPLAINED,
}

# What the extraction of messages knows; any other name would leave the text untranslated.
MESSAGES = {
    f"{kind}{suffix}"
    for kind in ("gettext", "ngettext", "pgettext", "npgettext")
    for suffix in ("", "_lazy")
} | {"gettext_noop"}
AS_UNDERSCORE = {"gettext", "gettext_lazy"}

# A source is a statute, a rule of the handleguide or a record of docs/decisions.
TEXTS = {".py", ".md", ".toml", ".html", ".css", ".js"}
PAPERS = re.compile(
    r"\b(domain|engineering|practice|security|ux)(\.md\b| rule\b| § ?\d| \d+\.\d| [A-Z]\d)"
    r"|\bdecisions \d|\bL\d{1,2}\b"
)


# From the lowest up: who stands higher is not named below, in no text either.
FLOORS = (
    *("haderslev/journal", "haderslev/core", "haderslev/accounts"),
    *("districts", "plans", "cases", "pku", "insights"),
)
# The lowest three know nothing of the field. Parents and children are also those of a tree.
DOMAIN_FREE = FLOORS[:3]
DOMAIN = frozenset(
    "anticipatory case cases communities community council custody guidance hearing intervening"
    " observation observations placement pku plan plans ppv preventive pupil pupils referral"
    " referrals".split()
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def house_rules(root: Path) -> str:
    """Return one line per breach; empty if there is none."""
    rules = [line for file in _sources(root) for line in _breaches(root, file)]
    return "\n".join([*rules, *_long_template_lines(root), *_absent_papers(root), *_floors(root)])


def _floors(root: Path) -> Iterator[str]:
    """Yield where a lower floor names a higher one, or the lowest ones the field."""
    for floor, folder in enumerate(FLOORS[:-1]):
        above = "|".join(each.rpartition("/")[2] for each in FLOORS[floor + 1 :])
        for file in sorted((root / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                yield from _named_in_code(file, str(file.relative_to(root)), folder, above)
        in_page = rf"[\"']({above})[:/]\w"
        for file in sorted((root / "templates" / Path(folder).name).rglob("*.html")):
            for line, said in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if found := re.search(in_page, said):
                    yield f"{file.relative_to(root)}:{line}: {found[1]} stands on a floor above"


def _named_in_code(file: Path, name: str, folder: str, above: str) -> Iterator[str]:
    source = file.read_text(encoding="utf-8")
    if call := re.search(rf"\b(?:get_\w+|import_module)\(\s*[\"']({above})\b", source):
        yield f"{name}: {call[1]} stands on a floor above"
    for line, said, is_text in _said(ast.parse(source)):
        if is_text and (found := re.search(rf"(?<![\w./])({above})[:.][A-Za-z_]", said)):
            yield f"{name}:{line}: {found[1]} stands on a floor above"
        words = {word.lower() for word in _WORD.findall(said)} & DOMAIN
        if folder in DOMAIN_FREE and words:
            yield f"{name}:{line}: {', '.join(sorted(words))}: a word of the field"


def _said(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Yield line, name or text, and whether it is a text; docstrings are for people."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            yield line, str(node.value), isinstance(node.value, str)
        for field in ("id", "attr", "arg", "name", "asname"):
            if isinstance(value := getattr(node, field, None), str):
                yield line, value, False


def _long_template_lines(root: Path) -> Iterator[str]:
    for file in sorted((root / "templates").rglob("*.html")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if len(line) > LONGEST_TEMPLATE_LINE:
                place = f"{file.relative_to(root)}:{number}"
                yield f"{place}: {len(line)} characters; at most {LONGEST_TEMPLATE_LINE}"


def _absent_papers(root: Path) -> Iterator[str]:
    """Yield the lines that name a source which no reader of the project has."""
    for folder in (*FOLDERS, "docs", "fixtures", "templates", "static/css", "static/js", "*.md"):
        for file in sorted(root.glob(folder if "*" in folder else f"{folder}/**/*")):
            if file.suffix not in TEXTS or file.name == "house_rules.py":
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if found := PAPERS.search(line):
                    place = f"{file.relative_to(root)}:{number}"
                    yield f"{place}: {found[0]} is no source that the project has"


def _sources(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*.py")):
            if not {"node_modules", "migrations"} & set(file.parts):
                yield file


def _breaches(root: Path, file: Path) -> Iterator[str]:
    name = str(file.relative_to(root))
    source = file.read_text(encoding="utf-8")
    lines = source.splitlines()
    yield from (
        f"{name}:{line}: {alias} hides a text from the catalogue; say gettext, ngettext or _"
        for line, alias in _hidden_messages(ast.parse(source))
    )
    if name == "bin/lib/house_rules.py":
        return
    # Models can not be imported before ready(): in apps.py that needs no saying.
    ready = "noqa: PLC0415" if file.name == "apps.py" else None
    for number, line in enumerate(lines, 1):
        if ready and ready in line:
            continue
        for pattern, sentence in LINES.items():
            excused = (
                ("raw SQL" in sentence and name in RAW_SQL)
                or (sentence == PIECES and name.startswith(("tests/", "bin/", "demonstration/")))
                or (sentence == UNTYPED and name.startswith("tests/"))
                or (sentence == UNEXPLAINED and lines[number - 2].lstrip().startswith("#"))
            )
            if re.search(pattern, line) and not excused:
                yield f"{name}:{number}: {sentence}"


def _hidden_messages(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name where a gettext function goes by a name that nothing extracts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for each in node.names:
                plain = each.asname in {None, each.name}
                usual = each.asname == "_" and each.name in AS_UNDERSCORE
                if each.name in MESSAGES and not plain and not usual:
                    yield node.lineno, str(each.asname)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if node.value.id in MESSAGES and names != ["_"]:
                yield node.lineno, ", ".join(names)
