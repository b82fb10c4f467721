"""Tying the rows of a manifest to patients and treatments as they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from lib.domain.linking import Candidate
from lib.domain.media_labels import Field, Values, doubt_of
from lib.domain.reference import normalise_reference
from lib.imports import mentions
from lib.imports.importing import RESTRICTED, Terms
from lib.imports.linking import Links, link
from lib.imports.media.checking import Picture, Pictures
from lib.imports.media.form import MediaField
from lib.imports.mentions import Mention
from lib.imports.table import RejectedRow
from lib.store import imported_media as store
from lib.store.connection import Cursor

NO_TREATMENT = "the patient has no such treatment"
SEVERAL = "the patient has several treatments of this day; name one by its id"


@dataclass(frozen=True, slots=True)
class Placed:
    """A row whose patient, and treatment if it names one, are known."""

    row: Picture
    mention: Mention
    patient_id: UUID
    series_id: UUID | None

    @property
    def said(self) -> Values:
        """Return what the row says of its picture; what it leaves out is guessed."""
        row = self.row
        values: dict[Field, Any] = {
            Field.CAPTURED_ON: row.captured_on,
            Field.TREATMENT: self.series_id,
            Field.VIEW: row.view,
            Field.EXPRESSION: row.expression,
            Field.STAGE: row.stage,
            Field.AREA: row.area,
            Field.NOTE: row.note,
        }
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A row of nobody who is surely one patient, and who may be meant."""

    row: Picture
    mention: Mention
    candidates: Sequence[Candidate] = ()


@dataclass(slots=True)
class MediaPlan:
    """What of a manifest has its place, what a person must place, and what has none."""

    system: str
    placed: list[Placed] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def plan(cursor: Cursor, content: Pictures, terms: Terms) -> MediaPlan:
    """Return where each row belongs. Raises `InvalidInputError` where the ids' system is unclear.

    A patient is known by the id in the other system, else by our own reference, else by what a
    careful match of names and birthday makes certain. Anybody else is for a person to choose.
    """
    people = content.mentions.people
    links = link(cursor, people, terms)
    patients = _by_reference(cursor, people, links)
    born = store.get_births(cursor, {one for one in patients if one})
    made = MediaPlan(links.system, warnings=links.warnings)
    known = store.list_treatments(cursor, links.system, list(born))
    for place, row in enumerate(content.rows):
        who, mention = content.mentions.who[place], content.mention_of(place)
        text = patients[who]
        born_on = born[text].born_on if text else None
        doubt = doubt_of(row.captured_on, born_on, terms.as_of) if row.captured_on else None
        if text and born[text].is_restricted:
            made.rejected.append(RejectedRow(row.line, "", "", RESTRICTED))
        elif doubt:
            made.rejected.append(RejectedRow(row.line, "", str(row.captured_on), doubt))
        elif text is None:
            made.unplaced.append(Unplaced(row, mention, links.candidates.get(who, ())))
        else:
            _place(made, Unplaced(row, mention), UUID(text), known.get(text, ()))
    return made


def _place(
    made: MediaPlan, said: Unplaced, patient_id: UUID, treatments: Sequence[store.Treated]
) -> None:
    """Find the treatment that a row names, if it names one, among its patient's."""
    row = said.row
    found = [one.series_id for one in treatments if _is_meant(one, row)]
    if (row.treatment_id or row.treated_on) and len(found) != 1:
        reason = SEVERAL if found else NO_TREATMENT
        named = row.treatment_id or str(row.treated_on)
        made.rejected.append(RejectedRow(row.line, "", named, reason))
        return
    made.placed.append(Placed(row, said.mention, patient_id, found[0] if found else None))


def _is_meant(treated: "store.Treated", row: Picture) -> bool:
    if row.treatment_id:
        return treated.external_id == row.treatment_id
    return row.treated_on is not None and treated.treated_on == row.treated_on


def _by_reference(cursor: Cursor, people: Sequence[Mention], links: Links) -> list[str | None]:
    wanted = {
        reference
        for one, patient_id in zip(people, links.patients, strict=True)
        if patient_id is None and (reference := normalise_reference(one.external_id))
    }
    there = store.list_by_reference(cursor, sorted(wanted)) if wanted else {}
    return [
        patient_id or there.get(normalise_reference(one.external_id) or "")
        for one, patient_id in zip(people, links.patients, strict=True)
    ]


def said_of(one: Placed | Unplaced) -> dict[str, str]:
    """Return a row of the manifest as a row of text that would be read as the same again."""
    row = one.row
    said = {
        MediaField.FILE: row.file,
        MediaField.TREATMENT_ID: row.treatment_id,
        MediaField.TREATED_ON: str(row.treated_on or ""),
        MediaField.CAPTURED_ON: str(row.captured_on or ""),
        MediaField.VIEW: row.view or "",
        MediaField.EXPRESSION: row.expression or "",
        MediaField.STAGE: row.stage or "",
        MediaField.AREA: row.area,
        MediaField.NOTE: row.note,
    }
    return mentions.said_of(one.mention) | {
        field.value: str(text) for field, text in said.items() if text
    }
