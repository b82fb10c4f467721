"""What a gallery shows of pictures, and by what it is narrowed; pure."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.domain.media import CaptureSource, Expression, Kind, Stage, View


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph or video with what is said of it now. Times are UTC, `captured_on` is local.

    A removed one has `removed_at`. `likeness` groups pictures that look alike (None for a video).
    `has_stream` tells that a video can be played, `stream_fault` why it cannot; with neither it is
    being made.
    """

    media_id: UUID
    patient_id: UUID
    kind: Kind
    format: str
    width: int
    height: int
    duration_ms: int | None
    bytes: int
    captured_on: date | None
    captured_at: datetime | None
    capture_source: CaptureSource
    treatment_series_id: UUID | None
    treatment_name: str | None
    treated_on: date | None
    view: View | None
    expression: Expression | None
    stage: Stage | None
    area: str | None
    practitioner_id: UUID | None
    practitioner_name: str | None
    note: str | None
    is_guessed: bool
    label_version: int
    batch_id: UUID
    likeness: str | None
    recorded_at: datetime
    removed_at: datetime | None
    has_stream: bool
    stream_fault: str | None
    annotations: int


@dataclass(frozen=True, slots=True)
class Filters:
    """Which pictures are wanted; a field that is None does not narrow, days are inclusive.

    Removed pictures are shown by themselves, never among the others.
    """

    captured_from: date | None = None
    captured_until: date | None = None
    treatment_series_id: UUID | None = None
    view: View | None = None
    expression: Expression | None = None
    stage: Stage | None = None
    area: str | None = None
    practitioner_id: UUID | None = None
    kind: Kind | None = None
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Treated:
    """A treatment that pictures belong to, as it stands."""

    series_id: UUID
    name: str
    treated_on: date


@dataclass(frozen=True, slots=True)
class Facets:
    """The values that there are to narrow by, whatever is chosen now, with how many have each.

    Treatments come the newest first, practitioners and areas by name.
    """

    views: dict[View, int]
    expressions: dict[Expression, int]
    stages: dict[Stage, int]
    areas: dict[str, int]
    kinds: dict[Kind, int]
    practitioners: dict[UUID, tuple[str, int]]
    treatments: dict[UUID, tuple[Treated, int]]
    first_on: date | None
    last_on: date | None


NO_FACETS = Facets({}, {}, {}, {}, {}, {}, {}, None, None)
