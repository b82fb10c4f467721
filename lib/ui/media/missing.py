"""The day's treatments without a picture, in words."""

from collections.abc import Sequence
from datetime import date

from lib.store.media_missing import Unpictured
from lib.ui import addresses, formats, navigation
from lib.ui.components.blocks import Cell, Column, Link, Table

COLUMNS = (Column("Patient"), Column("Treatment"), Column("Practitioner"))
NONE_MISSING = (
    "Every treatment recorded today has a picture. One that has none appears here until somebody "
    "adds it."
)


def table(found: Sequence[Unpictured], as_of: date) -> Table:
    """Return the treatments as a table; each leads to where its pictures are added."""
    rows = tuple(_row(one, as_of) for one in found)
    return Table("", COLUMNS, rows, caption="Treatments without a picture", empty=NONE_MISSING)


def _row(one: Unpictured, as_of: date) -> tuple[Cell, ...]:
    name = formats.name(one.family_name, one.given_names, one.title)
    known = f"Born {formats.born(one.born_on, as_of)} · {formats.sex(one.sex)} · {one.reference}"
    query = {addresses.PATIENT: str(one.patient_id), addresses.TREATMENT: str(one.series_id)}
    return (
        Link(name, navigation.record_href(one.patient_id), known),
        Link(one.treatment_name, navigation.href(navigation.ADD_PHOTOGRAPHS, query), "Add them"),
        one.practitioner_name or formats.NOT_KNOWN,
    )
