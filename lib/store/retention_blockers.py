"""SQL of what stops a disposal (rule C6): the one place where every feature's blockers are told.

A source says which rows of its table stop a disposal, and until which day. The schedule over all
patients, the sentence of one, and the check inside a disposal's transaction all ask `sources`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from lib.domain.consent import LONDON, day_of
from lib.domain.retention import Blocker
from lib.domain.retention_words import Phrase, Standing
from lib.store.connection import Cursor
from lib.store.marks import batched, marks


@dataclass(frozen=True, slots=True)
class Source:
    """One table of blockers.

    `words` names each blocker that comes from it. `select` gives the columns `patient_id`,
    `blocker` (a key of `words`), `since_at` (UTC) and `ends_on` (the last day on which it holds,
    NULL without end) FROM `{rows}`, which is the table or some patients' part of it. It may ask
    `(SELECT as_of FROM asked)` for the day, to skip what has long ended; that a row whose `ends_on`
    is past stops nothing is seen to for it.
    """

    table: str
    words: Mapping[str, Phrase]
    select: str


HOLDS: Final = Source(
    "hold",
    {
        Blocker.LEGAL_HOLD: Phrase("a legal hold"),
        Blocker.OPEN_COMPLAINT: Phrase("an open complaint"),
        Blocker.OPEN_DEBT: Phrase("an open debt"),
        Blocker.EXTENSION: Phrase("an extension", begun="given on"),
    },
    """
    SELECT patient_id, kind AS blocker, placed_at AS since_at, ends_on FROM {rows}
    WHERE released_at IS NULL
    """,
)
# A day of London begins an hour before the same day of UTC in summer.
APPOINTMENTS: Final = Source(
    "appointment",
    {Blocker.FUTURE_APPOINTMENT: Phrase("an appointment", begun="booked on", ends="for")},
    """
    SELECT
        patient_id, 'future_appointment' AS blocker, recorded_at AS since_at,
        CAST((starts_at AT TIME ZONE 'UTC') AT TIME ZONE 'Europe/London' AS DATE) AS ends_on
    FROM {rows}
    WHERE status = 'booked' AND starts_at >= (SELECT as_of - 1 FROM asked)
    """,
)
RESTRICTIONS: Final = Source(
    "restriction",
    {Blocker.RESTRICTION: Phrase("a restriction of the record")},
    """
    SELECT
        patient_id, 'restriction' AS blocker, placed_at AS since_at, CAST(NULL AS DATE) AS ends_on
    FROM {rows}
    WHERE lifted_at IS NULL
    """,
)
# The day for which blockers are asked, as the first of the expressions after WITH; one parameter.
ASKED: Final = "asked AS (SELECT CAST(? AS DATE) AS as_of)"
# A blocker holds to the end of its last day (rule C6), as `Hold.stands` says.
STANDS: Final = "ends_on IS NULL OR ends_on >= (SELECT as_of FROM asked)"
COLUMNS: Final = "patient_id, blocker, since_at, ends_on"
# Two who count the same row conflict, and the later one runs again. It must count: DuckDB passes
# over an update that changes nothing, and tells a conflict by the column.
CLAIM: Final = "UPDATE patient SET claims = coalesce(claims, 0) + 1 WHERE patient_id = ?"

_sources: list[Source] = [HOLDS, APPOINTMENTS, RESTRICTIONS]


def register(source: Source) -> None:
    """Let a table stop disposals, everywhere; registering it again changes nothing."""
    if source not in _sources:
        _sources.append(source)


def sources() -> tuple[Source, ...]:
    """Return every source of blockers."""
    return tuple(_sources)


def phrase(blocker: str) -> Phrase:
    """Return what a blocker is called; one that no source knows by its name alone."""
    named = (source.words[blocker] for source in _sources if blocker in source.words)
    return next(named, Phrase(blocker.replace("_", " ")))


def standing_select() -> str:
    """Return a SELECT of all that stands of every patient, with the columns of `COLUMNS`.

    It is made to be part of a larger statement that begins `WITH` and `ASKED`, and binds the day
    there. A patient has a row for each blocker, more than one of a kind too.
    """
    return _standing_select([source.table for source in _sources])


def list_standing(
    cursor: Cursor, patient_ids: Sequence[UUID], as_of: date
) -> dict[UUID, tuple[Standing, ...]]:
    """Return all that stops the disposal of each of these patients on a day, sorted (rule C6).

    A patient whom nothing stops is left out. What was placed after `as_of` counts: a case drawn up
    last week is held back by what came since.
    """
    found: dict[UUID, list[Standing]] = {}
    for keys in batched(patient_ids):
        for patient_id, blocker, since_at, ends_on in _rows(cursor, keys, as_of):
            since = day_of(since_at, LONDON)
            one = Standing(blocker, since, ends_on, phrase(blocker))
            found.setdefault(patient_id, []).append(one)
    return {key: tuple(sorted(held, key=Standing.order)) for key, held in found.items()}


def claim(cursor: Cursor, patient_id: UUID) -> None:
    """Make sure that of two transactions about a patient's disposal one sees what the other did.

    Whoever places a blocker and whoever disposes of a record claims the patient first: a check that
    found nothing cannot then be outrun by a blocker placed at the same moment (rule C10).
    """
    cursor.execute(CLAIM, [str(patient_id)])


def _rows(
    cursor: Cursor, keys: Sequence[UUID], as_of: date
) -> list[tuple[UUID, str, datetime, date | None]]:
    # Each table by its keys alone, before anything else: DuckDB would not use the index otherwise.
    mine = [
        f"mine_{at} AS MATERIALIZED (SELECT * FROM {source.table}"  # noqa: S608 - our own tables
        f" WHERE patient_id IN ({marks(keys)}))"
        for at, source in enumerate(_sources)
    ]
    select = _standing_select([f"mine_{at}" for at in range(len(_sources))])
    texts = [str(key) for key in keys]
    sql = f"WITH {', '.join([ASKED, *mine])} {select}"
    return cursor.execute(sql, [as_of, *texts * len(_sources)]).fetchall()


def _standing_select(tables: Sequence[str]) -> str:
    united = " UNION ALL ".join(
        f"SELECT {COLUMNS} FROM ({source.select.format(rows=table)}) AS told"  # noqa: S608 - ours
        for source, table in zip(_sources, tables, strict=True)
    )
    return f"SELECT {COLUMNS} FROM ({united}) AS blocking WHERE {STANDS}"  # noqa: S608 - ours
