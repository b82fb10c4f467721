"""SQL of campaigns: lists that were built, who is on them and why, and what became of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pyarrow as pa

from lib.domain.campaigns import Audience, audience_of
from lib.domain.consent import KEEPING_IN_TOUCH, Channel
from lib.domain.marketing import Message
from lib.store import bulk
from lib.store.connection import Cursor
from lib.store.rows import insert_row

COLUMNS = """
    c.campaign_id, c.name, c.channel, c.message, c.audience, c.is_similar_service, c.has_opt_out,
    c.uses_health_data, c.built_at, builder.display_name, c.exported_at, exporter.display_name,
    c.sent_on, c.closed_at
"""
CAMPAIGNS = """
FROM campaign AS c
LEFT JOIN person AS builder ON builder.person_id = c.built_by
LEFT JOIN person AS exporter ON exporter.person_id = c.exported_by
"""
LIST_CAMPAIGNS = f"""
SELECT {COLUMNS} {CAMPAIGNS}
ORDER BY c.closed_at IS NOT NULL OR c.sent_on IS NOT NULL, c.built_at DESC LIMIT ?
"""
GET_CAMPAIGN = f"SELECT {COLUMNS} {CAMPAIGNS} WHERE c.campaign_id = ?"
COUNT_INCLUDED = """
SELECT campaign_id, count(*) FROM campaign_member WHERE is_included GROUP BY campaign_id
"""
COUNT_REASONS = """
SELECT is_included, reason, count(*) FROM campaign_member WHERE campaign_id = ?
GROUP BY is_included, reason
"""
# Who is in, and has said no since: whatever else changed is looked at as the file is made.
SINCE = """
m.is_included AND (
    m.patient_id IN (
        SELECT s.patient_id FROM consent_standing AS s
        WHERE s.purpose = ? AND s.channel = ? AND s.decision <> 'given'
    ) OR m.patient_id IN (
        SELECT f.patient_id FROM contact_preference AS f
        WHERE f.channel = ? AND NOT f.is_accepted AND f.recorded_at > ?
    )
)
"""
COUNT_SINCE = f"SELECT count(*) FROM campaign_member AS m WHERE m.campaign_id = ? AND {SINCE}"  # noqa: S608
# A restricted record is told by its reference alone (rule E1).
LIST_MEMBERS = """
SELECT
    m.patient_id, p.reference, p.title, p.given_names, p.family_name, p.sex, p.born_on,
    p.deceased_on, m.is_included, m.basis, m.reason, m.next_on, m.exported_at, m.dropped_because,
    p.patient_id IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
FROM campaign_member AS m
JOIN patient AS p ON p.patient_id = m.patient_id
WHERE m.campaign_id = ? {}
ORDER BY m.is_included DESC, p.reference LIMIT ? OFFSET ?
"""
COUNT_MEMBERS = """
SELECT count(*) FROM campaign_member AS m JOIN patient AS p ON p.patient_id = m.patient_id
WHERE m.campaign_id = ? {}
"""
MARK_EXPORTED = """
UPDATE campaign_member SET
    exported_at = CASE WHEN found.why = '' THEN ? END,
    exported_basis = CASE WHEN found.why = '' THEN found.basis END,
    dropped_because = CASE WHEN found.why <> '' THEN found.why END
FROM incoming_rows AS found
WHERE campaign_member.campaign_id = ? AND campaign_member.is_included
  AND campaign_member.patient_id = CAST(found.patient_id AS UUID)
