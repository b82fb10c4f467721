"""The model of what is printed: a banner for every page, and blocks under one another; pure.

Every text is shown as it is. Nothing in it is read as markup, in HTML or in PDF.
"""

import unicodedata
from base64 import b64encode
from dataclasses import asdict, dataclass, field
from typing import Any

# What has no width and no ink, but turns the order of what is read or breaks a file: control
# characters, and the marks that override the direction of text.
KEPT_CONTROLS = {"\n"}
TURNING = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
UNPRINTABLE = {"Cc", "Cs", "Co", "Cn"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Banner:
    """Who the patient is, at the head of every page (NHS Common User Interface).

    `alerts` are the words that must be seen: allergies first. `died` is empty for the living.
    """

    name: str
    preferred: str
    pairs: tuple[Pair, ...]
    alerts: tuple[str, ...]
    died: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that must be seen. A grave one has a heavier frame and the word for it."""

    title: str
    lines: tuple[str, ...] = ()
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class Notices:
    """Notices, the gravest first."""

    title: str
    notices: tuple[Notice, ...]
    kind: str = "notices"


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what is known under it; each value with a quieter note or none."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """A list of labels and values, in two columns where they are short."""

    title: str
    facts: tuple[Fact, ...]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading; figures stand to the right. `share` is its part of the width."""

    label: str
    share: int = 1
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings that are repeated on every page; `empty` is said when there are none."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = ""
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated thing, kept on one page where it fits. `is_void`: it never was."""

    when: str
    title: str
    aside: str = ""
    lines: tuple[str, ...] = ()
    table: Table | None = None
    said: str = ""
    notices: tuple[Notice, ...] = ()
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class Entries:
    """Dated things, the newest first; `empty` is said when there are none."""

    title: str
    entries: tuple[Entry, ...]
    empty: str = ""
    kind: str = "entries"


@dataclass(frozen=True, slots=True)
class Words:
    """Paragraphs under a heading: what a letter says."""

    title: str
    paragraphs: tuple[str, ...]
    kind: str = "words"


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a drawing, in percent from its top left, and the number that stands there."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing with points: SVG path data in a box of `width` by `height`, our own, never typed.

    `lines` are finer than `contours`; `alt` says in words what is to be seen.
    """

    title: str
    alt: str
    width: int
    height: int
    contours: tuple[str, ...]
    lines: tuple[str, ...]
    points: tuple[Point, ...]
    kind: str = "drawing"


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph in small: its address for a page, its bytes for a file, and what is said of it.

    `alt` says in words what is known of it; `content` is empty where only a page is made, and
    `source` is what it is found by.
    """

    alt: str
    lines: tuple[str, ...]
    width: int
    height: int
    href: str
    media_type: str = ""
    content: bytes = field(default=b"", repr=False)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Photographs beside and under one another, each with its words."""

    title: str
    pictures: tuple[Picture, ...]
    empty: str = ""
    kind: str = "pictures"


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of a passage that look alike."""

    text: str
    is_strong: bool = False
    is_emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, heading, item of a list, quotation or rule, as `lib.paper.markdown` names it.

    `level` is a heading's, or how deep in lists it stands; `number` is that of a numbered item.
    """

    kind: str
    runs: tuple[Run, ...]
    level: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Prose:
    """A text with passages, such as a form of consent; a large one is set for tired eyes."""

    title: str
    passages: tuple[Passage, ...]
    is_large: bool = False
    kind: str = "prose"


Block = Notices | Facts | Table | Entries | Words | Drawing | Pictures | Prose


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document. `name` is what a saved file is called, without a name of a person in it.

    `printed` says who printed it and when; it stands with the number of the page at each foot.
    """

    title: str
    name: str
    printed: str
    banner: Banner | None
    blocks: tuple[Block, ...]
    note: str = ""
    language: str = "en"
    region: str = "GB"


def content(sheet: Sheet) -> dict[str, Any]:
    """Return the sheet as plain data for a template: every text clean, bytes in base64."""
    return dict(_clean(asdict(sheet)))


def clean(text: str) -> str:
    """Return the text without control characters and marks that turn the reading direction."""
    return "".join(
        char
        for char in text.replace("\r\n", "\n").replace("\t", " ")
        if char in KEPT_CONTROLS
        or (char not in TURNING and unicodedata.category(char) not in UNPRINTABLE)
    )


def _clean(value: Any) -> Any:  # noqa: ANN401 - data of any shape
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, (list, tuple)) else value
