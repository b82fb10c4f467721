"""SQL of what marketing asks about patients: of a few, of a campaign's members, or of everybody.

One statement for all three, so that a patient's screen and a clinic's list cannot differ. It
gathers facts; the rule is `lib.domain.marketing`'s alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pyarrow as pa

from lib.domain.campaigns import EVERYBODY, Audience, postcode_start
from lib.domain.consent import KEEPING_IN_TOUCH, Channel, last_expired
from lib.domain.marketing import last_adult_birth
from lib.store.connection import Cursor
from lib.store.marks import marks

# Addresses that are in force, the preferred first, each on a line of its own. Nearly everybody has
# one, and to order those of a million people takes ten times as long as to find who has several.
REACHED = """
    SELECT a.patient_id, min({address}) AS addresses
    FROM {table} AS a WHERE a.valid_until IS NULL {further} {{who}}
    GROUP BY a.patient_id HAVING count(*) = 1
    UNION ALL
    SELECT a.patient_id, string_agg(
        {address}, chr(10) ORDER BY a.is_preferred DESC, a.recorded_at DESC, a.{key}
    ) AS addresses
    FROM {table} AS a
    WHERE a.valid_until IS NULL {further} {{who}} AND a.patient_id IN (
        SELECT a.patient_id FROM {table} AS a WHERE a.valid_until IS NULL {further} {{who}}
        GROUP BY a.patient_id HAVING count(*) > 1
    )
    GROUP BY a.patient_id
"""
PHONE = {"table": "patient_phone", "key": "patient_phone_id", "address": "a.number"}
ADDRESSES = {
    Channel.EMAIL: REACHED.format(
        table="patient_email", key="patient_email_id", address="a.email", further=""
    ),
    Channel.PHONE: REACHED.format(**PHONE, further=""),
    # A text reaches a mobile alone.
    Channel.SMS: REACHED.format(**PHONE, further="AND a.kind = 'mobile'"),
    Channel.POST: REACHED.format(
        table="patient_address",
        key="patient_address_id",
        address="coalesce(a.line_1, '') || ' ' || coalesce(a.postcode, '')",
        further="AND a.line_1 IS NOT NULL",
    ),
}
FACTS = """
WITH audience AS (
    SELECT p.patient_id, p.born_on, p.deceased_on FROM patient AS p
    WHERE p.merged_into_id IS NULL {audience}
),
reached AS ({addresses}),
outdated AS (
    SELECT DISTINCT own.form_version_id
    FROM consent_form_version AS own
    JOIN consent_form_version AS newer ON newer.form_id = own.form_id
    WHERE newer.number > own.number AND newer.is_material AND newer.in_force_from <= ?
),
said AS (
    SELECT
        s.patient_id,
        CASE
            WHEN s.decision <> 'given' THEN s.decision
            WHEN s.received_on <= ? THEN 'expired'
            WHEN s.form_version_id IN (SELECT form_version_id FROM outdated) THEN 'superseded'
            ELSE 'active'
        END AS consent,
        CASE WHEN s.decision = 'given' THEN e.received_at END AS given_at
    FROM consent_standing AS s
    LEFT JOIN consent_event AS e ON e.event_id = s.event_id
    WHERE s.purpose = ? AND s.channel = ? {who_said}
),
preference AS (
    SELECT patient_id, is_accepted, said_at FROM (
        SELECT
            patient_id, is_accepted, said_at,
            row_number() OVER (
                PARTITION BY patient_id
                ORDER BY said_at DESC, recorded_at DESC, contact_preference_id DESC
            ) AS place
        FROM (
            SELECT
                a.patient_id, a.is_accepted, a.recorded_at, a.contact_preference_id,
                least(
                    a.recorded_at,
                    coalesce(CAST(a.stated_on AS TIMESTAMP) + INTERVAL '1' DAY, a.recorded_at)
                ) AS said_at
            FROM contact_preference AS a WHERE a.channel = ? {who}
        ) AS dated
    ) AS ordered
    WHERE place = 1
),
collected AS (
    SELECT patient_id, details_source, is_opt_out_offered FROM (
        SELECT
            a.patient_id, a.details_source, a.is_opt_out_offered,
            row_number() OVER (
                PARTITION BY a.patient_id ORDER BY a.recorded_at DESC, a.collection_id DESC
            ) AS place
        FROM contact_collection AS a WHERE a.channel = ? {who}
    ) AS ordered
    WHERE place = 1
),
told AS (
    SELECT a.patient_id, max(a.contacted_on) AS contacted_on FROM contact_log AS a
    WHERE a.channel = ? AND a.is_marketing AND a.voided_at IS NULL {who} GROUP BY a.patient_id
),
held AS (
    SELECT DISTINCT a.patient_id FROM restriction AS a WHERE a.lifted_at IS NULL {who}
)
SELECT
    CAST(audience.patient_id AS VARCHAR) AS patient_id,
    CASE
        WHEN audience.deceased_on IS NOT NULL THEN 'deceased'
        WHEN held.patient_id IS NOT NULL THEN 'restricted'
        WHEN audience.born_on > ? THEN 'under 18'
        WHEN reached.addresses IS NULL THEN 'no address'
        ELSE ''
    END AS bar,
    coalesce(said.consent, 'not asked') AS consent,
    coalesce(collected.details_source, '') AS details_source,
    coalesce(collected.is_opt_out_offered, false) AS is_opt_out_offered,
    coalesce(NOT preference.is_accepted AND (
        said.given_at IS NULL OR said.given_at <= preference.said_at
    ), false) AS is_opted_out,
    told.contacted_on,
    CASE
        WHEN said.given_at IS NULL THEN accepted.said_at
        WHEN accepted.said_at IS NULL THEN said.given_at
        ELSE greatest(said.given_at, accepted.said_at)
    END AS agreed_at,
    reached.addresses
