"""What is to be searched for after a disposal: collected before, kept sealed until it is proved.

`HOME.keys/disposals/CASE.pending` holds a sealed line for each record. A proof can so be made after
a crash; once it is complete the file goes, and with it the last thing that says who it was.
"""

import base64
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lib.domain.identifiers import Identifiers, identifiers_in, text_of
from lib.errors import StoreError
from lib.media import folders
from lib.services.clinic import Clinic
from lib.store import identifiers as rows
from lib.store.connection import Cursor

PURPOSE = b"juno-desk pending disposals 1"
KEY_BYTES = 32
NONCE_BYTES = 12
SUFFIX = ".pending"
BETWEEN = "\n"
WHOLE = b"."
UNREADABLE = (
    "What was to be searched for after this disposal cannot be read: the file beside the keys was "
    "changed. The records are gone; tell the compliance officer that their proof is not complete."
)


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
    file = file_of(clinic, case_id)
    folders.make_private(file.parent)
    cipher = _cipher(clinic)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as handle:
        for number, identifiers in known.items():
            nonce = secrets.token_bytes(NONCE_BYTES)
            plain = f"{number}{BETWEEN}{text_of(identifiers)}".encode(errors="surrogatepass")
            sealed = cipher.encrypt(nonce, plain, case_id.bytes)
            # A crash may have cut the line before: this one begins anew, its end is marked.
            handle.write(b"\n" + base64.b64encode(nonce + sealed) + WHOLE)
        handle.flush()
        os.fsync(handle.fileno())
    folders.sync(file.parent)


def kept(clinic: Clinic, case_id: UUID) -> dict[str, Identifiers]:
    """Return what is kept for each item of a case, by number; nothing once it is proved.

    Raises `StoreError` where a whole line does not open. One that a crash cut short is left out:
    its record was not touched before the line was on disk.
    """
    file = file_of(clinic, case_id)
    found: dict[str, Identifiers] = {}
    if not file.exists():
        return found
    cipher = _cipher(clinic)
    for line in file.read_bytes().split(b"\n"):
        if line.endswith(WHOLE):
            number, one = _opened(cipher, case_id, line[: -len(WHOLE)])
            found[number] = found[number].joined(one) if number in found else one
    return found


def let_go(clinic: Clinic, case_id: UUID) -> None:
    """Remove what was kept for a case, once its proof is complete; nothing there is no error."""
    file = file_of(clinic, case_id)
    file.unlink(missing_ok=True)
    if file.parent.exists():
        folders.sync(file.parent)


def file_of(clinic: Clinic, case_id: UUID) -> Path:
    """Return where it is kept: beside the master key, never inside the home."""
    return clinic.home.parent / f"{clinic.home.name}.keys" / "disposals" / f"{case_id}{SUFFIX}"


def _identifiers(
    patient_ids: Sequence[UUID], parts: Mapping[str, Mapping[Any, None]]
) -> Identifiers:
    return Identifiers(
        patient_ids=tuple(patient_ids), **{name: tuple(parts[name]) for name in parts}
    )


def _cipher(clinic: Clinic) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, None, PURPOSE).derive(clinic.master_key))


def _opened(cipher: AESGCM, case_id: UUID, line: bytes) -> tuple[str, Identifiers]:
    try:
        sealed = base64.b64decode(line, validate=True)
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        plain = cipher.decrypt(nonce, rest, case_id.bytes)
        number, _, text = plain.decode(errors="surrogatepass").partition(BETWEEN)
        return number, identifiers_in(text)
    except (InvalidTag, ValueError, KeyError) as error:
        raise StoreError(UNREADABLE) from error
