"""Pictures in the store for tests that need no files: the rows alone."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.services.clinic import Clinic
from lib.store import media_shelf
from tests.records import NOW, TODAY, write

FULL_DAY = datetime.fromisoformat("2026-11-23T10:15")


def add_item(clinic: Clinic, patient_id: UUID, **values: Any) -> UUID:  # noqa: ANN401 - any column
    """Add a photograph taken today, with its first label; give `captured_on` and so on to vary."""
    media_id = uuid7s.uuid7()
    said = {
        "captured_on": TODAY,
        "captured_at": FULL_DAY,
        "capture_source": "file",
        "is_guessed": True,
        "view": "front",
        **{name: values.pop(name) for name in list(values) if name in LABEL},
    }
    usual = {
        "media_id": media_id,
        "patient_id": patient_id,
        "key_id": uuid7s.uuid7(),
        "kind": "photograph",
        "format": "JPEG",
        "bytes": 2_000_000,
        "width": 4000,
        "height": 3000,
        "digest": str(media_id),
        "batch_id": uuid7s.uuid7(),
        "recorded_at": NOW,
    }
    write(clinic, "media_item", **{**usual, **values})
    label = {"label_id": uuid7s.uuid7(), "media_id": media_id, "patient_id": patient_id}
    write(clinic, "media_label", **label, version=1, recorded_at=NOW, **said)
    clinic.store.transact(lambda unit: media_shelf.touch(unit.cursor, [patient_id]))
    return media_id


LABEL = [
    "captured_on",
    "captured_at",
    "capture_source",
    "treatment_series_id",
    "view",
    "expression",
    "stage",
    "area",
    "practitioner_id",
    "note",
    "is_guessed",
]


def day(text: str) -> date:
    """Return a date written as ISO 8601."""
    return date.fromisoformat(text)
