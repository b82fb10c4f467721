"""SQL of the forecast: from when to when the clocks of retention ran, counted by month.

A large clinic is told by a share of its patients, drawn by the last digits of their ids, which are
chance; the schedule that it is put beside counts everybody.
"""

from datetime import date, timedelta

import numpy as np

from lib.domain.consent import LONDON, begin_of
from lib.domain.retention import Trigger
from lib.domain.returns import NEVER, REGULAR_FROM, SEVERAL_FROM, Clock, Spells
from lib.store.connection import Cursor
from lib.store.retention import LONDON_DAY

# So many patients tell how people come back as well as a million do.
MOST_READ = 60_000
SHARES = 256
# A clinic of this many is read whole: a share would save nothing.
WHOLE = 100_000
COUNT_PATIENTS = "SELECT count(*) FROM patient WHERE merged_into_id IS NULL"
# An anchor counts from the day after it, as the day a record may go does. Of events of one day the
# weightiest counts; one that counts less than what went before starts nothing (rule C2).
COUNT_SPELLS = f"""
WITH chosen AS (
    SELECT patient_id, deceased_on <= $as_of AS has_died FROM patient
    WHERE merged_into_id IS NULL AND right(CAST(patient_id AS VARCHAR), 2) < $share
),
event AS (
    SELECT patient_id, day, max(weight) AS weight
    FROM (
        SELECT patient_id, treated_on AS day, 3 AS weight FROM treatment
        WHERE superseded_at IS NULL AND treated_on <= $as_of
        UNION ALL
        SELECT patient_id, consulted_on, 2 FROM consultation WHERE consulted_on <= $as_of
        UNION ALL
        SELECT patient_id, {LONDON_DAY}, 2 FROM appointment
        WHERE status = 'attended' AND starts_at < $day_ends_at
        UNION ALL
        SELECT patient_id, contacted_on, 1 FROM contact_log
        WHERE NOT is_marketing AND voided_at IS NULL AND contacted_on <= $as_of
    ) AS told
    WHERE patient_id IN (SELECT patient_id FROM chosen)
    GROUP BY patient_id, day
),
placed AS (
    SELECT
        patient_id, day + 1 AS day, weight,
        max(weight) OVER before AS best,
        sum(CASE WHEN weight = 3 THEN 1 ELSE 0 END) OVER before AS treatments
    FROM event
    WINDOW before AS (PARTITION BY patient_id ORDER BY day ROWS UNBOUNDED PRECEDING)
),
clock AS (
    SELECT
        patient_id,
        CAST(extract(year FROM day) * 12 + extract(month FROM day) - 1 AS INTEGER) AS month,
        extract(day FROM day) AS of_month,
        CASE
            WHEN best = 1 THEN {Clock.ENQUIRED}
            WHEN best = 2 THEN {Clock.CONSULTED}
            WHEN treatments < {SEVERAL_FROM} THEN {Clock.ONCE}
            WHEN treatments < {REGULAR_FROM} THEN {Clock.SEVERAL}
            ELSE {Clock.REGULAR}
        END AS clock,
        day
    FROM placed
    WHERE weight = best OR ($restarts AND weight = 2)
),
spell AS (
    SELECT
        patient_id, clock, month, of_month,
        lead(clock) OVER later AS next_clock,
        lead(month) OVER later AS ended,
        lead(of_month) OVER later AS ended_of_month
    FROM clock
    WINDOW later AS (PARTITION BY patient_id ORDER BY day)
)
SELECT
    CASE WHEN s.ended IS NULL AND c.has_died THEN {Clock.GONE} ELSE s.clock END AS clock,
    coalesce(s.next_clock, s.clock) AS next_clock,
    s.month AS began,
    coalesce(s.ended, {NEVER}) AS ended,
    coalesce(s.ended_of_month > s.of_month, FALSE) AS is_later,
    count(*) AS patients
FROM spell AS s JOIN chosen AS c ON c.patient_id = s.patient_id
WHERE s.ended IS NULL OR s.ended > s.month
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - constant parts
COLUMNS = ("clock", "next_clock", "began", "ended", "is_later", "patients")


def count_spells(cursor: Cursor, as_of: date, trigger: Trigger) -> Spells:
    """Return from when to when clocks ran, of all patients or of a share of very many.

    Facts after `as_of` do not count, nor do records that were merged into another.
    """
    values = {
        "as_of": as_of,
        "day_ends_at": begin_of(as_of + timedelta(days=1), LONDON),
        "restarts": trigger is Trigger.CLINICAL_CONTACT,
        "share": _share(cursor),
    }
    found = cursor.execute(COUNT_SPELLS, values).fetchnumpy()
    whole = {
        name: np.asarray(found[name]).astype(np.int64) for name in COLUMNS if name != "is_later"
    }
    return Spells(is_later=np.asarray(found["is_later"]).astype(np.bool_), **whole)


def _share(cursor: Cursor) -> str:
    """Return below which last two digits of its id a patient is read."""
    row = cursor.execute(COUNT_PATIENTS).fetchone()
    count = int(row[0]) if row else 0
    # Beyond every digit, so that all are below it.
    return "zz" if count <= WHOLE else f"{max(1, MOST_READ * SHARES // count):02x}"
