"""SQL of consent across the clinic: patients counted by what decides, and listed a page at a time.

It reads `consent_standing`, which holds the deciding event of each patient and topic.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lib.domain.consent import Channel, Decision, Topic
from lib.domain.consent_history import Spell
from lib.domain.consent_overview import Group
from lib.store.connection import Cursor
from lib.store.marks import marks

# A restricted record is only stored (rule E1), a merged one is no patient any more, and the dead
# are asked nothing. They are few: which they are is asked first.
GONE = """
SELECT patient_id FROM patient WHERE merged_into_id IS NOT NULL OR deceased_on IS NOT NULL
UNION ALL
SELECT patient_id FROM restriction WHERE lifted_at IS NULL
"""
SEEN_BY = "SELECT patient_id FROM patient WHERE last_practitioner_id = ?"
BOOKED = """
SELECT patient_id FROM appointment
WHERE status = 'booked' AND starts_at >= ? AND starts_at < ?
"""
TREATED = "SELECT patient_id FROM treatment WHERE treated_on >= ? AND superseded_at IS NULL"
REGISTERED = "SELECT patient_id FROM patient WHERE registered_on <= ?"
COUNT_PATIENTS = "SELECT count(*) FROM patient AS s WHERE {}"
COUNT_GROUPS = """
SELECT
    s.purpose, s.channel, s.decision,
    CASE WHEN s.decision = 'given' THEN s.received_on END AS given_on,
    s.form_version_id, count(*)
FROM consent_standing AS s WHERE {}
GROUP BY s.purpose, s.channel, s.decision, given_on, s.form_version_id
"""
# Who comes next is asked next, so that is the order; then who was here last.
LISTED = """
FROM ({found}) AS found
JOIN patient AS p ON p.patient_id = found.patient_id
LEFT JOIN (
    SELECT patient_id, min(starts_at) AS starts_at FROM appointment
    WHERE status = 'booked' AND starts_at >= ? GROUP BY patient_id
) AS visit ON visit.patient_id = found.patient_id
"""
KEYS = f"""
SELECT found.patient_id {LISTED}
ORDER BY visit.starts_at NULLS LAST, p.last_seen_on DESC NULLS LAST, found.patient_id
LIMIT ? OFFSET ?
"""
STANDING = "SELECT s.patient_id FROM consent_standing AS s WHERE {}"
NEVER = """
SELECT s.patient_id FROM patient AS s
WHERE s.patient_id NOT IN (
    SELECT patient_id FROM consent_standing WHERE purpose = ? AND channel = ?
) AND {}
"""
COUNT_LISTED = "SELECT count(*) FROM ({}) AS found"
# By keys alone, a table at a time: where they are joined DuckDB scans instead of using an index.
LIST_PATIENTS = """
SELECT
    p.patient_id, p.reference, p.title, p.given_names, p.family_name, p.sex, p.born_on,
    p.last_seen_on, practitioner.display_name
FROM patient AS p
LEFT JOIN practitioner ON practitioner.practitioner_id = p.last_practitioner_id
WHERE p.patient_id IN ({})
"""
LIST_VISITS = """
SELECT patient_id, min(starts_at) FROM appointment
WHERE patient_id IN ({}) AND status = 'booked' AND starts_at >= ? GROUP BY patient_id
"""
LIST_GIVEN = """
SELECT patient_id, received_on FROM consent_standing
WHERE patient_id IN ({}) AND purpose = ? AND channel = ?
"""
LIST_ASKS = """
SELECT patient_id FROM consent_task
WHERE patient_id IN ({}) AND kind = 'ask' AND closed_at IS NULL AND purpose = ? AND channel = ?
"""
# A month's end in London is an hour before midnight UTC from March to September, and no event is so
# near another boundary that an hour would move its month.
MONTH = """
EXTRACT(YEAR FROM {0}) * 12 + EXTRACT(MONTH FROM {0}) - 1
"""
LOCAL = """
s.received_at + CASE WHEN EXTRACT(MONTH FROM s.received_at) BETWEEN 3 AND 9
    THEN INTERVAL '1 hour' ELSE INTERVAL '0 hours' END
