"""What comes in, and what became of it: the words that uploads, imports and their writing share."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from lib.domain.access import Actor
from lib.domain.media_labels import Values
from lib.domain.restriction import Ground
from lib.media.prepared import Prepared


class Outcome(StrEnum):
    """What became of one file."""

    IN = "in"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one file; `sentence` is why it was refused, or what is doubtful of it.

    `is_there` tells that it was refused because the record has it already.
    """

    media_id: UUID
    outcome: Outcome
    sentence: str | None = None
    is_there: bool = False

    @property
    def refusal(self) -> str | None:
        """Return why it was refused, or None."""
        return self.sentence if self.outcome is Outcome.REFUSED else None


@dataclass(frozen=True, slots=True)
class Batch:
    """What comes in together: for whom, by whom, on which ground, of which treatment."""

    batch_id: UUID
    patient_id: UUID
    born_on: date | None
    actor: Actor
    treatment_series_id: UUID | None = None
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A sealed file in the folder of incoming ones, and what a person said of it."""

    media_id: UUID
    key_id: UUID
    said: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ready:
    """An arrival that a worker has looked into.

    `digests` are what the same file is called under each of the patient's keys.
    """

    arrival: Arrival
    prepared: Prepared
    digests: frozenset[str]
