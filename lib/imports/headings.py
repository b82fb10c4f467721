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


def field_of(form: Form, heading: str) -> tuple[int, Field] | None:
    """Return the field that a heading speaks of, with its rank (lower is surer), or None."""
    plain = plain_heading(heading)
    for rank, (field, pattern) in enumerate(form.patterns):
        if pattern.fullmatch(plain):
            return rank, field
    return None


def guess(form: Form, columns: Sequence[str]) -> dict[str, Field]:
    """Return what each column most likely is; columns that match nothing are left out.

    A field that only one column can fill goes to the surest heading, the first in the file on a
    tie. A field gives way to those that say the same in parts, as a full name does.
    """
    found = {column: match for column in columns if (match := field_of(form, column))}
    taken: dict[Field, str] = {}
    for column, (_, field) in sorted(found.items(), key=lambda item: item[1][0]):
        taken.setdefault(field, column)
    guessed = {
        column: field
        for column, (_, field) in found.items()
        if field in form.shared or taken[field] == column
    }
    filled = set(guessed.values())
    idle = {whole for whole, parts in form.gives_way.items() if parts <= filled}
    return {column: field for column, field in guessed.items() if field not in idle}
