"""Pictures as a gallery's service returns them, for tests that need no store."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lib.domain.media import CaptureSource, Kind
from lib.domain.media_gallery import Picture

PLAIN = Picture(
    media_id=UUID(int=1),
    patient_id=UUID(int=2),
    kind=Kind.PHOTOGRAPH,
    format="JPEG",
    width=4000,
    height=3000,
    duration_ms=None,
    bytes=2_345_678,
    captured_on=date(2026, 7, 14),
    captured_at=None,
    capture_source=CaptureSource.UPLOAD,
    treatment_series_id=None,
    treatment_name=None,
    treated_on=None,
    view=None,
    expression=None,
    stage=None,
    area=None,
    practitioner_id=None,
    practitioner_name=None,
    note=None,
    is_guessed=False,
    label_version=1,
    batch_id=UUID(int=3),
    likeness=None,
    recorded_at=datetime.fromisoformat("2026-07-14T13:05"),
    removed_at=None,
    has_stream=False,
    stream_fault=None,
    annotations=0,
)


def picture(**values: Any) -> Picture:  # noqa: ANN401 - any field
    """Return a picture that is plain but for these values."""
    return replace(PLAIN, **values)
