"""What the schedule says of the records of a case, asked anew each time it matters (C6, C10)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from lib.domain.disposal import GONE, MERGED, REVIEW_OPEN, why_not
from lib.domain.retention import Status
from lib.services.clinic import Clinic
from lib.services.retention import schedule
from lib.services.retention.schedule import Told
from lib.store import disposal, disposal_reviews
from lib.store.connection import Cursor

Checked = Told | str


def today(clinic: Clinic, now: datetime) -> date:
    """Return the clinic's own day at a moment (UTC without a zone)."""
    zone = ZoneInfo(clinic.settings.timezone)
    return now.replace(tzinfo=UTC).astimezone(zone).date()


def check(cursor: Cursor, patient_ids: Sequence[UUID], as_of: date) -> dict[UUID, Checked]:
    """Return how each record stands on a day, or why it cannot be looked at.

    Every blocker of today counts, whenever it was placed (rule C6).
    """
    found: dict[UUID, Checked] = dict.fromkeys(patient_ids, GONE)
    found |= schedule.told(cursor, patient_ids, as_of)
    found |= dict.fromkeys(disposal.list_merged(cursor, patient_ids), MERGED)
    found |= dict.fromkeys(disposal_reviews.list_undecided(cursor, patient_ids), REVIEW_OPEN)
    return found


def refusal(checked: Checked, *, is_confirmed: bool) -> str | None:
    """Return why a record may not go, or None."""
    if isinstance(checked, str):
        return checked
    return why_not(
        checked.disposition,
        is_confirmed=is_confirmed,
        is_protected=checked.facts.has_vital_interest,
    )


def is_partial(checked: Checked) -> bool:
    """Tell whether the vital-interest subset of a record stays (rule C7)."""
    return isinstance(checked, Told) and checked.disposition.status is Status.PARTIAL
