"""Documents: a request, a referral, a letter, an empty one and a long one of hostile text."""

from collections.abc import Callable
from typing import Any

MUNICIPALITY = "Nordmarkens Kommune"

# Each of them once broke a file, a page or a reader somewhere.
HOSTILE = (
    "bell\u0007 and form feed\u000c end",
    "null\u0000byte",
    "escape \u001b[31m red",
    "C1 \u0080\u009f\u0085 next line",
    "one emoji 😀",
    "a family 👨‍👩‍👧‍👦 and a flag 🇩🇰 and a tone 👍🏽",
    "variation ❤️ selector ☺︎",
    "漢字かな交じり文",
    "한국어 텍스트",
    "اللغة العربية",
    "עברית עם נִקּוּד",
    "ภาษาไทย",
    "हिन्दी में पाठ",
    "override \u202egnp.exe\u202c end",
    "isolate \u2066abc\u2069 mark \u200f\u200e",
    "joiner a\u200db non-joiner a\u200cb space a\u200bb",
    "word\u2060joiner \ufeffBOM",
    "soft\u00adhyphen and non\u2011breaking\u2010hyphen",
    "Somali: waxaan jeclahay dugsiga – Cabdi",
    "Türkçe: ığüşöçİĞÜŞÖÇ",
    "Polski: Łódź, Żółć, gęś",
    "Tiếng Việt: Nguyễn Thị Hường",
    "Ελληνικά και Русский текст",
    "decomposed a\u030angstro\u0308m e\u0301",
    "stacked z\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a",
    "private \ue000\uf8ff\U000f0000 use",
    "noncharacter \uffff\ufffe replacement \ufffd",
    "lone surrogate \ud800 here",
    "maths \U0001d4b3 ∑ √ ∞ ≠ ½ → ✓ ☐ ☑",
    "spaces\u00a0nbsp\u2003em\u3000ideographic\ttab",
    "lines\r\nof\rall\u2028kinds\u2029of\vends",
    "<script>alert(1)</script><b>bold</b>",
    '"><img src="file:///etc/passwd" alt="x"><link rel="attachment" href="file:///etc/passwd">',
    "</td></tr></table></article></html>",
    "{{ settings.SECRET_KEY }}{% include 'x' %}",
    "@import url(http://127.0.0.1/x.css); } body { display: none }",
    "url(data:image/png;base64,AAAA) javascript:alert(1) https://example.org/",
    "&amp; &lt; &#0; &#x1F600; &nbsp;",
    "W" * 400,
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 3,
    "ﬁ ﬂ ligatures, “quotes” ‘single’ »danske« …",
    "   ",
)

_TEXT = (
    "Alberte begynder dagen roligt, når hun bliver mødt ved døren og ved, hvad der skal ske. "
    "I overgangene mellem timer og frikvarter søger hun væk fra gruppen. Teamet har siden uge 33 "
    "aftalt én voksen, der går foran, og én, der bliver tilbage."
)


def _child() -> dict[str, Any]:
    return {
        "name": "Alberte Holm Østergaard",
        "cpr_masked": "******-1234",
        "school": "Lyngvangskolen",
        "class_name": "3.B",
        "home_municipality": "Fjordlund",
        "language": "Dansk og arabisk, tolk nødvendig",
        "custody_holders": [
            {"name": "Signe Holm", "relation": "Mor", "address": "Ærøvej 12, 6999 Nordmark"},
            {"name": "Jeppe Østergaard", "relation": "Far", "address": ""},
        ],
    }


def _tried() -> dict[str, Any]:
    return {
        "type": "table",
        "caption": "Afprøvede indsatser",
        "columns": ["Indsats", "Niveau", "Periode", "Hvem", "Tegn før → efter", "Vurdering"],
        "row_header": True,
        "tiers": [1, 1, 2, 2, 3],
        "rows": [
            [
                "To-voksenordning i overgange",
                "1 Forebyggende",
                "uge 33–41",
                "Hele klassen",
                "2 → 3",
                "Delvist opnået; færre konflikter ved døren.",
            ],
            [
                "Fælles dagsskema med billeder",
                "1 Forebyggende",
                "uge 34–46",
                "Hele klassen",
                "1 → 3",
                "Opnået.",
            ],
            [
                "Makkeraftale i frikvarteret",
                "2 Foregribende",
                "uge 42–50",
                "Alberte og to kammerater",
                "1 → 2",
                "Virker, når en voksen er i nærheden.",
            ],
            [
                "Pauser efter aftalt tegn",
                "2 Foregribende",
                "uge 43–50",
                "Alberte",
                "0 → 2",
                "Hun bruger tegnet tre gange om dagen.",
            ],
            [
                "Støtte i dansk og matematik",
                "3 Indgribende",
                "uge 2–6",
                "Alberte",
                "1 → 1",
                "Endnu ingen ændring.",
            ],
        ],
    }


