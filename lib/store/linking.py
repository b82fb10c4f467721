"""SQL of tying what a file says of people to patients: by id, and by what they agree in.

Merged and restricted records: a merged one is never found, since its ids and names moved; that a
record is restricted is told, so that it is left alone (rule E1).
"""

from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from lib.domain.linking import Fact
from lib.store.connection import Cursor

# `incoming_people` has person, external_id, given, family (folded), born_on; `incoming_contacts`
# person, value; `folded_names` written, folded: registered as views for one statement.
LIST_BY_EXTERNAL_ID = """
SELECT
    i.person, CAST(e.patient_id AS VARCHAR),
    (i.given_names = '' OR lower(p.given_names) <> lower(i.given_names))
    AND (i.family_name = '' OR lower(p.family_name) <> lower(i.family_name))
    AND (i.born_on IS NULL OR p.born_on IS NULL OR p.born_on <> i.born_on)
    AND (i.given_names <> '' OR i.family_name <> '' OR i.born_on IS NOT NULL)
FROM incoming_people AS i
JOIN patient_external_id AS e ON e.system = ? AND e.external_id = i.external_id
JOIN patient AS p ON p.patient_id = e.patient_id
WHERE p.merged_into_id IS NULL
"""
LIST_NAMES = """
SELECT family_name FROM patient WHERE merged_into_id IS NULL
UNION SELECT given_names FROM patient WHERE merged_into_id IS NULL
UNION SELECT family_name FROM patient_name
UNION SELECT given_names FROM patient_name
"""
# So many of one name are shown at most; those born on the same day come first.
MOST_NAMESAKES = 20
LIST_NAMESAKES = f"""
WITH named AS (
    SELECT p.patient_id, p.born_on, g.folded AS given, f.folded AS family, FALSE AS is_other
    FROM patient AS p
    JOIN folded_names AS f ON f.written = p.family_name
    JOIN folded_names AS g ON g.written = p.given_names
    WHERE p.merged_into_id IS NULL
    UNION ALL
    SELECT p.patient_id, p.born_on, g.folded, f.folded, TRUE
    FROM patient_name AS n
    JOIN patient AS p ON p.patient_id = n.patient_id
    JOIN folded_names AS f ON f.written = n.family_name
    JOIN folded_names AS g ON g.written = n.given_names
    WHERE p.merged_into_id IS NULL
), found AS (
    SELECT
        i.person, n.patient_id, n.is_other, TRUE AS has_family, TRUE AS has_given,
        row_number() OVER (
            PARTITION BY i.person
            ORDER BY CASE WHEN n.born_on = i.born_on THEN 0 ELSE 1 END, n.patient_id
        ) AS place
    FROM incoming_people AS i
    JOIN named AS n ON n.family = i.family AND n.given = i.given
    WHERE i.family <> '' AND i.given <> ''
    UNION ALL
    SELECT i.person, n.patient_id, n.is_other, n.family = i.family, n.given = i.given, 1
    FROM incoming_people AS i
    JOIN named AS n ON n.born_on = i.born_on
    WHERE (n.family = i.family AND i.family <> '') <> (n.given = i.given AND i.given <> '')
)
SELECT person, CAST(patient_id AS VARCHAR), is_other, has_family, has_given
FROM found WHERE place <= {MOST_NAMESAKES}
"""  # noqa: S608 - a constant
LIST_BY_PHONE = """
SELECT DISTINCT c.person, CAST(t.patient_id AS VARCHAR)
FROM incoming_contacts AS c
JOIN patient_phone AS t ON t.number = c.value
JOIN patient AS p ON p.patient_id = t.patient_id
WHERE p.merged_into_id IS NULL
"""
LIST_BY_EMAIL = """
SELECT DISTINCT c.person, CAST(t.patient_id AS VARCHAR)
FROM incoming_contacts AS c
JOIN patient_email AS t ON lower(t.email) = c.value
JOIN patient AS p ON p.patient_id = t.patient_id
WHERE p.merged_into_id IS NULL
"""
LIST_PATIENTS = """
SELECT
    CAST(p.patient_id AS VARCHAR), p.born_on, p.given_names, p.family_name,
    r.patient_id IS NOT NULL
FROM patient AS p
LEFT JOIN (SELECT DISTINCT patient_id FROM restriction WHERE lifted_at IS NULL) AS r
    ON r.patient_id = p.patient_id
WHERE p.patient_id IN (SELECT CAST(patient_id AS UUID) FROM incoming_rows)
"""
LIST_POSTCODES = """
SELECT CAST(patient_id AS VARCHAR), postcode FROM patient_address
WHERE postcode IS NOT NULL
  AND patient_id IN (SELECT CAST(patient_id AS UUID) FROM incoming_rows)
"""
LIST_OTHER_IDS = """
SELECT CAST(patient_id AS VARCHAR), external_id FROM patient_external_id
WHERE system = ? AND patient_id IN (SELECT CAST(patient_id AS UUID) FROM incoming_rows)
"""
COUNT_SYSTEMS = """
SELECT e.system, count(*) FROM incoming_people AS i
JOIN patient_external_id AS e ON e.external_id = i.external_id
GROUP BY e.system ORDER BY e.system
"""


