"""What the schedule says of the records of a case, asked anew each time it matters (C6, C10)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from lib.domain.disposal import GONE, MERGED, why_not
from lib.domain.retention import Disposition, Facts, Setting, Status, disposition
from lib.domain.retention_words import Standing, sentence
from lib.services.clinic import Clinic
from lib.services.retention import blockers
from lib.store import disposal_facts
from lib.store.connection import Cursor


@dataclass(frozen=True, slots=True)
class Checked:
    """What stands of one record: the schedule's word with its sentence."""

    facts: Facts
    found: Disposition
    sentence: str

    @property
    def is_partial(self) -> bool:
        """Tell whether the vital-interest subset stays (rule C7)."""
        return self.found.status is Status.PARTIAL


def today(clinic: Clinic, now: datetime) -> date:
    """Return the clinic's own day at a moment (UTC without a zone)."""
    zone = ZoneInfo(clinic.settings.timezone)
    return now.replace(tzinfo=UTC).astimezone(zone).date()


def check(cursor: Cursor, patient_ids: Sequence[UUID], as_of: date) -> dict[UUID, Checked | str]:
    """Return how each record stands on a day, or why it cannot be looked at.

    Every blocker of today counts, whenever it was placed (rule C6).
    """
    known = disposal_facts.list_facts(cursor, patient_ids, as_of)
    held = blockers.standing(cursor, patient_ids, as_of)
    return {key: _checked(known.get(key), held.get(key, ()), as_of) for key in patient_ids}


def refusal(checked: Checked | str, *, is_confirmed: bool) -> str | None:
    """Return why a record may not go, or None."""
    if isinstance(checked, str):
        return checked
    return why_not(checked.found, is_confirmed=is_confirmed)


def setting(_: Cursor) -> Setting:
    """Return the clinic's settings that are in force."""
    return Setting()


def setting_version(_: Cursor) -> int:
    """Return the version of the clinic's settings that is in force."""
    return 0


def case_limit(_: Cursor) -> int:
    """Return how many records a case may hold at most."""
    return 100


def _checked(
    known: tuple[Facts, UUID | None] | None, held: Sequence[Standing], as_of: date
) -> Checked | str:
    if known is None:
        return GONE
    facts, merged_into_id = known
    if merged_into_id is not None:
        return MERGED
    facts = replace(facts, holds=blockers.holds_of(held))
    found = disposition(facts, as_of, Setting())
    return Checked(facts, found, sentence(found, facts, held))