def _course() -> list[dict[str, Any]]:
    return [
        {
            "number": 1,
            "id": "barnets-stemme",
            "title": "Barnets stemme",
            "blocks": [
                {
                    "type": "quote",
                    "text": "Jeg kan godt lide skolen, når jeg ved, hvad vi skal. "
                    "Det værste er, når alle løber.",
                    "by": "Alberte, samtale med kontaktlæreren den 4. november 2026",
                },
                {
                    "type": "facts",
                    "caption": "De fire udsagn",
                    "rows": [
                        ["Jeg er en del af et fællesskab", "“Nogle gange. Mest med Nora.”"],
                        ["Jeg bliver hørt", "“Ja, af Mette.”"],
                    ],
                },
            ],
        },
        {
            "number": 2,
            "id": "foraeldre",
            "title": "Forældrenes perspektiv",
            "blocks": [
                {"type": "subheading", "text": "Signe Holm"},
                {"type": "text", "text": "Enig i, at der er brug for mere.\n\n" + _TEXT},
                {"type": "subheading", "text": "Jeppe Østergaard"},
                {"type": "empty", "text": "Der er ikke kommet svar efter to forsøg."},
            ],
        },
        {
            "number": 3,
            "id": "faellesskab",
            "title": "Læringsfællesskabet",
            "blocks": [
                {"type": "text", "text": _TEXT},
                {"type": "list", "items": ["Ny plads tæt på døren", "Fast makker", "Ro ved start"]},
            ],
        },
        {
            "number": 4,
            "id": "indsatser",
            "title": "Afprøvede indsatser",
            "blocks": [{"type": "text", "text": _TEXT}, _tried()],
        },
        {
            "number": 5,
            "id": "moeder",
            "title": "Møder og drøftelser",
            "blocks": [{"type": "empty", "text": "Der er ikke afholdt netværksmøde."}],
        },
    ]


def ppv_request() -> dict[str, Any]:
    return {
        "kind": "material",
        "title": "Indstilling til pædagogisk-psykologisk vurdering",
        "municipality": MUNICIPALITY,
        "confidential": True,
        "demonstration": True,
        "number": "2026-0142",
        "version": 1,
        "made_on": "2026-11-21T10:15:00+01:00",
        "recipient": "Det rådgivende team\nPædagogisk Psykologisk Rådgivning",
        "sender": "Lise Dam, skoleleder\nLyngvangskolen",
        "child": _child(),
        "summary": [
            [
                "Hvad der spørges om",
                "En vurdering af, hvilken støtte der kan hjælpe Alberte i overgange.",
            ],
            ["Af hvem", "Det rådgivende team"],
            ["Hvornår", "2027-01-15"],
            ["Hvorfor nu", "Fraværet er steget fra 4 til 11 procent siden efterårsferien."],
            ["Prøvet", ["To-voksenordning", "Makkeraftale", "Pauser efter aftalt tegn"]],
            ["Hvad barnet siger", "“Det værste er, når alle løber.”"],
            ["Hvad forældrene siger", ["Mor er enig.", "Far har ikke svaret efter to forsøg."]],
            ["Hvad der mangler", "Fars svar på netværksmødet."],
        ],
        "sections": _course(),
        "attachments": [
            {
                "number": 1,
                "title": "Skoleudtalelse",
                "dated": "2026-11-02",
                "kind": "Udtalelse",
                "holder": "Ligger i ESDH nr. 26/10442",
            }
        ],
        "about": {
            "made_by": "Lise Dam",
            "purpose": "Indstilling til PPV",
            "left_out": "Oplysninger om andre børn er udeladt.",
        },
    }


def pku_referral() -> dict[str, Any]:
    payload = ppv_request()
    questions = [
        {
            "number": 6,
            "id": "syv-spoergsmaal",
            "title": "Skolens svar på de syv spørgsmål",
            "blocks": [
                block
                for number in range(1, 8)
                for block in (
                    {"type": "subheading", "text": f"Hvad har ændret sig efter indsats {number}?"},
                    {"type": "text", "text": f"{_TEXT}\n\n{_TEXT}"},
                )
            ],
        },
        {
            "number": 7,
            "id": "krav",
            "title": "Krav og dokumentation",
            "blocks": [
                {
                    "type": "table",
                    "caption": "Hvad der er dokumenteret",
                    "columns": ["Krav", "Kilde", "Status", "Hvor"],
                    "row_header": True,
                    "rows": [
                        ["PPV foreligger", "Bekendtgørelse", "Opfyldt", "Afsnit 5"],
                        ["Netværksmøde", "Kommunen", "Fraveget med begrundelse", "Afsnit 5"],
                    ],
                }
            ],
        },
    ]
    payload |= {
        "kind": "material",
        "title": "Henvisning til Pædagogisk Koordinationsudvalg",
        "version": 3,
        "recipient": "Pædagogisk Koordinationsudvalg\nRådhuset",
        "sections": [*payload["sections"], *questions],
        "attachments": [],
    }
    return payload