"""
# In the order that decides (rule D1); a grant without evidence or a form in force is none (D2).
COUNT_SPELLS = f"""
SELECT channel, decision, form_version_id, began, ended, count(*)
FROM (
    SELECT channel, decision, form_version_id, began, lead(began) OVER (
        PARTITION BY patient_id, channel
        ORDER BY received_at, weight, in_force_from NULLS FIRST, form_version_id NULLS FIRST,
            event_id
    ) AS ended
    FROM (
        SELECT
            s.patient_id, s.channel, s.decision, s.received_at, s.event_id, s.form_version_id,
            v.in_force_from,
            CASE s.decision WHEN 'given' THEN 0 WHEN 'refused' THEN 1 ELSE 2 END AS weight,
            CAST({MONTH.format(f"({LOCAL})")} AS INTEGER) AS began
        FROM consent_event AS s
        LEFT JOIN consent_form_version AS v ON v.form_version_id = s.form_version_id
        WHERE s.purpose = ? AND s.patient_id NOT IN ({GONE})
          AND (s.decision <> 'given'
            OR (s.evidence_id IS NOT NULL AND v.in_force_from <= CAST({LOCAL} AS DATE)))
    ) AS counted
) AS spell
WHERE ended IS NULL OR ended > began
GROUP BY channel, decision, form_version_id, began, ended
"""  # noqa: S608 - constant parts
# What may move a count: consent itself, who is a patient, who is restricted, who comes.
GET_STATE = f"""
SELECT
    (SELECT max(CAST(state_id AS VARCHAR)) FROM consent_epoch WHERE name = 'consent'),
    (SELECT count(*) FROM patient),
    (SELECT max(changed_at) FROM patient),
    (SELECT count(*) FROM ({GONE}) AS gone),
    (SELECT count(*) FROM appointment)
"""  # noqa: S608 - constant parts
LIST_FORMS = "SELECT form_id, name FROM consent_form"


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the patients: who saw them last, a visit booked between, treated since.

    Moments are UTC, `booked` until before the second. `registered_by`: who was there on that day.
    """

    practitioner_id: UUID | None = None
    booked: tuple[datetime, datetime] | None = None
    treated_since: date | None = None
    registered_by: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Which standings are meant: a decision, and of grants the days and the versions of forms.

    `after` and `until` bound `received_on`: after the first, up to the second (None: any).
    `versions` are those that the grant may be on, or with `is_other` may not.
    """

    decision: Decision
    after: date | None = None
    until: date | None = None
    versions: tuple[UUID, ...] | None = None
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom a list is of: a topic, how it stands (None: never asked), and what narrows it."""

    topic: Topic
    standing: Standing | None
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Listed:
    """A patient in a list: who it is, when they said it, were seen and come next (UTC)."""

    patient_id: UUID
    reference: str
    title: str | None
    given_names: str
    family_name: str
    sex: str
    born_on: date | None
    last_seen_on: date | None
    last_seen_by: str | None
    received_on: date | None = None
    next_visit_at: datetime | None = None
    is_to_be_asked: bool = False


def get_state(cursor: Cursor) -> tuple[object, ...]:
    """Return what stays the same as long as nothing changed that is counted here."""
    return tuple(cursor.execute(GET_STATE).fetchall()[0])


def count_patients(cursor: Cursor, filters: Filters) -> int:
    """Return how many patients there are whose consent is counted."""
    where, values = _narrowed(filters)
    row = cursor.execute(COUNT_PATIENTS.format(where), values).fetchone()
    return int(row[0]) if row else 0


def count_groups(cursor: Cursor, filters: Filters) -> list[Group]:
    """Return the patients by topic and what decides it; those never asked are in no group."""
    where, values = _narrowed(filters)
    rows = cursor.execute(COUNT_GROUPS.format(where), values).fetchall()
    return [
        Group(Topic(purpose, Channel(channel) if channel else None), Decision(decision), *rest)
        for purpose, channel, decision, *rest in rows
    ]


