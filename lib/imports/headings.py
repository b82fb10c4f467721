"""Guessing from its heading what a column is; looks at no value. The headings are the form's."""

import re
import unicodedata
from collections.abc import Sequence

from lib.imports.fields import Field
from lib.imports.forms import Form


def plain_heading(heading: str) -> str:
    """Return a heading as the patterns see it: `Date-of_Birth (dd/mm)` is `date of birth`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    folded = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().lower()
    without_hint = re.sub(r"\((?!home|work|mobile|s\))[^)]*\)", " ", folded)
    return " ".join(re.sub(r"[^a-z0-9()/]+", " ", without_hint).split())


def fields_of(form: Form, heading: str) -> list[tuple[int, Field]]:
    """Return the fields that a heading may speak of with their ranks; the lowest is the surest."""
    plain = plain_heading(heading)
    return [
        (rank, field)
        for rank, (field, pattern) in enumerate(form.patterns)
        if pattern.fullmatch(plain)
    ]


def guess(form: Form, columns: Sequence[str]) -> dict[str, Field]:
    """Return what each column most likely is; columns that match nothing are left out.

    A field that only one column can fill goes to the surest heading, the first in the file on a
    tie; the others are then what else they may be. A field gives way to those that say the same in
    parts, as a full name does.
    """
    ways = [
        (rank, place, field)
        for place, column in enumerate(columns)
        for rank, field in fields_of(form, column)
    ]
    found: dict[int, Field] = {}
    for _, place, field in sorted(ways, key=lambda way: way[:2]):
        if place not in found and (field in form.shared or field not in found.values()):
            found[place] = field
    filled = set(found.values())
    idle = {whole for whole, parts in form.gives_way.items() if parts <= filled}
    return {
        column: found[place]
        for place, column in enumerate(columns)
        if place in found and found[place] not in idle
    }
