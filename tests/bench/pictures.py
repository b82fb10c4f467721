"""Pictures in bulk for benchmarks: rows for a clinic, sealed files for one page of one patient.

The bytes are noise of the usual size: what is measured never looks into them but a browser, which
gets real ones.
"""

import io
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
from PIL import Image

from lib.domain.media import Expression, Stage, View
from lib.media.sealing import FRAME_BYTES
from lib.services.clinic import Clinic
from lib.store import bulk, media_shelf
from lib.store.connection import UnitOfWork
from lib.store.rows import insert_row

AREAS = ("forehead", "glabella", "lips", "chin", "cheeks", "neck")
FIRST_DAY = date(2019, 1, 7)
# Somebody who came every week, and had a dozen taken each time.
WEEKS = 400
LIST_PATIENTS = """
SELECT CAST(patient_id AS VARCHAR) FROM patient WHERE merged_into_id IS NULL
  AND patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
ORDER BY patient_id
"""
LIST_SERIES = """
SELECT CAST(series_id AS VARCHAR) FROM treatment WHERE patient_id = ? AND superseded_at IS NULL
"""
LIST_PRACTITIONERS = "SELECT CAST(practitioner_id AS VARCHAR) FROM practitioner"
SIDES = {"thumbnail": (320, 240), "preview": (1600, 1200)}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The patient with thousands of pictures."""

    patient_id: UUID
    key_id: UUID
    media_ids: tuple[UUID, ...]


def fill(clinic: Clinic, crowd: int, many: int) -> Chosen:
    """Give one patient `many` pictures and all others together `crowd`, without files."""
    with clinic.store.reading() as cursor:
        patients = [row[0] for row in cursor.execute(LIST_PATIENTS).fetchall()]
    chosen = patients[len(patients) // 2]
    chance = random.Random(7)  # noqa: S311 - a benchmark's data, not a secret
    whose = [chance.choice(patients) for _ in range(crowd)] + [chosen] * many
    chance.shuffle(whose)
    media_ids = bulk.new_ids(len(whose)).to_pylist()
    key_id = clinic.media.keys.make()
    pairs = list(zip(media_ids, whose, strict=True))
    clinic.store.transact(lambda unit: _insert(unit, pairs, (chosen, key_id)))
    clinic.store.transact(lambda unit: media_shelf.touch(unit.cursor, [UUID(chosen)]))
    mine = [UUID(one) for one, owner in pairs if owner == chosen]
    return Chosen(UUID(chosen), key_id, tuple(mine))


def _insert(unit: UnitOfWork, pairs: Sequence[tuple[str, str]], whose: tuple[str, UUID]) -> None:
    chosen, key_id = whose
    chance = random.Random(11)  # noqa: S311
    series = [row[0] for row in unit.cursor.execute(LIST_SERIES, [chosen]).fetchall()]
    people = [row[0] for row in unit.cursor.execute(LIST_PRACTITIONERS).fetchall()]
    count = len(pairs)
    ids, owners = [one for one, _ in pairs], [owner for _, owner in pairs]
    weeks = [chance.randrange(WEEKS) for _ in pairs]
    days = [FIRST_DAY + timedelta(weeks=week) for week in weeks]
    now = datetime.now(UTC).replace(tzinfo=None)
    item = {
        "media_id": ids,
        "patient_id": owners,
        "key_id": [str(key_id)] * count,
        "kind": ["photograph"] * count,
        "format": ["JPEG"] * count,
        "bytes": [4_000_000] * count,
        "width": [6000] * count,
        "height": [4000] * count,
        "digest": ids,
        "likeness": [f"{chance.getrandbits(64):016x}" for _ in pairs],
        "batch_id": ids,
        "recorded_at": [now] * count,
    }
    label = {
        "label_id": bulk.new_ids(count).to_pylist(),
        "media_id": ids,
        "patient_id": owners,
        "version": [1] * count,
        "captured_on": days,
        "captured_at": [datetime(day.year, day.month, day.day, 10) for day in days],  # noqa: DTZ001
        "capture_source": ["file"] * count,
        "treatment_series_id": [_of(series, week) for week in weeks],
        "view": [chance.choice(list(View)).value for _ in pairs],
        "expression": [chance.choice(list(Expression)).value for _ in pairs],
        "stage": [chance.choice(list(Stage)).value for _ in pairs],
        "area": [chance.choice(AREAS) for _ in pairs],
        "practitioner_id": [_of(people, week) for week in weeks],
        "is_guessed": [False] * count,
        "recorded_at": [now] * count,
    }
    bulk.insert_rows(unit.cursor, "media_item", pa.table(item))
    bulk.insert_rows(unit.cursor, "media_label", pa.table(label))
    for name, (width, height) in SIDES.items():
        rendition = {
            "media_id": ids,
            "name": [name] * count,
            "patient_id": owners,
            "media_type": ["image/webp"] * count,
            "width": [width] * count,
            "height": [height] * count,
            "bytes": [20_000] * count,
        }
        bulk.insert_rows(unit.cursor, "media_rendition", pa.table(rendition))


def _of(keys: Sequence[str], week: int) -> str | None:
    """Return what a visit was of; one in ten was of nothing that is known."""
    return keys[week % len(keys)] if keys and week % 10 else None


def seal_thumbnails(clinic: Clinic, chosen: Chosen, media_ids: Sequence[UUID]) -> list[bytes]:
    """Seal a real thumbnail for each picture, and return them as they were."""
    found = []
    for number, media_id in enumerate(media_ids):
        content = drawn(number)
        with clinic.media.sealed(media_id, "thumbnail", chosen.key_id).writer() as writer:
            writer.write(content)
        found.append(content)
    return found


def add_video(clinic: Clinic, chosen: Chosen, path: Path) -> UUID:
    """Seal a video as the stream of one more picture of the patient, the oldest; return its id."""
    media_id = UUID(bulk.new_ids(1)[0].as_py())
    with (
        path.open("rb") as content,
        clinic.media.sealed(media_id, "stream", chosen.key_id).writer() as writer,
    ):
        shutil.copyfileobj(content, writer, FRAME_BYTES)
    now = datetime.now(UTC).replace(tzinfo=None)
    item = {
        "media_id": media_id,
        "patient_id": chosen.patient_id,
        "key_id": chosen.key_id,
        "kind": "video",
        "format": "MP4",
        "bytes": path.stat().st_size,
        "width": 1280,
        "height": 720,
        "duration_ms": 60_000,
        "digest": media_id,
        "batch_id": media_id,
        "recorded_at": now,
    }
    label = {
        "label_id": media_id,
        "media_id": media_id,
        "patient_id": chosen.patient_id,
        "version": 1,
        "captured_on": FIRST_DAY,
        "capture_source": "upload",
        "is_guessed": False,
        "recorded_at": now,
    }
    stream = {
        "media_id": media_id,
        "name": "stream",
        "patient_id": chosen.patient_id,
        "media_type": "video/mp4",
    }

    def work(unit: UnitOfWork) -> None:
        insert_row(unit.cursor, "media_item", item)
        insert_row(unit.cursor, "media_label", label)
        insert_row(unit.cursor, "media_rendition", stream)
        media_shelf.touch(unit.cursor, [chosen.patient_id])

    clinic.store.transact(work)
    return media_id


def drawn(seed: int) -> bytes:
    """Return a WebP of 320 by 240 with about as much in it as a face has."""
    noise = np.random.default_rng(seed).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    picture = Image.fromarray(noise).resize(SIDES["thumbnail"], Image.Resampling.BICUBIC)
    held = io.BytesIO()
    picture.save(held, "WEBP", quality=80)
    return held.getvalue()
