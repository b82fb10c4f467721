"""When a picture was taken, from what its file says; pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from lib.domain.formats import day
from lib.domain.media import CaptureSource
from lib.domain.media_labels import doubt_of


@dataclass(frozen=True, slots=True)
class Capture:
    """When a picture was taken: the clinic's own day, the instant (UTC) if known, and who says so.

    `doubt` is one sentence for the person where what the file says was not believed.
    """

    captured_on: date
    captured_at: datetime | None
    source: CaptureSource
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a file's date is held against: the upload's instant (UTC), the clinic, the patient."""

    now: datetime
    zone: ZoneInfo
    born_on: date | None

    @property
    def today(self) -> date:
        """Return the clinic's day of the upload."""
        return self.day_of(self.now)

    def day_of(self, moment: datetime) -> date:
        """Return the clinic's day of an instant (UTC without a zone)."""
        return moment.replace(tzinfo=UTC).astimezone(self.zone).date()


def capture_of(
    taken_at: datetime | None, offset_minutes: int | None, about: Circumstances
) -> Capture:
    """Return when a file was taken.

    `taken_at` is the camera's wall clock. Without an offset the camera is taken to be set to the
    clinic's time zone; without a date, or with one that cannot be, the upload's day stands in.
    """
    if taken_at is None:
        return Capture(about.today, None, CaptureSource.UPLOAD)
    captured_at = instant(taken_at, offset_minutes, about.zone)
    captured_on = about.day_of(captured_at)
    doubt = doubt_of(captured_on, about.born_on, about.today)
    if doubt is None:
        return Capture(captured_on, captured_at, CaptureSource.FILE)
    said = f"The file says {day(captured_on)}, but {doubt}. Say when it was taken."
    return Capture(about.today, None, CaptureSource.UPLOAD, said)


def instant(taken_at: datetime, offset_minutes: int | None, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC without a zone) of a camera's wall clock.

    Of the hour that a clock change repeats the first is meant, as cameras do not tell.
    """
    if offset_minutes is not None:
        return taken_at - timedelta(minutes=offset_minutes)
    return taken_at.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