def count_spells(cursor: Cursor, purpose: str) -> list[Spell]:
    """Return from when to when the answers on a purpose stood, by month; a second a million."""
    rows = cursor.execute(COUNT_SPELLS, [purpose]).fetchall()
    return [
        Spell(
            Topic(purpose, Channel(channel) if channel else None),
            Decision(decision),
            form_version_id,
            began,
            ended,
            patients,
        )
        for channel, decision, form_version_id, began, ended, patients in rows
    ]


def count_listed(cursor: Cursor, sought: Sought) -> int:
    """Return how many patients a list is of."""
    sql, values = _found(sought)
    row = cursor.execute(COUNT_LISTED.format(sql), values).fetchone()
    return int(row[0]) if row else 0


def list_keys(
    cursor: Cursor, sought: Sought, now: datetime, *, limit: int, offset: int = 0
) -> list[UUID]:
    """Return the patients of a list, who comes next at the top."""
    sql, values = _found(sought)
    found = cursor.execute(KEYS.format(found=sql), [*values, now, limit, offset])
    return [row[0] for row in found.fetchall()]


def list_patients(
    cursor: Cursor, keys: Sequence[UUID], topic: Topic, now: datetime
) -> list[Listed]:
    """Return what is known of a few patients, in that order."""
    if not keys:
        return []
    chosen, about = marks(keys), [topic.purpose, topic.channel or ""]
    people = cursor.execute(LIST_PATIENTS.format(chosen), list(keys)).fetchall()
    visits = dict(cursor.execute(LIST_VISITS.format(chosen), [*keys, now]).fetchall())
    given = dict(cursor.execute(LIST_GIVEN.format(chosen), [*keys, *about]).fetchall())
    asked = cursor.execute(LIST_ASKS.format(chosen), [*keys, *about]).fetchall()
    to_ask = {row[0] for row in asked}
    found = {
        row[0]: replace(
            Listed(*row),
            received_on=given.get(row[0]),
            next_visit_at=visits.get(row[0]),
            is_to_be_asked=row[0] in to_ask,
        )
        for row in people
    }
    return [found[key] for key in keys if key in found]


def list_forms(cursor: Cursor) -> dict[UUID, str]:
    """Return what the forms are called, by id."""
    return dict(cursor.execute(LIST_FORMS).fetchall())


def _found(sought: Sought) -> tuple[str, list[Any]]:
    """Return the statement that finds the patients of a list, and what it is bound with."""
    where, values = _narrowed(sought.filters)
    about: list[Any] = [sought.topic.purpose, sought.topic.channel or ""]
    if sought.standing is None:
        return NEVER.format(where), [*about, *values]
    how, bound = _how(sought.standing)
    clause = f"s.purpose = ? AND s.channel = ? AND {how} AND {where}"
    return STANDING.format(clause), [*about, *bound, *values]


def _how(standing: Standing) -> tuple[str, list[Any]]:
    clauses, values = ["s.decision = ?"], list[Any]([standing.decision.value])
    if standing.after is not None:
        clauses.append("s.received_on > ?")
        values.append(standing.after)
    if standing.until is not None:
        clauses.append("s.received_on <= ?")
        values.append(standing.until)
    if standing.versions is not None and (standing.versions or not standing.is_other):
        # No version at all is a list that holds nothing.
        chosen = standing.versions or (UUID(int=0),)
        word = "NOT IN" if standing.is_other else "IN"
        clauses.append(f"s.form_version_id {word} ({marks(chosen)})")
        values += chosen
    return " AND ".join(clauses), values


def _narrowed(filters: Filters) -> tuple[str, list[Any]]:
    clauses, values = [f"s.patient_id NOT IN ({GONE})"], list[Any]()
    for sql, bound in (
        (SEEN_BY, filters.practitioner_id and (filters.practitioner_id,)),
        (BOOKED, filters.booked),
        (TREATED, filters.treated_since and (filters.treated_since,)),
        (REGISTERED, filters.registered_by and (filters.registered_by,)),
    ):
        if bound:
            clauses.append(f"s.patient_id IN ({sql})")
            values += bound
    return " AND ".join(clauses), values
