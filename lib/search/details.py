"""The close look at one patient: which word fits which token, and the reasons in plain words."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from lib.domain.search import likelihood
from lib.domain.search.query import Token
from lib.search.shard import EPOCH, UNKNOWN_DAY, Field, Shard
from lib.search.sources import How, Source, WordFit

FIELD_WORDS = {
    Field.GIVEN: "given name",
    Field.FAMILY: "family name",
    Field.PREFERRED: "preferred name",
    Field.FORMER_GIVEN: "former given name",
    Field.FORMER_FAMILY: "former name",
}
GIVEN_FIELDS = {Field.GIVEN, Field.PREFERRED, Field.FORMER_GIVEN}


@dataclass(frozen=True, slots=True)
class Reading:
    """A token, what it counts for (nats), and which name words are near it."""

    token: Token
    weight: float
    fit: WordFit


@dataclass(frozen=True, slots=True)
class Match:
    """One patient found. `score` is above 1 when all that was typed fits exactly, else below."""

    patient_id: UUID
    score: float
    why: tuple[str, ...]
    is_exact: bool
    evidence: float
    last_seen: int

    def key(self) -> tuple[bool, float, int, UUID]:
        """Return what matches are ordered by: the smallest comes first."""
        return not self.is_exact, -round(self.evidence, 6), -self.last_seen, self.patient_id


@dataclass(frozen=True, slots=True)
class _Option:
    """One way in which a token fits the patient; `slot` is the name word it takes up."""

    token: int
    nats: float
    why: str
    is_exact: bool
    slot: int | None = None
    where: Field | None = None


def closely(shard: Shard, ordinal: int, readings: list[tuple[Reading, Source | None]]) -> Match:
    """Return the patient with the score and the reasons, each name word used once."""
    words = shard.names.of_patient(ordinal)
    options = [
        option
        for place, (reading, sense) in enumerate(readings)
        for option in _options(place, reading, sense, words)
    ]
    chosen = _assigned(options)
    evidence = sum(max(readings[option.token][0].weight + option.nats, 0.01) for option in chosen)
    evidence += likelihood.WRONG_ORDER * _is_out_of_order(chosen)
    is_exact = len(chosen) == len(readings) and all(option.is_exact for option in chosen)
    share = evidence / max(sum(reading.weight for reading, _ in readings), 0.01)
    born = _shown(int(shard.born[ordinal]))
    return Match(
        patient_id=shard.patient_id(ordinal),
        score=round((1 if is_exact else 0) + min(max(share, 0.0), 0.9999), 4),
        why=tuple(option.why.replace("{born}", born) for option in chosen if option.why),
        is_exact=is_exact,
        evidence=evidence,
        last_seen=int(shard.last_seen[ordinal]),
    )


def _options(
    place: int, reading: Reading, sense: Source | None, words: list[tuple[str, Field]]
) -> list[_Option]:
    found = []
    if sense is not None and not sense.is_name:
        found.append(_Option(place, sense.nats, sense.why, sense.is_exact))
    if reading.token.word:
        for slot, (written, where) in enumerate(words):
            if fit := reading.fit.best(written, where):
                nats, how = fit
                why = _why(written, where, how, reading.token.text)
                is_exact = how in {How.EXACT, How.PREFIX}
                found.append(_Option(place, nats, why, is_exact, slot, where))
    return found


def _assigned(options: list[_Option]) -> list[_Option]:
    """Give each token the best word that is still free; return them in typed order."""
    chosen: dict[int, _Option] = {}
    taken: set[int] = set()
    for option in sorted(options, key=lambda option: (-option.nats, option.token)):
        if option.token not in chosen and option.slot not in taken:
            chosen[option.token] = option
            if option.slot is not None:
                taken.add(option.slot)
    return [chosen[token] for token in sorted(chosen)]


def _is_out_of_order(chosen: list[_Option]) -> bool:
    """Tell whether a family name was typed before a given name."""
    fields = [option.where in GIVEN_FIELDS for option in chosen if option.where is not None]
    return fields != sorted(fields, reverse=True)


def _why(written: str, where: Field, how: How, typed: str) -> str:
    reason = f"{FIELD_WORDS[where]} {written}"
    if how is How.EXACT:
        return reason
    return f"{reason} {'starts' if how is How.PREFIX else how.value} {typed}"


def _shown(day: int) -> str:
    if day == UNKNOWN_DAY:
        return "on a day not known"
    born: date = EPOCH + timedelta(days=day)
    return f"{born:%d-%b-%Y}"
