"""Pictures for tests: rows and really sealed files, without looking into them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.services.clinic import Clinic
from lib.store import media_shelf
from tests.records import NOW, write

THUMBNAIL = b"RIFF....WEBP thumbnail"
PREVIEW = b"RIFF....WEBP preview"
ORIGINAL = b"\xff\xd8\xff original"
DAY = date(2026, 11, 2)


@dataclass(frozen=True, slots=True)
class Files:
    """The bytes of a picture's files, by name; what is not named is not there."""

    content: Mapping[str, bytes] = field(
        default_factory=lambda: {
            "original": ORIGINAL,
            "thumbnail": THUMBNAIL,
            "preview": PREVIEW,
        }
    )


def add_key(clinic: Clinic, patient_id: UUID) -> UUID:
    """Give a patient a media key."""
    key_id = clinic.media.keys.make()
    write(clinic, "media_key", key_id=key_id, patient_id=patient_id, made_at=NOW)
    return key_id


def add_rows(clinic: Clinic, patient_id: UUID, key_id: UUID, **values: Any) -> UUID:  # noqa: ANN401
    """Add a picture's rows without files; what is not given is plain."""
    media_id = uuid7s.uuid7()
    item = {
        "media_id": media_id,
        "patient_id": patient_id,
        "key_id": key_id,
        "kind": "photograph",
        "format": "JPEG",
        "bytes": len(ORIGINAL),
        "width": 4000,
        "height": 3000,
        "digest": str(media_id),
        "batch_id": media_id,
        "recorded_at": NOW,
    }
    label = {
        "label_id": uuid7s.uuid7(),
        "media_id": media_id,
        "patient_id": patient_id,
        "version": 1,
        "captured_on": DAY,
        "captured_at": datetime(2026, 11, 2, 10, 0),  # noqa: DTZ001 - UTC, as the store keeps it
        "capture_source": "file",
        "is_guessed": False,
        "recorded_at": NOW,
    }
    labels = {name: values.pop(name) for name in list(values) if name in LABEL}
    write(clinic, "media_item", **{**item, **values})
    write(clinic, "media_label", **{**label, **labels})
    clinic.store.transact(lambda unit: media_shelf.touch(unit.cursor, [patient_id]))
    return media_id


LABEL = frozenset(
    {
        *("captured_on", "captured_at", "capture_source", "treatment_series_id", "view"),
        *("expression", "stage", "area", "practitioner_id", "note", "is_guessed"),
    }
)


def add_rendition(
    clinic: Clinic, patient_id: UUID, media_id: UUID, name: str, **values: str | int | None
) -> None:
    """Add the row of a rendition."""
    usual = {
        "media_id": media_id,
        "patient_id": patient_id,
        "name": name,
        "media_type": "video/mp4" if name == "stream" else "image/webp",
    }
    write(clinic, "media_rendition", **{**usual, **values})


def seal(clinic: Clinic, media_id: UUID, key_id: UUID, name: str, content: bytes) -> None:
    """Put a sealed file in its place."""
    with clinic.media.sealed(media_id, name, key_id).writer() as writer:
        writer.write(content)


def add_picture(
    clinic: Clinic,
    patient_id: UUID,
    key_id: UUID,
    files: Files | None = None,
    **values: Any,  # noqa: ANN401
) -> UUID:
    """Add a picture with its sealed files, as bringing one in leaves it."""
    media_id = add_rows(clinic, patient_id, key_id, **values)
    for name, content in (files or Files()).content.items():
        seal(clinic, media_id, key_id, name, content)
        if name != "original":
            add_rendition(clinic, patient_id, media_id, name, bytes=len(content))
    return media_id
