"""What a file that shows a consent may be, told by its content alone; pure.

Its name and what a browser says of it are not asked. Nothing here opens a file: it is looked at.
"""

import re
from dataclasses import dataclass
from enum import Enum

from lib.domain.consent import EvidenceKind
from lib.errors import InvalidInputError

FIELD = "evidence"
MOST_BYTES = 25_000_000
MEGABYTE = 1_000_000
HEAD_BYTES = 4096
# Where readers of PDF look for its beginning, and of an archive for its end.
PDF_HEAD_BYTES = 1024
ARCHIVE_TAIL_BYTES = 65_557

EMPTY = "The file is empty. Scan or save it again."
TOO_LARGE = "This file has more than 25 MB. Scan it at a lower resolution, or in fewer pages."
UNKNOWN = (
    "This is not a file that can be kept as evidence. Bring in a PDF, a JPEG, PNG, HEIC or TIFF "
    "picture, an email saved as .eml, or plain text."
)
TWO_IN_ONE = (
    "This file is two kinds of file at once, which no scanner or mail program writes. Scan the "
    "paper again, or note what it says."
)
ACTIVE_PDF = (
    "This PDF holds a program or other files. Print it and scan the paper, or note what it says."
)
LOCKED_PDF = "This PDF is locked. Save it without protection, or print it and scan the paper."
CUT = "The end of this file is missing. Copy it again."
WEB_PAGE = "This is a web page. Print it as a PDF, or note what it says."
OUTLOOK = "This is a message in Outlook's own form (.msg). Save it as .eml, or note what it says."
NOT_TEXT = "This text cannot be read. Save it as plain text (UTF-8)."


class Sort(Enum):
    """A kind of file that is kept: what it shows, what its bytes are, how its name ends."""

    PDF = (EvidenceKind.SCAN, "application/pdf", "pdf")
    JPEG = (EvidenceKind.SCAN, "image/jpeg", "jpg")
    PNG = (EvidenceKind.SCAN, "image/png", "png")
    HEIC = (EvidenceKind.SCAN, "image/heic", "heic")
    TIFF = (EvidenceKind.SCAN, "image/tiff", "tif")
    EMAIL = (EvidenceKind.EMAIL, "message/rfc822", "eml")
    TEXT = (EvidenceKind.NOTE, "text/plain; charset=utf-8", "txt")

    @property
    def kind(self) -> EvidenceKind:
        """Return what kind of evidence it is."""
        return self.value[0]

    @property
    def media_type(self) -> str:
        """Return what its bytes are."""
        return self.value[1]

    @property
    def ending(self) -> str:
        """Return how its name ends."""
        return self.value[2]

    @property
    def filename(self) -> str:
        """Return a name that says nothing of whose it is: people name scans after patients."""
        return f"{self.kind}.{self.ending}"

    @property
    def is_picture(self) -> bool:
        """Tell whether it must open as a picture to be kept."""
        return self in {Sort.JPEG, Sort.PNG, Sort.HEIC, Sort.TIFF}


@dataclass(frozen=True, slots=True)
class _Mark:
    """How a kind of file begins."""

    sort: Sort
    beginning: bytes


MARKS = (
    _Mark(Sort.PDF, b"%PDF-"),
    _Mark(Sort.JPEG, b"\xff\xd8\xff"),
    _Mark(Sort.PNG, b"\x89PNG\r\n\x1a\n"),
    _Mark(Sort.TIFF, b"II*\0"),
    _Mark(Sort.TIFF, b"MM\0*"),
)
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
OUTLOOK_MARK = bytes.fromhex("D0CF11E0A1B11AE1")
# A PDF may write any letter of a name as `#` and two digits, which is how a program is hidden.
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z])")
LOCKED = re.compile(rb"/Encrypt(?![A-Za-z])")
PAGE = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|iframe|body|\?php)\b", re.IGNORECASE)
HEADER = re.compile(rb"(?:From [^\r\n]*\r?\n)?[!-9;-~]{1,60}:[ \t]?[^\r\n]*\r?\n")
SENDER = re.compile(rb"^From:", re.IGNORECASE | re.MULTILINE)
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
BOM = b"\xef\xbb\xbf"


def begins_as(head: bytes) -> Sort | None:
    """Return what a file seems to be by its first bytes; None where that takes all of it.

    Raises `InvalidInputError` for what is certainly none of ours.
    """
    if head.startswith(OUTLOOK_MARK):
        raise InvalidInputError(OUTLOOK, field=FIELD)
    for mark in MARKS:
        if head.startswith(mark.beginning):
            return mark.sort
    if head[4:8] == b"ftyp":
        if head[8:12] in HEIC_BRANDS:
            return Sort.HEIC
        raise InvalidInputError(UNKNOWN, field=FIELD)
    if b"\0" in head:
        raise InvalidInputError(UNKNOWN, field=FIELD)
    return None


def sort_of(content: bytes) -> Sort:
    """Return what a whole file is. Raises `InvalidInputError` with what to do about it."""
    if not content.strip():
        raise InvalidInputError(EMPTY, field=FIELD)
    if len(content) > MOST_BYTES:
        raise InvalidInputError(TOO_LARGE, field=FIELD)
    found = begins_as(content[:HEAD_BYTES])
    if found is None:
        return _words(content)
    fault = _fault(content, found)
    if fault:
        raise InvalidInputError(fault, field=FIELD)
    return found


def _fault(content: bytes, found: Sort) -> str | None:
    if b"PK\x05\x06" in content[-ARCHIVE_TAIL_BYTES:] or PAGE.search(content[:HEAD_BYTES]):
        return TWO_IN_ONE
    if found is Sort.PDF:
        return _fault_of_pdf(content)
    if b"%PDF-" in content[:PDF_HEAD_BYTES]:
        return TWO_IN_ONE
    if found is Sort.PNG and b"IEND" not in content[-64:]:
        return TWO_IN_ONE if b"IEND" in content else CUT
    return None


def _fault_of_pdf(content: bytes) -> str | None:
    if b"%%EOF" not in content[-PDF_HEAD_BYTES:]:
        return TWO_IN_ONE if b"%%EOF" in content else CUT
    names = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if ACTIVE.search(names):
        return ACTIVE_PDF
    return LOCKED_PDF if LOCKED.search(names) else None


def _words(content: bytes) -> Sort:
    """Tell an email from a text; what a browser would take for a page is neither."""
    body = content.removeprefix(BOM)
    if HEADER.match(body) and SENDER.search(body[: 16 * HEAD_BYTES]):
        return Sort.EMAIL
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise InvalidInputError(NOT_TEXT, field=FIELD) from error
    if CONTROLS.search(text):
        raise InvalidInputError(NOT_TEXT, field=FIELD)
    if PAGE.search(body):
        raise InvalidInputError(WEB_PAGE, field=FIELD)
    return Sort.TEXT
