"""SQL of what a patient refused or took back, for the alerts of a record; one read by its id."""

from dataclasses import dataclass
from uuid import UUID

from lib.domain.consent import Channel, Decision, Topic
from lib.store.connection import Cursor

# One table by its key and nothing else: most patients took nothing back, and then that is all.
LIST_STANDING = "SELECT purpose, channel, decision FROM consent_standing WHERE patient_id = ?"
LIST_NAMES = "SELECT code, name FROM consent_purpose ORDER BY position, code"


@dataclass(frozen=True, slots=True)
class Ended:
    """Something that a patient refused or took back; `name` is the purpose's."""

    topic: Topic
    decision: Decision
    name: str


def list_ended(cursor: Cursor, patient_id: UUID) -> list[Ended]:
    """Return what stands refused or withdrawn, in the order of the purposes: treatment first."""
    rows = cursor.execute(LIST_STANDING, [patient_id]).fetchall()
    ended = sorted((row for row in rows if row[2] != Decision.GIVEN), key=lambda row: row[1])
    if not ended:
        return []
    return [
        Ended(Topic(code, Channel(channel) if channel else None), Decision(decision), name)
        for code, name in cursor.execute(LIST_NAMES).fetchall()
        for purpose, channel, decision in ended
        if purpose == code
    ]
