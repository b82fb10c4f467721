"""SQL of the schedule of retention: what becomes of every record on a day (rules C1 to C8).

Set-based, and equal to `lib.domain.retention.disposition` for each patient; nothing is derived and
kept, the dated facts are read each time. Facts after the day do not count. A record that was merged
into another is never in it: its survivor stands for both. Who registered after the day and has no
dated fact by then was not there yet.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from lib.domain.consent import LONDON, MONTHS_IN_YEAR, begin_of
from lib.domain.retention import Basis, Setting, Status, Trigger
from lib.domain.retention_schedule import Group
from lib.store import retention_blockers
from lib.store.connection import Cursor

# 29 February becomes 1 March where a birthday is reckoned (rule C4); an interval makes it the 28th.
BIRTHDAY = """
CAST(born_on + {years} * INTERVAL '1 year' AS DATE) + CASE
    WHEN extract(day FROM born_on) = 29
        AND extract(day FROM born_on + {years} * INTERVAL '1 year') = 28
    THEN 1 ELSE 0
END
"""
# From the last Sunday of March to that of October 23:00 (UTC) is the next day in London; this is
# ten times as quick as converting zones.
SUNDAY = """
make_date(CAST(extract(year FROM starts_at) AS INTEGER), {month}, 31) - CAST(
    extract(dow FROM make_date(CAST(extract(year FROM starts_at) AS INTEGER), {month}, 31))
    AS INTEGER
)
"""
LONDON_DAY = f"""
CAST(starts_at AS DATE) + CASE
    WHEN extract(hour FROM starts_at) = 23
        AND CAST(starts_at AS DATE) >= {SUNDAY.format(month=3)}
        AND CAST(starts_at AS DATE) < {SUNDAY.format(month=10)}
    THEN 1 ELSE 0
END
"""
FACTS = f"""
WITH asked AS (SELECT CAST($as_of AS DATE) AS as_of),
treated AS (
    SELECT patient_id, max(treated_on) AS treated_on FROM treatment
    WHERE superseded_at IS NULL AND treated_on <= $as_of GROUP BY patient_id
),
consulted AS (
    SELECT patient_id, max(consulted_on) AS consulted_on
    FROM (
        SELECT patient_id, consulted_on FROM consultation WHERE consulted_on <= $as_of
        UNION ALL
        SELECT patient_id, {LONDON_DAY}
        FROM (
            SELECT patient_id, max(starts_at) AS starts_at FROM appointment
            WHERE status = 'attended' AND starts_at < $day_ends_at GROUP BY patient_id
        ) AS attended
    ) AS visit GROUP BY patient_id
),
contacted AS (
    SELECT patient_id, max(contacted_on) AS contacted_on FROM contact_log
    WHERE NOT is_marketing AND voided_at IS NULL AND contacted_on <= $as_of GROUP BY patient_id
),
held AS (
    SELECT patient_id, max(coalesce(ends_on, DATE '9999-12-31')) AS held_until
    FROM ({{standing}}) AS standing GROUP BY patient_id
),
vital AS (SELECT DISTINCT patient_id FROM vital_interest WHERE released_at IS NULL)
"""  # noqa: S608 - constant parts
ANCHORED = """
anchored AS (
    SELECT
        p.patient_id, p.born_on, h.held_until, v.patient_id IS NOT NULL AS has_vital_interest,
        CASE WHEN p.deceased_on <= $as_of THEN p.deceased_on END AS died_on,
        CASE
            WHEN t.treated_on IS NULL THEN coalesce(c.consulted_on, k.contacted_on)
            WHEN $restarts AND c.consulted_on > t.treated_on THEN c.consulted_on
            ELSE t.treated_on
        END AS anchor_on,
        CASE
            WHEN t.treated_on IS NOT NULL THEN 'TREATMENT'
            WHEN c.consulted_on IS NOT NULL THEN 'CONSULTATION'
            WHEN k.contacted_on IS NOT NULL THEN 'ENQUIRY'
            ELSE 'NO_ANCHOR'
        END AS kind
    FROM patient AS p
    LEFT JOIN treated AS t ON t.patient_id = p.patient_id
    LEFT JOIN consulted AS c ON c.patient_id = p.patient_id
    LEFT JOIN contacted AS k ON k.patient_id = p.patient_id
    LEFT JOIN held AS h ON h.patient_id = p.patient_id
    LEFT JOIN vital AS v ON v.patient_id = p.patient_id
    WHERE p.merged_into_id IS NULL
      AND (p.registered_on <= $as_of OR t.treated_on IS NOT NULL OR c.consulted_on IS NOT NULL
        OR k.contacted_on IS NOT NULL)
)
"""
STATED = f"""
floored AS (
    SELECT
        patient_id, held_until, has_vital_interest, anchor_on, kind,
        CAST(
            anchor_on + CASE kind WHEN 'ENQUIRY' THEN $enquiry_months ELSE $months END
            * INTERVAL '1 month' AS DATE
        ) AS until_on,
        CASE
            WHEN died_on IS NOT NULL THEN CAST(
                died_on + $deceased_years * INTERVAL '1 year' AS DATE
            )
            WHEN {BIRTHDAY.format(years=18)} <= anchor_on OR anchor_on IS NULL THEN NULL
            WHEN {BIRTHDAY.format(years=17)} <= anchor_on
            THEN {BIRTHDAY.format(years="$minor_age_at_17")}
            WHEN born_on IS NOT NULL THEN {BIRTHDAY.format(years="$minor_age")}
        END AS floor_on,
        CASE WHEN died_on IS NULL THEN 'MINOR_FLOOR' ELSE 'DECEASED_FLOOR' END AS floor_kind,
        coalesce({BIRTHDAY.format(years=18)} > anchor_on, FALSE) AS was_minor
    FROM anchored
),
dated AS (
    SELECT
        patient_id, held_until, has_vital_interest, was_minor,
        CASE WHEN anchor_on IS NOT NULL THEN greatest(until_on, coalesce(floor_on, until_on)) END
        AS retain_until,
        CASE WHEN floor_on > until_on THEN floor_kind ELSE kind END AS basis
    FROM floored
),
stated AS (
    SELECT
        patient_id, was_minor, basis, retain_until,
        CASE
            WHEN retain_until IS NULL THEN 'REVIEW'
            WHEN $as_of <= retain_until THEN 'RETAIN'
            WHEN held_until IS NOT NULL THEN 'BLOCKED'
            WHEN has_vital_interest THEN 'PARTIAL'
            ELSE 'DISPOSE_DUE'
        END AS status,
        CASE
            WHEN retain_until IS NULL THEN 'REVIEW'
            WHEN held_until > retain_until THEN 'BLOCKED'
            WHEN has_vital_interest THEN 'PARTIAL'
            ELSE 'DISPOSE_DUE'
        END AS status_then,
        CAST(
            extract(year FROM retain_until + 1) * 12 + extract(month FROM retain_until + 1) - 1
            AS INTEGER
        ) AS month
    FROM dated
)
"""  # noqa: S608 - constant parts
# What goes with a record: photographs and videos, their renditions, and papers of consent.
WEIGHED = """
weighed AS (
    SELECT patient_id, sum(pictures) AS pictures, sum(bytes) AS bytes
    FROM (
        SELECT patient_id, count(*) AS pictures, sum(bytes) AS bytes
        FROM media_item GROUP BY patient_id
        UNION ALL
        SELECT patient_id, 0, sum(bytes) FROM media_rendition GROUP BY patient_id
        UNION ALL
        SELECT patient_id, 0, sum(bytes) FROM consent_evidence
        WHERE bytes IS NOT NULL GROUP BY patient_id
    ) AS kept GROUP BY patient_id
)
"""
COUNT_GROUPS = f"""
{{stated}}, {WEIGHED}
SELECT
    s.status, s.status_then, s.month, s.basis, s.was_minor, count(*),
    CAST(coalesce(sum(w.pictures), 0) AS BIGINT), CAST(coalesce(sum(w.bytes), 0) AS BIGINT)
