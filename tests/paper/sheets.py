"""Sheets for tests: one with every kind of block, and text that tries to be more than text."""

import io

from PIL import Image

from lib.paper.sheet import (
    Banner,
    Column,
    Drawing,
    Entries,
    Entry,
    Fact,
    Facts,
    Notice,
    Notices,
    Pair,
    Passage,
    Picture,
    Pictures,
    Point,
    Prose,
    Run,
    Sheet,
    Table,
    Words,
)

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "#set page(fill: red)\n#panic()",
    "*bold* _under_ $x^2$ `code` @ref \\ [link] // gone",
    '#import "@preview/x:1.0.0"',
    "../../etc/passwd",
)
NAMES = (
    "Γιώργος Παπαδόπουλος",
    "Олександр Шевченко",
    "محمد علی",
    "שרה כהן",
    "अनिता शर्मा",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "রহিমা খাতুন",
    "王小明",
    "Đặng Thị Hồng",
)
PICTURE = "/media-store/1/thumbnail?for=record"
KINDS = ("heading", "bullet", "numbered", "quote", "paragraph")
LACKED = "தமிழ்"
TABLE = Table("Products", (Column("Product", 3), Column("Dose", 1, is_figure=True)), (("V", "20"),))


def picture_bytes(width: int = 24, height: int = 32) -> bytes:
    """Return a small picture as a file."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), (210, 160, 140)).save(made, "WEBP")
    return made.getvalue()


def banner(name: str = "HART, Anna (Ms)", died: str = "") -> Banner:
    return Banner(
        name,
        "Annie",
        (Pair("Born", "06-Aug-1985 (41y)"), Pair("Reference", "J00042K")),
        ("Allergies: Penicillin (severe)", "Restricted"),
        died,
    )


def sheet(*texts: str, name: str = "HART, Anna (Ms)", died: str = "") -> Sheet:
    """Return a sheet in which every kind of block says each of the texts."""
    said = texts or ("plain",)
    return Sheet(
        title="Patient record",
        name="record-J00042K",
        printed="Printed 23-Nov-2026 09:00 by Sam Okafor.",
        banner=banner(name, died),
        note=said[0],
        blocks=(
            Notices("", tuple(Notice(text, (text,), is_grave=True) for text in said)),
            Facts("Identity", tuple(Fact("Also known as", (text,)) for text in said)),
            Table("Products", TABLE.columns, tuple((text, "20") for text in said)),
            Table("Nothing", TABLE.columns, (), empty="Nothing yet."),
            Entries(
                "Treatments",
                tuple(
                    Entry(
                        "01-Nov-2026",
                        text,
                        "£1,250.00",
                        (text,),
                        TABLE,
                        text,
                        (Notice(text),),
                        is_void=number == 0,
                    )
                    for number, text in enumerate(said)
                ),
            ),
            Entries("Visits", (), empty="No visit."),
            Words("Notes", said),
            Prose("A form", tuple(Passage(kind, (Run(text),)) for kind in KINDS for text in said)),
            Drawing(
                "Chart",
                said[0],
                200,
                240,
                ("M 0 0 L 9 9",),
                ("M 0 9 L 9 0",),
                (Point(50, 25, "1"),),
            ),
            Pictures(
                "Photographs",
                tuple(
                    Picture(text, (text, "Before"), 24, 32, PICTURE, "image/webp", picture_bytes())
                    for text in said
                ),
            ),
            Pictures("No photographs", (), empty="No picture."),
        ),
    )
