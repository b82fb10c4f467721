"""Whom a recalled lot or product was given to, line by line, for the screen, paper and a file.

Of a restricted record only the reference is told (rule E1).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from lib.domain import formats
from lib.imports.report import neutral
from lib.store import recalls
from lib.store.connection import Cursor
from lib.store.recalls import Contact, PatientRow, Recall, Use

HEADINGS = (
    *("Reference", "Title", "Given names", "Family name", "Born", "Phone", "Email", "Deceased"),
    *("Last treated", "Uses", "Adverse events", "Contacted", "Note"),
)
RESTRICTED = "Restricted: open the record on a ground"


@dataclass(frozen=True, slots=True)
class Line:
    """One patient of a recall: who, every use, adverse events, how the contact stands.

    Of a restricted record only the reference is given (rule E1).
    """

    patient: PatientRow
    uses: tuple[Use, ...]
    adverse_events: int
    contact: Contact | None


def use_words(use: Use) -> str:
    """Return one use in words: day, treatment, area and dose, lot, practitioner."""
    amount = " ".join(filter(None, (use.area, formats.dose(use.dose, use.unit))))
    lot = f"lot {use.lot_number}" if use.lot_number else "lot not recorded"
    who = f"by {use.practitioner_name}" if use.practitioner_name else ""
    parts = (formats.day(use.treated_on), use.treatment_name, amount, lot, who)
    return ", ".join(filter(None, parts))


def ordered(cursor: Cursor, recall: Recall) -> tuple[list[str], dict[str, Contact]]:
    """Return everybody treated, those not contacted yet first, and what was noted of whom."""
    treated = recalls.list_treated(cursor, recall).to_pylist()
    contacts = recalls.list_contacts(cursor, recall.recall_id)
    done = {key for key, contact in contacts.items() if contact.is_done}
    if not done:
        return treated, contacts
    waiting = [key for key in treated if key not in done]
    return [*waiting, *(key for key in treated if key in done)], contacts


def lines_of(
    cursor: Cursor, recall: Recall, keys: Sequence[str], contacts: dict[str, Contact]
) -> list[Line]:
    """Return what is known of these patients (ids as text) in the recall, in that order."""
    uses: dict[UUID, list[Use]] = {}
    for use in recalls.list_uses(cursor, recall, keys):
        uses.setdefault(use.patient_id, []).append(use)
    events = recalls.count_adverse_events(cursor, recall, keys)
    return [
        Line(
            patient,
            () if patient.is_restricted else tuple(uses.get(patient.patient_id, ())),
            0 if patient.is_restricted else events.get(patient.patient_id, 0),
            contacts.get(str(patient.patient_id)),
        )
        for patient in map(_without_detail, recalls.list_patients(cursor, keys))
    ]


def _without_detail(patient: PatientRow) -> PatientRow:
    """Return a restricted patient by reference alone (rule E1), anybody else as they are."""
    if not patient.is_restricted:
        return patient
    nothing = (None, "", "", "not_known", None, None, None, None)
    return PatientRow(patient.patient_id, patient.reference, *nothing, is_restricted=True)


def _cells(line: Line) -> tuple[str, ...]:
    patient = line.patient
    told = line.contact
    contacted = formats.day(told.recorded_at.date()) if told and told.is_done else "no"
    if patient.is_restricted:
        return (patient.reference, "", "", RESTRICTED, *[""] * 7, contacted, "")
    return (
        patient.reference,
        patient.title or "",
        patient.given_names,
        patient.family_name,
        formats.day(patient.born_on, ""),
        patient.phone or "",
        patient.email or "",
        formats.day(patient.deceased_on, ""),
        formats.day(line.uses[0].treated_on, "") if line.uses else "",
        "; ".join(map(use_words, line.uses)),
        str(line.adverse_events),
        contacted,
        (told.note or "") if told else "",
    )


def as_csv(found: Iterable[Line]) -> bytes:
    """Return the lines as CSV that no spreadsheet takes for formulas."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    writer.writerows([neutral(cell) for cell in _cells(line)] for line in found)
    return file.getvalue().encode("utf-8-sig")
