"""SQL of the settings of retention: versions, of which the newest holds; none is ever edited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lib.domain.retention import Setting, Trigger
from lib.domain.retention_settings import Chosen
from lib.store.connection import Cursor
from lib.store.rows import insert_row

VERSIONS = """
SELECT
    s.setting_id, s.version, s.restart_trigger, s.years, s.enquiry_months, s.minor_age,
    s.minor_age_at_17, s.deceased_years, s.financial_years, s.accounting_end_month,
    s.accounting_end_day, s.case_limit, s.reason, s.changed_at, person.display_name
FROM retention_setting AS s
LEFT JOIN person ON person.person_id = s.changed_by
"""
GET_NEWEST = VERSIONS + " ORDER BY s.version DESC LIMIT 1"
GET_VERSION = VERSIONS + " WHERE s.setting_id = ?"
LIST_VERSIONS = VERSIONS + " ORDER BY s.version DESC"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the settings: what was chosen, why, when (UTC) and by whom."""

    setting_id: UUID
    version: int
    chosen: Chosen
    reason: str
    changed_at: datetime
    changed_by: str | None


def get_newest(cursor: Cursor) -> Version | None:
    """Return the version that holds; None while nothing was changed yet."""
    row = cursor.execute(GET_NEWEST).fetchone()
    return _version(row) if row else None


def get_version(cursor: Cursor, setting_id: UUID) -> Version | None:
    """Return a version by its id, or None."""
    row = cursor.execute(GET_VERSION, [setting_id]).fetchone()
    return _version(row) if row else None


def list_versions(cursor: Cursor) -> list[Version]:
    """Return every version, the newest first."""
    return [_version(row) for row in cursor.execute(LIST_VERSIONS).fetchall()]


def insert_version(cursor: Cursor, version: Version, changed_by: UUID) -> None:
    """Add a version; from the commit on it holds."""
    setting = version.chosen.setting
    month, day = setting.accounting_year_ends
    values = {
        "setting_id": version.setting_id,
        "version": version.version,
        "restart_trigger": setting.trigger.value,
        "years": setting.years,
        "enquiry_months": setting.enquiry_months,
        "minor_age": setting.minor_age,
        "minor_age_at_17": setting.minor_age_at_17,
        "deceased_years": setting.deceased_years,
        "financial_years": setting.financial_years,
        "accounting_end_month": month,
        "accounting_end_day": day,
        "case_limit": version.chosen.case_limit,
        "reason": version.reason,
        "changed_at": version.changed_at,
        "changed_by": changed_by,
    }
    insert_row(cursor, "retention_setting", values)


def _version(row: tuple[Any, ...]) -> Version:
    setting = Setting(Trigger(row[2]), *row[3:9], (row[9], row[10]))  # type: ignore[call-arg]
    return Version(row[0], row[1], Chosen(setting, row[11]), *row[12:])
