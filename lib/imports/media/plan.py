"""Tying the rows of a manifest to patients and treatments as they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from lib.domain.media_labels import doubt_of
from lib.domain.reference import normalise_reference
from lib.imports.importing import RESTRICTED, Terms
from lib.imports.linking import Links, link
from lib.imports.media.checking import Picture, Pictures
from lib.imports.mentions import Mention
from lib.imports.table import RejectedRow
from lib.store import imported_media as store
from lib.store.connection import Cursor

NOBODY = "nobody is surely this patient; add their id, or import the patient first"
NO_TREATMENT = "the patient has no such treatment"
SEVERAL = "the patient has several treatments of this day; name one by its id"


@dataclass(frozen=True, slots=True)
class Placed:
    """A row whose patient, and treatment if it names one, are known."""

    row: Picture
    patient_id: UUID
    series_id: UUID | None


@dataclass(slots=True)
class MediaPlan:
    """What of a manifest has its place, and what has none."""

    system: str
    placed: list[Placed] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def plan(cursor: Cursor, content: Pictures, terms: Terms) -> MediaPlan:
    """Return where each row belongs. Raises `InvalidInputError` where the ids' system is unclear.

    A patient is known by the id in the other system, else by our own reference, else by what a
    careful match of names and birthday makes certain.
    """
    people = content.mentions.people
    links = link(cursor, people, terms)
    patients = _by_reference(cursor, people, links)
    born = store.get_births(cursor, {one for one in patients if one})
    made = MediaPlan(links.system, warnings=links.warnings)
    known = store.list_treatments(cursor, links.system, list(born))
    for place, row in enumerate(content.rows):
        text = patients[content.mentions.who[place]]
        if text is None:
            said = _said(content.mention_of(place))
            made.rejected.append(RejectedRow(row.line, content.person_column, said, NOBODY))
        elif born[text].is_restricted:
            made.rejected.append(RejectedRow(row.line, "", "", RESTRICTED))
        else:
            _place(made, row, text, (born[text].born_on, known.get(text, ())), terms)
    return made


def _place(
    made: MediaPlan,
    row: Picture,
    patient_id: str,
    known: tuple[date | None, Sequence[store.Treated]],
    terms: Terms,
) -> None:
    born_on, treatments = known
    doubt = doubt_of(row.captured_on, born_on, terms.as_of) if row.captured_on else None
    if doubt:
        made.rejected.append(RejectedRow(row.line, "", str(row.captured_on), doubt))
        return
    found = [one.series_id for one in treatments if _is_meant(one, row)]
    if (row.treatment_id or row.treated_on) and len(found) != 1:
        reason = SEVERAL if found else NO_TREATMENT
        said = row.treatment_id or str(row.treated_on)
        made.rejected.append(RejectedRow(row.line, "", said, reason))
        return
    made.placed.append(Placed(row, UUID(patient_id), found[0] if found else None))


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


def _said(one: Mention) -> str:
    return one.external_id or " ".join(filter(None, (one.given, one.family)))
