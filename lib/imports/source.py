"""Any file a clinic brings: its form is told by its bytes, not its name, and read accordingly."""

from dataclasses import dataclass

from lib.errors import ImportRefusedError
from lib.imports import text, workbook
from lib.imports.table import Table

MOST_BYTES = 300_000_000

FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old or password-protected Excel file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document"),
)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the person says of a file when it is guessed wrongly; None means: find out."""

    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None


def read_table(content: bytes, options: ReadOptions | None = None) -> Table:
    """Return the table in a CSV or XLSX file; raise `ImportRefusedError` saying what to do."""
    chosen = options or ReadOptions()
    _refuse_foreign(content)
    if workbook.is_workbook(content):
        return workbook.read(content, sheet=chosen.sheet)
    return text.read(content, encoding=chosen.encoding, separator=chosen.separator)


def _refuse_foreign(content: bytes) -> None:
    if not content.strip():
        message = "The file is empty. Export it again, and check that it opens in a spreadsheet."
        raise ImportRefusedError(message)
    if len(content) > MOST_BYTES:
        size = len(content) // 1_000_000
        message = f"The file has {size} MB; {MOST_BYTES // 1_000_000} MB is the most we read."
        raise ImportRefusedError(message)
    for mark, name in FOREIGN:
        if content.startswith(mark):
            message = f"This is {name}, not a table. Export the patient list as CSV or XLSX."
            raise ImportRefusedError(message)
    start = content[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        message = "This is a web page, not a table. Export the patient list as CSV or XLSX."
        raise ImportRefusedError(message)