FROM stated AS s LEFT JOIN weighed AS w ON w.patient_id = s.patient_id
GROUP BY s.status, s.status_then, s.month, s.basis, s.was_minor
"""  # noqa: S608 - constant parts
# The longest overdue first; those without a date last.
LIST_KEYS = """
{stated}
SELECT s.patient_id FROM stated AS s WHERE {where}
ORDER BY s.retain_until NULLS LAST, s.patient_id LIMIT $most
"""
COUNT_KEYS = "{stated} SELECT count(*) FROM stated AS s WHERE {where}"
# How many would be in which state, of those that are in which: after a change of settings.
COUNT_MOVED = """
{stated}, {stated_after}
SELECT s.status, t.status, count(*)
FROM stated AS s JOIN stated_after AS t ON t.patient_id = s.patient_id
GROUP BY s.status, t.status
"""
LIST_ROWS = "{stated} SELECT patient_id, status, basis, retain_until, was_minor FROM stated"
# What may move a count; numbers of rows and greatest values cost nothing. A merge moves rows, and
# counts the patients' versions up.
GET_STATE = """
WITH asked AS (SELECT CAST(? AS DATE) AS as_of)
SELECT *
FROM
    (SELECT count(*), sum(version), max(changed_at) FROM patient) AS p,
    (SELECT count(*), max(recorded_at), max(superseded_at) FROM treatment) AS t,
    (SELECT count(*), max(recorded_at) FROM consultation) AS c,
    (SELECT count(*), max(recorded_at) FROM appointment) AS a,
    (SELECT count(*), count(voided_at), max(recorded_at) FROM contact_log) AS k,
    (SELECT count(*), count(released_at) FROM vital_interest) AS v,
    (SELECT count(*), max(recorded_at) FROM media_item) AS m,
    (SELECT count(*), max(recorded_at) FROM consent_evidence) AS e
"""
BLOCKING = """,
    (SELECT count(*), max(since_at), sum(ends_on - DATE '2000-01-01') FROM ({select}) AS held)
    AS {table}