FROM audience
LEFT JOIN reached ON reached.patient_id = audience.patient_id
LEFT JOIN said ON said.patient_id = audience.patient_id
LEFT JOIN preference ON preference.patient_id = audience.patient_id
LEFT JOIN preference AS accepted
    ON accepted.patient_id = audience.patient_id AND accepted.is_accepted
LEFT JOIN collected ON collected.patient_id = audience.patient_id
LEFT JOIN told ON told.patient_id = audience.patient_id
LEFT JOIN held ON held.patient_id = audience.patient_id
"""
VALIDITY = "SELECT validity_months FROM consent_purpose WHERE code = ?"
THESE = "AND {}.patient_id IN ({})"
MEMBERS = """AND p.patient_id IN (
    SELECT patient_id FROM campaign_member WHERE campaign_id = ? AND is_included
)"""
AREA = "left(upper(h.postcode), ?) = ? AND substr(h.postcode, ?, 1) BETWEEN '0' AND '9'"
DISTRICT = "(upper(h.postcode) = ? OR upper(h.postcode) LIKE ? OR upper(h.postcode) LIKE ?)"
LIVING = """AND p.patient_id IN (
    SELECT h.patient_id FROM patient_address AS h WHERE h.valid_until IS NULL AND {}
)"""
TREATED = """AND p.patient_id IN (
    SELECT i.patient_id FROM treatment_item AS i
    JOIN product ON product.product_id = i.product_id
    WHERE product.product_group = ? AND i.treatment_id NOT IN (
        SELECT treatment_id FROM treatment WHERE superseded_at IS NOT NULL
    )
)"""
LONG_AGO = date(1, 1, 1)

Filter = tuple[str, list[object]]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Whose facts are wanted: a few patients', a campaign's members', or an audience's."""

    patient_ids: tuple[UUID, ...] = ()
    campaign_id: UUID | None = None
    audience: Audience = EVERYBODY


def list_facts(cursor: Cursor, crowd: Crowd, channel: Channel, as_of: date) -> pa.Table:
    """Return the facts of everybody of the crowd on a channel, a row each.

    Columns: patient_id (text), bar (why nothing is asked further, or nothing), consent (a state),
    details_source (or nothing), is_opt_out_offered, is_opted_out, contacted_on, agreed_at (the
    latest yes) and addresses, one a line.
    """
    wanted, parameters = _wanted(crowd)
    key = [str(one) for one in crowd.patient_ids]
    who, who_said = (THESE.format(name, marks(key)) if key else "" for name in ("a", "s"))
    sql = FACTS.format(
        audience=wanted,
        addresses=ADDRESSES[channel].format(who=who),
        who=who,
        who_said=who_said,
    )
    bound = [
        *parameters,
        *key * REACHED.count("{{who}}"),
        *(as_of, _expired(cursor, as_of), KEEPING_IN_TOUCH, channel.value, *key),
        *(channel.value, *key) * 3,
        *key,
        last_adult_birth(as_of),
    ]
    found: pa.Table = cursor.execute(sql, bound).to_arrow_table()
    return found


def _expired(cursor: Cursor, as_of: date) -> date:
    row = cursor.execute(VALIDITY, [KEEPING_IN_TOUCH]).fetchone()
    months = row[0] if row else None
    return last_expired(as_of, months) if months else LONG_AGO


def _wanted(crowd: Crowd) -> Filter:
    """Return the conditions on the patient, and what they are bound with."""
    if crowd.patient_ids:
        keys: list[object] = [str(one) for one in crowd.patient_ids]
        return THESE.format("p", marks(keys)), keys
    if crowd.campaign_id is not None:
        return MEMBERS, [str(crowd.campaign_id)]
    parts = list(_filters(crowd.audience))
    bound = [value for _, values in parts for value in values]
    return "\n".join(sql for sql, _ in parts), bound


def _filters(audience: Audience) -> Sequence[Filter]:
    found: list[Filter] = []
    if audience.seen_from:
        found.append(("AND p.last_seen_on >= ?", [audience.seen_from]))
    if audience.seen_until:
        found.append(("AND p.last_seen_on < ?", [audience.seen_until + timedelta(days=1)]))
    if audience.practitioner_id:
        found.append(("AND p.last_practitioner_id = ?", [str(audience.practitioner_id)]))
    if audience.town.strip():
        town = audience.town.strip().lower()
        found.append((LIVING.format("lower(h.town) = ?"), [town]))
    if audience.postcode.strip():
        sql, values = _postcode(postcode_start(audience.postcode))
        found.append((LIVING.format(sql), values))
    if audience.product_group:
        found.append((TREATED, [audience.product_group]))
    return found


def _postcode(start: str) -> Filter:
    """Return the condition on a postcode: an area is letters before a digit, else whole parts."""
    if start.isalpha():
        return AREA, [len(start), start, len(start) + 1]
    # `LS6` is LS6 1AA and not LS61; `LS6 1` is LS6 1AA.
    further = f"{start}%" if " " in start else f"{start} %"
    return DISTRICT, [start, f"{start} %", further]
