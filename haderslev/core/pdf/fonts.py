"""The fonts a document may use: those in static/fonts and no other.

WeasyPrint finds fonts through fontconfig, which reads the machine's fonts unless told not to.
An emoji would then be drawn with whatever the machine has, and the bytes of a document would
depend on where it was made. Our own fonts.conf names no folder at all.
"""

import importlib
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any  # WeasyPrint has no types

from fontTools.ttLib import TTFont, woff2

STATIC = Path(__file__).resolve().parents[3] / "static"
FONTS = STATIC / "fonts"
FAMILY = "IBM Plex Sans"
_CONFIGURATION = Path(__file__).with_name("fonts.conf")
_PRIVATE_USE = range(0xE000, 0xF900)
_environment = threading.Lock()


# Each font file: its weight and style.
FACES = {
    "IBMPlexSans-Regular.woff2": (400, "normal"),
    "IBMPlexSans-SemiBold.woff2": (600, "normal"),
    "IBMPlexSans-Italic.woff2": (400, "italic"),
    "IBMPlexSans-Bold.woff2": (700, "normal"),
}


@cache
def font_bytes(file: str) -> bytes:
    """Return a bundled font, unpacked once per process; ``KeyError`` for any other file."""
    if file not in FACES:
        raise KeyError(file)
    unpacked = BytesIO()
    woff2.decompress(BytesIO((FONTS / file).read_bytes()), unpacked)
    return unpacked.getvalue()


def fonts_css(scheme: str) -> str:
    """Return the style sheet that names the bundled fonts under a URL scheme."""
    return "\n".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};'
        f"font-style:{style};src:url({scheme}:fonts/{file})}}"
        for file, (weight, style) in FACES.items()
    )


@cache
def printable_code_points() -> frozenset[int]:
    """Return the code points that every bundled face can draw.

    Private-use characters are left out: PDF/A wants a written meaning for each of them.
    """
    sets = [set(TTFont(BytesIO(font_bytes(file))).getBestCmap()) for file in FACES]
    return frozenset(set.intersection(*sets)) - frozenset(_PRIVATE_USE)


@contextmanager
def _own_fontconfig() -> Iterator[None]:
    """Point fontconfig at our file while it reads its configuration.

    The variable is put back afterwards: a browser started by the same process needs its fonts.
    """
    with _environment:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(_CONFIGURATION)
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


@cache
def weasyprint() -> Any:
    """Return the WeasyPrint package, imported while fontconfig looks at our file.

    It asks fontconfig for the machine's fonts already when it is imported, and warns when there
    are none, which is what we want here.
    """
    with _own_fontconfig(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="No fonts configured", category=UserWarning)
        return importlib.import_module("weasyprint")


def font_configuration() -> Any:
    """Return a WeasyPrint font configuration that ignores the system's fonts."""
    package = weasyprint()
    with _own_fontconfig():
        return package.text.fonts.FontConfiguration()