def letter() -> dict[str, Any]:
    return {
        "kind": "letter",
        "title": "Afgørelse om støtte til Alberte",
        "municipality": MUNICIPALITY,
        "confidential": True,
        "demonstration": True,
        "number": "2026-0142",
        "version": 1,
        "made_on": "2026-12-01T09:00:00+01:00",
        "recipient": "Signe Holm\nÆrøvej 12\n6999 Nordmark",
        "sender": "Lyngvangskolen\nSkolevænget 1\n6999 Nordmark",
        "sections": [
            {
                "number": 1,
                "id": "afgoerelse",
                "title": "",
                "blocks": [
                    {"type": "text", "text": f"Kære Signe Holm\n\n{_TEXT}\n\n{_TEXT}"},
                    {"type": "subheading", "text": "Det har vi lagt vægt på"},
                    {
                        "type": "facts",
                        "caption": "Støtten",
                        "rows": [
                            ["Hvad", "Støtte i almenundervisningen, 9 timer om ugen"],
                            ["Periode", "1. januar 2027 – 30. juni 2027"],
                        ],
                    },
                ],
            },
            {
                "number": 2,
                "id": "begrundelse",
                "title": "Begrundelse",
                "blocks": [{"type": "text", "text": f"{_TEXT}\n\n{_TEXT}"}],
            },
        ],
        "signature": {"name": "Lise Dam", "title": "Skoleleder", "unit": "Lyngvangskolen"},
        "complaint": {
            "title": "Klagevejledning",
            "text": "Du kan klage til Klagenævnet for Specialundervisning inden fire uger fra den "
            "dag, du har fået afgørelsen. Klagen sendes til skolen, der vurderer sagen igen.",
        },
    }


def bare() -> dict[str, Any]:
    """Return the least that is a document: nothing optional, nothing known."""
    return {
        "kind": "material",
        "title": "Indstilling",
        "municipality": MUNICIPALITY,
        "demonstration": False,
        "number": "2026-0001",
        "version": 1,
        "made_on": "2026-11-21",
        "recipient": "",
        "sender": "",
        "sections": [],
    }


def hostile() -> dict[str, Any]:
    """Return a long document with hostile text in every field that a person fills in."""
    turn = iter(range(1_000_000))

    def text() -> str:
        return HOSTILE[next(turn) % len(HOSTILE)]

    payload = ppv_request()
    payload |= {
        "title": text(),
        "municipality": text(),
        "number": text(),
        "recipient": "\n".join([text(), text(), text(), text()]),
        "sender": text(),
        "child": _hostile_child(text),
        "summary": [[text(), [text(), text()]] for _row in range(4)],
        "about": {"made_by": text(), "rows": [[text(), text()]], "text": [text()]},
        "attachments": [
            {"number": n, "title": text(), "dated": text(), "kind": text(), "holder": text()}
            for n in range(1, 40)
        ],
        "sections": [
            {
                "number": n,
                "id": f"afsnit-{n}",
                "title": text(),
                "blocks": [
                    {"type": "text", "text": "\n\n".join(HOSTILE)},
                    {"type": "quote", "text": text(), "by": text()},
                    {"type": "facts", "caption": text(), "rows": [[text(), text()]] * 4},
                    {"type": "list", "items": [text() for _ in range(5)]},
                    {"type": "subheading", "text": text()},
                    {"type": "empty", "text": text()},
                    {
                        "type": "table",
                        "caption": text(),
                        "columns": [text() for _ in range(4)],
                        "row_header": True,
                        "tiers": [1, 2, 3, None] * 5,
                        "rows": [[text() for _ in range(4)] for _ in range(20)],
                    },
                ],
            }
            for n in range(1, 5)
        ],
    }
    return payload


def _hostile_child(text: Callable[[], str]) -> dict[str, Any]:
    return {
        "name": text(),
        "cpr_masked": text(),
        "school": text(),
        "class_name": text(),
        "home_municipality": text(),
        "language": text(),
        "custody_holders": [
            {"name": text(), "relation": text(), "address": text()} for _ in range(3)
        ],
    }


SAMPLES: dict[str, Callable[[], dict[str, Any]]] = {
    "ppv_request": ppv_request,
    "pku_referral": pku_referral,
    "letter": letter,
    "bare": bare,
    "hostile": hostile,
}
