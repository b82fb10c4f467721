"""SQL of what a patient refused or took back, for the alerts of a record; one read by its id."""

from dataclasses import dataclass
from uuid import UUID

from lib.domain.consent import Channel, Decision, Topic
from lib.store.connection import Cursor

# By the patient's key first: DuckDB uses one index or none (see `store.treatments`).
LIST_ENDED = """
WITH s AS MATERIALIZED (SELECT * FROM consent_standing WHERE patient_id = ?)
SELECT s.purpose, s.channel, s.decision, p.name
FROM s JOIN consent_purpose AS p ON p.code = s.purpose
WHERE s.decision <> 'given'
ORDER BY p.position, s.purpose, s.channel
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """Something that a patient refused or took back; `name` is the purpose's."""

    topic: Topic
    decision: Decision
    name: str


def list_ended(cursor: Cursor, patient_id: UUID) -> list[Ended]:
    """Return what stands refused or withdrawn, in the order of the purposes: treatment first."""
    return [
        Ended(Topic(purpose, Channel(channel) if channel else None), Decision(decision), name)
        for purpose, channel, decision, name in cursor.execute(LIST_ENDED, [patient_id]).fetchall()
    ]
