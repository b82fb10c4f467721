"""What a person can be recognised by in a store or a file, as it is searched for afterwards; pure.

It is collected before a record goes, and what is left is searched for it (rule C10).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What sort of identifier it is; the words are those of the certificate."""

    NAME = "name"
    BORN = "date of birth with name"
    PHONE = "phone number"
    EMAIL = "email address"
    ADDRESS = "address"
    REFERENCE = "reference"
    EXTERNAL_ID = "id in other software"
    PATIENT_ID = "id of the record"
    ROW_ID = "id of a row or file"
    DIGEST = "hash of a file or row"
    FILE_NAME = "name of a file"


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Everything of one record and of those absorbed into it, each once, as the store had it.

    `names` are given and family names; `addresses` are first line and postcode; `row_ids` are the
    keys of the person's own rows, their pictures, evidence and media keys among them.
    """

    patient_ids: tuple[UUID, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    born_on: tuple[date, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    row_ids: tuple[UUID, ...] = ()
    key_ids: tuple[UUID, ...] = ()
    digests: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()

    def joined(self, other: "Identifiers") -> "Identifiers":
        """Return what either holds: a record may be collected again after an interruption."""
        return Identifiers(
            **{
                one.name: tuple(
                    dict.fromkeys((*getattr(self, one.name), *getattr(other, one.name)))
                )
                for one in fields(self)
            }
        )


def text_of(identifiers: Identifiers) -> str:
    """Return them as one text, from which `identifiers_in` makes them again."""
    return json.dumps(asdict(identifiers), default=str, ensure_ascii=False)


def identifiers_in(text: str) -> Identifiers:
    """Return what a text of `text_of` holds. Raises `ValueError` where it is none."""
    read: Mapping[str, list[str]] = json.loads(text)
    return Identifiers(
        patient_ids=_ids(read["patient_ids"]),
        names=_pairs(read["names"]),
        born_on=tuple(date.fromisoformat(one) for one in read["born_on"]),
        phones=tuple(read["phones"]),
        emails=tuple(read["emails"]),
        addresses=_pairs(read["addresses"]),
        references=tuple(read["references"]),
        external_ids=tuple(read["external_ids"]),
        row_ids=_ids(read["row_ids"]),
        key_ids=_ids(read["key_ids"]),
        digests=tuple(read["digests"]),
        file_names=tuple(read["file_names"]),
    )


def _ids(texts: Iterable[str]) -> tuple[UUID, ...]:
    return tuple(map(UUID, texts))


def _pairs(pairs: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in pairs)