"""
SET_EXPORTED = "UPDATE campaign SET exported_at = ?, exported_by = ? WHERE campaign_id = ?"
SET_CLOSED = "UPDATE campaign SET closed_at = ?, closed_by = ? WHERE campaign_id = ?"
SET_SENT = "UPDATE campaign SET sent_on = ?, sent_by = ? WHERE campaign_id = ?"
LIST_EXPORTED = """
SELECT DISTINCT CAST(patient_id AS VARCHAR) AS patient_id, exported_basis FROM campaign_member
WHERE campaign_id = ? AND exported_at IS NOT NULL
"""
LIST_WRITTEN = """
SELECT DISTINCT CAST(patient_id AS VARCHAR) FROM contact_log
WHERE campaign_id = ? AND voided_at IS NULL
"""
VOID_WRITTEN = """
UPDATE contact_log SET voided_at = ?, voided_by = ? WHERE campaign_id = ? AND voided_at IS NULL
"""
# What the mailing tool needs and no more, in the order of the file.
NAMES = """
SELECT CAST(p.patient_id AS VARCHAR), p.reference, p.title, p.given_names, p.family_name
FROM patient AS p
JOIN incoming_rows AS found ON p.patient_id = CAST(found.patient_id AS UUID)
ORDER BY p.reference
"""
POSTAL = """
SELECT CAST(patient_id AS VARCHAR), line_1, line_2, line_3, town, county, postcode, country
FROM (
    SELECT
        a.*, row_number() OVER (
            PARTITION BY a.patient_id
            ORDER BY a.is_preferred DESC, a.recorded_at DESC, a.patient_address_id
        ) AS place
    FROM patient_address AS a
    JOIN incoming_rows AS found ON a.patient_id = CAST(found.patient_id AS UUID)
    WHERE a.valid_until IS NULL AND a.line_1 IS NOT NULL
) AS ordered
WHERE place = 1
"""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A list that was built for one message. Times are UTC."""

    campaign_id: UUID
    name: str
    channel: Channel
    text: str
    audience: Audience
    message: Message
    built_at: datetime
    built_by: str | None
    exported_at: datetime | None
    exported_by: str | None
    sent_on: date | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a list, in or out, with what identifies them."""

    patient_id: UUID
    reference: str
    title: str | None
    given_names: str
    family_name: str
    sex: str
    born_on: date | None
    deceased_on: date | None
    is_included: bool
    basis: str
    reason: str
    next_on: date | None
    exported_at: datetime | None
    dropped_because: str | None
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which members are wanted: in or out, of one reason, who said no since, by reference."""

    is_included: bool | None = None
    reason: str | None = None
    since: tuple[Channel, datetime] | None = None
    reference: str = ""


def insert_campaign(cursor: Cursor, campaign: Campaign, built_by: UUID) -> None:
    """Keep a campaign as it was built."""
    message = campaign.message
    row = {
        "campaign_id": campaign.campaign_id,
        "name": campaign.name,
        "channel": campaign.channel.value,
        "message": campaign.text,
        "audience": campaign.audience.as_json(),
        "is_similar_service": message.is_similar_service,
        "has_opt_out": message.has_opt_out,
        "uses_health_data": message.uses_health_data,
        "built_at": campaign.built_at,
        "built_by": built_by,
    }
    insert_row(cursor, "campaign", row)


def insert_members(cursor: Cursor, members: pa.Table) -> int:
    """Keep who is on a list and why; `members` has the table's columns. Returns how many."""
    return bulk.insert_rows(cursor, "campaign_member", members)


def list_campaigns(cursor: Cursor, most: int) -> list[Campaign]:
    """Return the campaigns, those under way first, then the newest."""
    return [_campaign(row) for row in cursor.execute(LIST_CAMPAIGNS, [most]).fetchall()]


def get_campaign(cursor: Cursor, campaign_id: UUID) -> Campaign | None:
    """Return a campaign, or None."""
    rows = cursor.execute(GET_CAMPAIGN, [str(campaign_id)]).fetchall()
    return _campaign(rows[0]) if rows else None


def _campaign(row: tuple[Any, ...]) -> Campaign:
    campaign_id, name, channel, text, audience, similar, opt_out, health, *rest = row
    message = Message(
        Channel(channel),
        has_opt_out=opt_out,
        is_similar_service=similar,
        uses_health_data=health,
    )
    return Campaign(campaign_id, name, message.channel, text, audience_of(audience), message, *rest)


def count_included(cursor: Cursor) -> dict[UUID, int]:
    """Return how many people are in, for each campaign."""
    return dict(cursor.execute(COUNT_INCLUDED).fetchall())


def count_reasons(cursor: Cursor, campaign_id: UUID) -> list[tuple[bool, str, int]]:
    """Return how many are in or out for which reason."""
    return cursor.execute(COUNT_REASONS, [str(campaign_id)]).fetchall()


