"""What is to be searched for after a disposal: collected before, kept sealed until it is proved.

`HOME.keys/disposals/CASE.pending` holds a sealed line for each record. A proof can so be made after
a crash; once it is complete the file goes, and with it the last thing that says who it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from lib.domain.identifiers import Identifiers, identifiers_in, text_of
from lib.services.clinic import Clinic
from lib.services.disposal import pending
from lib.store import identifiers as rows
from lib.store.connection import Cursor

SUFFIX = pending.SUFFIX


def collect(cursor: Cursor, patient_ids: Sequence[UUID]) -> Identifiers:
    """Return what a record can be recognised by; give its absorbed records' ids with its own.

    For a service that has authorised the actor: nothing of it may be shown or kept unsealed.
    """
    return collect_each(cursor, {"": patient_ids})[""]


def collect_each(cursor: Cursor, records: Mapping[str, Sequence[UUID]]) -> dict[str, Identifiers]:
    """Return what each of many records can be recognised by, under the name that is given to it.

    One look through each table for all of them: a record at a time takes as long for each.
    """
    name_of = {one: name for name, patient_ids in records.items() for one in patient_ids}
    with rows.collected(cursor, list(name_of)):
        parts: dict[str, Iterable[tuple[UUID, object]]] = {
            "names": rows.list_pairs(cursor, rows.LIST_NAMES),
            "born_on": rows.list_born(cursor),
            "phones": rows.list_texts(cursor, rows.LIST_PHONES),
            "emails": rows.list_texts(cursor, rows.LIST_EMAILS),
            "addresses": rows.list_pairs(cursor, rows.LIST_ADDRESSES),
            "references": rows.list_texts(cursor, rows.LIST_REFERENCES),
            "external_ids": rows.list_texts(cursor, rows.LIST_EXTERNAL_IDS),
            "row_ids": rows.list_row_ids(cursor),
            "key_ids": rows.list_keys(cursor),
            "digests": rows.list_texts(cursor, rows.LIST_DIGESTS),
            "file_names": rows.list_texts(cursor, rows.LIST_FILE_NAMES),
        }
    found: dict[str, dict[str, dict[object, None]]] = {name: {} for name in records}
    for part, values in parts.items():
        for patient_id, value in values:
            found[name_of[patient_id]].setdefault(part, {})[value] = None
    return {name: _identifiers(records[name], each) for name, each in found.items()}


def keep(clinic: Clinic, case_id: UUID, number: str, identifiers: Identifiers) -> None:
    """Seal what an item of a case (`number`) is recognised by, and see it on disk.

    Called before its record goes; calling it again for the same item adds to what is there.
    """
    keep_each(clinic, case_id, {number: identifiers})


def keep_each(clinic: Clinic, case_id: UUID, known: Mapping[str, Identifiers]) -> None:
    """Seal what many items of a case are recognised by, as `keep` does, and wait for disk once."""
    lines = ((number, text_of(one)) for number, one in known.items())
    pending.append(clinic, file_of(clinic, case_id), lines)


def kept(clinic: Clinic, case_id: UUID) -> dict[str, Identifiers]:
    """Return what is kept for each item of a case, by number; nothing once it is proved.

    Raises `StoreError` where a whole line does not open. One that a crash cut short is left out:
    its record was not touched before the line was on disk.
    """
    found: dict[str, Identifiers] = {}
    for number, text in pending.read(clinic, file_of(clinic, case_id)):
        one = identifiers_in(text)
        found[number] = found[number].joined(one) if number in found else one
    return found


def let_go(clinic: Clinic, case_id: UUID) -> None:
    """Remove what was kept for a case, once its proof is complete; nothing there is no error."""
    pending.remove(file_of(clinic, case_id))


def file_of(clinic: Clinic, case_id: UUID) -> Path:
    """Return where it is kept: beside the master key, never inside the home."""
    return pending.folder_of(clinic) / f"{case_id}{SUFFIX}"


def _identifiers(
    patient_ids: Sequence[UUID], parts: Mapping[str, Mapping[Any, None]]
) -> Identifiers:
    return Identifiers(
        patient_ids=tuple(patient_ids), **{name: tuple(parts[name]) for name in parts}
    )