@dataclass(slots=True)
class Known:
    """What linking needs to know of a patient."""

    born_on: date | None
    given_names: str
    family_name: str
    is_restricted: bool
    postcodes: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)


def list_by_external_id(
    cursor: Cursor, system: str, people: pa.Table
) -> list[tuple[int, str, bool]]:
    """Return person, patient's id, and whether nothing else agrees, for ids the system knows.

    `people` has person, external_id, given_names, family_name and born_on, as the file says them.
    """
    cursor.register("incoming_people", people)
    rows = cursor.execute(LIST_BY_EXTERNAL_ID, [system]).fetchall()
    cursor.unregister("incoming_people")
    return rows


def count_systems(cursor: Cursor, people: pa.Table) -> dict[str, int]:
    """Return how many of the ids each system knows."""
    cursor.register("incoming_people", people)
    rows = cursor.execute(COUNT_SYSTEMS).fetchall()
    cursor.unregister("incoming_people")
    return dict(rows)


def list_names(cursor: Cursor) -> list[str]:
    """Return every different given and family name there is, former ones included."""
    return [row[0] for row in cursor.execute(LIST_NAMES).fetchall()]


def list_namesakes(
    cursor: Cursor, people: pa.Table, folded: pa.Table
) -> list[tuple[int, str, frozenset[Fact]]]:
    """Return person, patient and what of the name agrees: the whole, or a part and the birthday.

    `people` has person, given, family (folded) and born_on; `folded` every written name's fold.
    """
    cursor.register("incoming_people", people)
    cursor.register("folded_names", folded)
    rows = cursor.execute(LIST_NAMESAKES).fetchall()
    cursor.unregister("folded_names")
    cursor.unregister("incoming_people")
    return [(row[0], row[1], _facts(*row[2:])) for row in rows]


def _facts(is_other: bool, has_family: bool, has_given: bool) -> frozenset[Fact]:  # noqa: FBT001
    if has_family and has_given:
        return frozenset({Fact.FORMER_NAME if is_other else Fact.NAME})
    if is_other:
        return frozenset()
    return frozenset({Fact.FAMILY_NAME if has_family else Fact.GIVEN_NAMES})


def list_by_contact(
    cursor: Cursor, phones: pa.Table, emails: pa.Table
) -> list[tuple[int, str, Fact]]:
    """Return person, patient and which contact is the same; both have person and value."""
    found: list[tuple[int, str, Fact]] = []
    for table, query, fact in (
        (phones, LIST_BY_PHONE, Fact.PHONE),
        (emails, LIST_BY_EMAIL, Fact.EMAIL),
    ):
        if table.num_rows:
            cursor.register("incoming_contacts", table)
            found += [(*row, fact) for row in cursor.execute(query).fetchall()]
            cursor.unregister("incoming_contacts")
    return found


def get_known(cursor: Cursor, patient_ids: list[str]) -> dict[str, Known]:
    """Return who the patients are, by id; without what `get_details` adds."""
    cursor.register("incoming_rows", _ids(patient_ids))
    known = {row[0]: Known(*row[1:]) for row in cursor.execute(LIST_PATIENTS).fetchall()}
    cursor.unregister("incoming_rows")
    return known


def get_details(cursor: Cursor, patient_ids: list[str], system: str) -> dict[str, Known]:
    """Return who the patients are, with their postcodes and their ids in a system."""
    known = get_known(cursor, patient_ids)
    cursor.register("incoming_rows", _ids(patient_ids))
    for patient_id, postcode in cursor.execute(LIST_POSTCODES).fetchall():
        known[patient_id].postcodes.add(postcode)
    for patient_id, external_id in cursor.execute(LIST_OTHER_IDS, [system]).fetchall():
        known[patient_id].ids.add(external_id)
    cursor.unregister("incoming_rows")
    return known


def _ids(patient_ids: list[str]) -> pa.Table:
    return pa.table({"patient_id": pa.array(patient_ids, pa.string())})
