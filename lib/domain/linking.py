"""Whether what a file says of a person is enough to say which patient it is (careful match); pure.

Only one patient who agrees in full name and date of birth, or in full name and a phone number or
email address, is taken without asking. Anything else is for a person to decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_CANDIDATES = 8


class Fact(StrEnum):
    """Something in which a patient agrees with what the file says, or speaks against it."""

    NAME = "same name"
    FORMER_NAME = "former or other name"
    FAMILY_NAME = "same family name"
    GIVEN_NAMES = "same given names"
    BORN_ON = "same date of birth"
    PHONE = "same phone"
    EMAIL = "same email"
    POSTCODE = "same postcode"
    ID = "this id in the other system"
    OTHER_BIRTH = "another date of birth"
    OTHER_ID = "another id in that system"


# How much each fact counts when candidates are put in order; only the order is used.
WEIGHTS = {
    Fact.NAME: 40,
    Fact.FORMER_NAME: 30,
    Fact.FAMILY_NAME: 12,
    Fact.GIVEN_NAMES: 8,
    Fact.BORN_ON: 35,
    Fact.PHONE: 25,
    Fact.EMAIL: 25,
    Fact.POSTCODE: 12,
    Fact.ID: 20,
    Fact.OTHER_BIRTH: -25,
    Fact.OTHER_ID: -25,
}
AGAINST = frozenset({Fact.OTHER_BIRTH, Fact.OTHER_ID})
TELLING = frozenset({Fact.BORN_ON, Fact.PHONE, Fact.EMAIL})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patient who may be meant, and in what they agree."""

    patient_id: str
    facts: frozenset[Fact]

    @property
    def score(self) -> int:
        """Return how much speaks for the patient, from 0 to 100."""
        return max(0, min(100, sum(WEIGHTS[fact] for fact in self.facts)))

    @property
    def is_sure(self) -> bool:
        """Tell whether the patient would be taken without asking, were there no other like it."""
        return Fact.NAME in self.facts and bool(self.facts & TELLING) and not self.facts & AGAINST

    @property
    def why(self) -> tuple[str, ...]:
        """Return the facts in words, in the order of their list."""
        return tuple(fact.value for fact in Fact if fact in self.facts)


def choose(candidates: Sequence[Candidate]) -> str | None:
    """Return the one patient who is surely meant, or None when a person must decide."""
    sure = [one for one in candidates if one.is_sure]
    return sure[0].patient_id if len(sure) == 1 else None


def ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates for whom most speaks, the best first."""
    order = sorted(candidates, key=lambda one: (-one.score, one.patient_id))
    return order[:MOST_CANDIDATES]