"""
PARAMETER = re.compile(r"\$(\w+)")
STEP = re.compile(r"\b(anchored|floored|dated|stated)\b")


@dataclass(frozen=True, slots=True)
class Sought:
    """Which records a list is of; None narrows nothing. Months are inclusive, as in `Group`."""

    status: Status | None = None
    status_then: Status | None = None
    first_month: int | None = None
    last_month: int | None = None
    basis: Basis | None = None
    was_minor: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What the schedule says of one record."""

    patient_id: UUID
    status: Status
    basis: Basis
    retain_until: date | None
    was_minor: bool


def get_state(cursor: Cursor, as_of: date) -> tuple[object, ...]:
    """Return what stays the same as long as nothing changed that moves a count."""
    blocking = [
        BLOCKING.format(select=source.select.format(rows=source.table), table=f"held_{at}")
        for at, source in enumerate(retention_blockers.sources())
        # The largest, and told by its rows alone: nothing changes one in its place.
        if source.table != "appointment"
    ]
    return tuple(cursor.execute(GET_STATE + "".join(blocking), [as_of]).fetchall()[0])


def count_groups(cursor: Cursor, as_of: date, setting: Setting) -> list[Group]:
    """Return every record there is on a day, counted by what the schedule says of it."""
    return [
        Group(Status(status), Status(then), month, Basis(basis), *rest)
        for status, then, month, basis, *rest in _run(cursor, COUNT_GROUPS, as_of, setting)
    ]


def count_keys(cursor: Cursor, as_of: date, setting: Setting, sought: Sought) -> int:
    """Return how many records a list is of."""
    return int(_run(cursor, COUNT_KEYS, as_of, setting, sought)[0][0])


def list_keys(
    cursor: Cursor, as_of: date, setting: Setting, sought: Sought, most: int
) -> list[UUID]:
    """Return the patients of a list, at most so many, the longest due first."""
    return [row[0] for row in _run(cursor, LIST_KEYS, as_of, setting, sought, most=most)]


def list_rows(cursor: Cursor, as_of: date, setting: Setting) -> list[Row]:
    """Return what the schedule says of each record there is on a day, in no order."""
    return [
        Row(patient_id, Status(status), Basis(basis), *rest)
        for patient_id, status, basis, *rest in _run(cursor, LIST_ROWS, as_of, setting)
    ]


def count_moved(
    cursor: Cursor, as_of: date, setting: Setting, after: Setting
) -> dict[tuple[Status, Status], int]:
    """Return how many records are in a state on a day, and in which they would be after."""
    steps = STEP.sub(r"\1_after", f"{ANCHORED}, {STATED}")
    sql = COUNT_MOVED.format(stated=stated(), stated_after=PARAMETER.sub(r"$\1_after", steps))
    changed = {f"{name}_after": value for name, value in bound(as_of, after).items()}
    values = {**bound(as_of, setting), **changed}
    rows = cursor.execute(sql, {name: values[name] for name in PARAMETER.findall(sql)}).fetchall()
    return {(Status(before), Status(then)): count for before, then, count in rows}


def _run(
    cursor: Cursor,
    sql: str,
    as_of: date,
    setting: Setting,
    sought: Sought | None = None,
    **more: object,
) -> list[tuple[Any, ...]]:
    where, chosen = _where(sought or Sought())
    whole = sql.format(stated=stated(), where=where)
    values = {**bound(as_of, setting), **chosen, **more}
    named = {name: values[name] for name in PARAMETER.findall(whole)}
    return cursor.execute(whole, named).fetchall()


def stated() -> str:
    """Return the expressions, from WITH on, of which `stated` holds the schedule."""
    facts = FACTS.format(standing=retention_blockers.standing_select())
    return f"{facts}, {ANCHORED}, {STATED}"


def bound(as_of: date, setting: Setting) -> dict[str, object]:
    """Return what the statements are bound with: the day, and the clinic's settings."""
    return {
        "as_of": as_of,
        "day_ends_at": begin_of(as_of + timedelta(days=1), LONDON),
        "restarts": setting.trigger is Trigger.CLINICAL_CONTACT,
        "months": setting.years * MONTHS_IN_YEAR,
        "enquiry_months": setting.enquiry_months,
        "deceased_years": setting.deceased_years,
        "minor_age": setting.minor_age,
        "minor_age_at_17": setting.minor_age_at_17,
    }


def _where(sought: Sought) -> tuple[str, dict[str, object]]:
    """Return the condition of a list, and what it is bound with."""
    wished = (
        ("status", "s.status = $status", sought.status),
        ("status_then", "s.status_then = $status_then", sought.status_then),
        ("first_month", "s.month >= $first_month", sought.first_month),
        ("last_month", "s.month <= $last_month", sought.last_month),
        ("basis", "s.basis = $basis", sought.basis),
        ("was_minor", "s.was_minor = $was_minor", sought.was_minor),
    )
    found = [(name, clause, value) for name, clause, value in wished if value is not None]
    where = " AND ".join(clause for _, clause, _ in found) or "TRUE"
    return where, {name: value for name, _, value in found}
