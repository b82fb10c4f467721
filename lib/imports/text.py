"""Reading CSV and its relatives: which encoding, which separator, where each row began."""

import codecs
import csv
import io
import itertools
import sys
from dataclasses import dataclass

from lib.errors import ImportRefusedError
from lib.imports import regular
from lib.imports.table import Found, Table, assemble, assemble_columns

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SAMPLE_RECORDS = 50
SAMPLE_CHARACTERS = 200_000
EVIDENT_SHARE = 0.3

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 little-endian"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 big-endian"),
)
ENCODINGS = {
    "UTF-8": "utf-8",
    "UTF-16 little-endian": "utf-16-le",
    "UTF-16 big-endian": "utf-16-be",
    "Windows-1252": "cp1252",
    "Mac Roman": "mac_roman",
}

# A cell may be as long as a file; the csv module's own limit would refuse a long note.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and the name of the encoding it was in."""

    text: str
    encoding: str


def read(content: bytes, *, encoding: str | None = None, separator: str | None = None) -> Table:
    """Return the table in a CSV file; `encoding` (a key of ENCODINGS) and `separator` override.

    Raises `ImportRefusedError` for what is no text, has an open quote, or has no rows.
    """
    decoded = decode(content, encoding)
    text, declared = _without_declaration(decoded.text)
    _refuse_binary(text)
    chosen = separator or declared or separator_of(text)
    found = Found("CSV", encoding=decoded.encoding, separator=SEPARATORS.get(chosen, chosen))
    first_line = 2 if declared else 1
    columns = None if _is_spaced(text, chosen) else regular.read(text, chosen, first_line)
    if columns is not None:
        return assemble_columns(columns.header, columns.cells, columns.lines, found)
    records, lines = _records(text, chosen, first_line)
    if not records:
        message = "The file is empty. Export it again, and check that it opens in a spreadsheet."
        raise ImportRefusedError(message)
    return assemble(records[0], records[1:], lines[1:], found)


def decode(content: bytes, encoding: str | None = None) -> Decoded:
    """Return the text of a file: by its byte order mark, its zero bytes, else UTF-8, else 1252."""
    for mark, codec, name in MARKS if encoding is None else ():
        if content.startswith(mark):
            return Decoded(_decoded(content, codec, name), name)
    if encoding:
        return Decoded(_decoded(content, ENCODINGS[encoding], encoding).lstrip("\ufeff"), encoding)
    wide = _wide_encoding(content)
    if wide:
        return Decoded(_decoded(content, ENCODINGS[wide], wide), wide)
    try:
        return Decoded(content.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError:
        return Decoded(_decoded(content, "cp1252", "Windows-1252"), "Windows-1252")


def _decoded(content: bytes, codec: str, name: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = (
            f"The file cannot be read as {name}: line {line} holds bytes that are no characters. "
            "Save it as “CSV UTF-8” and try again."
        )
        raise ImportRefusedError(message) from error


def _wide_encoding(content: bytes) -> str | None:
    """Tell UTF-16 without a mark by the zero bytes that Latin letters have in it."""
    sample = content[:20_000]
    half = max(len(sample) // 2, 1)
    low_zeros, high_zeros = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if len(content) % 2 == 0 and high_zeros > EVIDENT_SHARE > low_zeros:
        return "UTF-16 little-endian"
    if len(content) % 2 == 0 and low_zeros > EVIDENT_SHARE > high_zeros:
        return "UTF-16 big-endian"
    return None


def _without_declaration(text: str) -> tuple[str, str | None]:
    """Take off Excel's own first line `sep=;`."""
    first, newline, rest = text.partition("\n")
    line = first.strip().strip('"')
    is_declared = line[:4].lower() == "sep=" and len(line) == len("sep=;")
    return (rest, line[4]) if is_declared and newline else (text, None)


def _refuse_binary(text: str) -> None:
    zero = text.find("\0")
    if zero >= 0:
        line = text.count("\n", 0, zero) + 1
        message = (
            f"Line {line} holds zero bytes, which no text has. The file is damaged or is not a "
            "CSV file; export it again."
        )
        raise ImportRefusedError(message)
    sample = text[:20_000]
    controls = sum(character < " " and character not in "\t\r\n\f\v" for character in sample)
    if controls > len(sample) // 50:
        message = "This is not a table of text. Export the patient list as CSV or XLSX."
        raise ImportRefusedError(message)


def separator_of(text: str) -> str:
    """Return the separator that gives the most columns in the header, evenly in the first rows."""
    return max(SEPARATORS, key=lambda separator: _evenness(text, separator))


def _evenness(text: str, separator: str) -> tuple[int, float]:
    lines = io.StringIO(text[:SAMPLE_CHARACTERS], newline="")
    records = csv.reader(lines, delimiter=separator)
    try:
        sample = [row for row in itertools.islice(records, SAMPLE_RECORDS) if row]
    except csv.Error:
        return 0, 0.0
    if not sample:
        return 0, 0.0
    width = len(sample[0])
    even = sum(len(row) == width for row in sample) / len(sample)
    return (width if even > EVIDENT_SHARE else 1), even


def _records(text: str, separator: str, first_line: int) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        strict=True,
        skipinitialspace=_is_spaced(text, separator),
    )
    records: list[list[str]] = []
    lines: list[int] = []
    line = first_line
    try:
        for record in reader:
            if record:
                records.append(record)
                lines.append(line)
            line = reader.line_num + first_line
    except csv.Error as error:
        raise _explain(error, line) from error
    return records, lines


def _is_spaced(text: str, separator: str) -> bool:
    """Tell whether a blank follows every separator, as in Febrl: it must not hide a quotation."""
    _, *others = text.partition("\n")[0].split(separator)
    return bool(others) and all(cell[:1] == " " and cell.strip() for cell in others)


def _explain(error: csv.Error, line: int) -> ImportRefusedError:
    if "unexpected end of data" in str(error):
        message = (
            f"The row that begins on line {line} opens a quotation mark and never closes it: the "
            "file was cut off or damaged there. Export it again."
        )
    else:
        message = (
            f"The row that begins on line {line} has a quotation mark in the wrong place, so where "
            "its cells end is not certain. Correct it, or export the file again."
        )
    return ImportRefusedError(message)