def count_since(cursor: Cursor, campaign: Campaign) -> int:
    """Return how many who are in have said no since the list was built."""
    bound = [str(campaign.campaign_id), *_since(campaign.channel, campaign.built_at)]
    row = cursor.execute(COUNT_SINCE, bound).fetchone()
    return int(row[0]) if row else 0


def _since(channel: Channel, at: datetime) -> list[object]:
    return [KEEPING_IN_TOUCH, channel.value, channel.value, at]


def list_members(
    cursor: Cursor, campaign_id: UUID, wanted: Wanted, *, limit: int, offset: int = 0
) -> tuple[list[Member], int]:
    """Return some members, those who are in first, and how many there are in all."""
    sql, bound = _conditions(wanted)
    key: list[object] = [str(campaign_id), *bound]
    rows = cursor.execute(LIST_MEMBERS.format(sql), [*key, limit, offset]).fetchall()
    counted = cursor.execute(COUNT_MEMBERS.format(sql), key).fetchone()
    return [Member(*row) for row in rows], int(counted[0]) if counted else 0


def _conditions(wanted: Wanted) -> tuple[str, list[object]]:
    parts: list[tuple[str, list[object]]] = []
    if wanted.is_included is not None:
        parts.append(("m.is_included = ?", [wanted.is_included]))
    if wanted.reason:
        parts.append(("m.reason = ?", [wanted.reason]))
    if wanted.since:
        parts.append((SINCE, _since(*wanted.since)))
    if wanted.reference:
        parts.append(("p.reference = ?", [wanted.reference]))
    sql = "".join(f" AND {condition}" for condition, _ in parts)
    return sql, [value for _, values in parts for value in values]


def mark_exported(
    cursor: Cursor, campaign_id: UUID, checked: pa.Table, at: datetime, by: UUID
) -> None:
    """Note what the last check found: patient_id, basis, and why somebody is out (or nothing)."""
    cursor.register("incoming_rows", checked)
    try:
        cursor.execute(MARK_EXPORTED, [at, str(campaign_id)])
    finally:
        cursor.unregister("incoming_rows")
    cursor.execute(SET_EXPORTED, [at, str(by), str(campaign_id)])


def list_names(cursor: Cursor, patient_ids: pa.Table) -> list[tuple[str, str, str, str, str]]:
    """Return patient, reference, title, given and family name of these, by reference."""
    return _of_these(cursor, NAMES, patient_ids)


def list_postal(cursor: Cursor, patient_ids: pa.Table) -> dict[str, tuple[str | None, ...]]:
    """Return the lines of the postal address of each of these patients."""
    rows = _of_these(cursor, POSTAL, patient_ids)
    return {row[0]: row[1:] for row in rows}


def _of_these(cursor: Cursor, sql: str, patient_ids: pa.Table) -> list[Any]:
    cursor.register("incoming_rows", patient_ids)
    try:
        return cursor.execute(sql).fetchall()
    finally:
        cursor.unregister("incoming_rows")


def list_exported(cursor: Cursor, campaign_id: UUID) -> pa.Table:
    """Return who is in the last file that was made: patient_id (text), exported_basis."""
    found: pa.Table = cursor.execute(LIST_EXPORTED, [str(campaign_id)]).to_arrow_table()
    return found


def list_written(cursor: Cursor, campaign_id: UUID) -> list[str]:
    """Return to whom the campaign is noted as sent (ids as text)."""
    return [row[0] for row in cursor.execute(LIST_WRITTEN, [str(campaign_id)]).fetchall()]


def void_written(cursor: Cursor, campaign_id: UUID, at: datetime, by: UUID) -> None:
    """Let what was noted as sent count no longer; it is kept."""
    cursor.execute(VOID_WRITTEN, [at, str(by), str(campaign_id)])


def set_sent(cursor: Cursor, campaign_id: UUID, sent_on: date | None, by: UUID | None) -> None:
    """Note on which day the campaign was sent; None: it was not."""
    cursor.execute(SET_SENT, [sent_on, str(by) if by else None, str(campaign_id)])


def set_closed(cursor: Cursor, campaign_id: UUID, at: datetime | None, by: UUID | None) -> None:
    """Note when the campaign was closed; None: it is open."""
    cursor.execute(SET_CLOSED, [at, str(by) if by else None, str(campaign_id)])
