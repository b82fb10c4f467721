"""The close look at one patient: which word fits which token, and the reasons in plain words."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from lib.domain.search import likelihood
from lib.domain.search.query import Token
from lib.search.shard import EPOCH, MOST_WORDS, UNKNOWN_DAY, Field, Shard
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
class Typed:
    """A token, what it counts for (nats), and which name words are near it."""

    token: Token
    weight: float
    fit: WordFit


@dataclass(frozen=True, slots=True)
class Match:
    """One patient found. `score` is above 1 when all that was typed fits exactly, else below."""

    patient_id: UUID
    why: tuple[str, ...]
    is_exact: bool
    evidence: float
    recent: int
    score: float = 0.0

    def read_with(self, prior: float) -> "Match":
        """Return the match with the prior of how the query was read."""
        return replace(self, evidence=self.evidence + prior)

    def scored(self, most: float) -> "Match":
        """Return the match with its share of `most` as the score."""
        share = min(max(self.evidence / most, 0.0), 0.9999)
        return replace(self, score=round(self.is_exact + share, 4))

    def key(self) -> tuple[bool, float, int, int]:
        """Return what matches are ordered by: the smallest comes first."""
        return not self.is_exact, -round(self.evidence, 6), -self.recent, -self.patient_id.int


@dataclass(frozen=True, slots=True)
class _Option:
    """One way in which a token fits the patient.

    `slot` is the name word that it takes up and in which form: Smith-Jones has room for two.
    """

    token: int
    nats: float
    why: str
    is_exact: bool
    slot: tuple[int, str] | None = None
    where: Field | None = None


def closely(shard: Shard, ordinal: int, typed: list[tuple[Typed, Source | None]]) -> Match:
    """Return the patient with the evidence and the reasons, each name word used once."""
    words = shard.names.of_patient(ordinal)
    options = [
        option
        for place, (one, sense) in enumerate(typed)
        for option in _options(place, one, sense, words)
    ]
    chosen = _assigned(options)
    evidence = sum(max(typed[option.token][0].weight + option.nats, 0.01) for option in chosen)
    evidence += likelihood.WRONG_ORDER * _is_out_of_order(chosen)
    if any(one.token.word for one, _ in typed):
        evidence += likelihood.UNTYPED_NAME * _untyped(chosen, words)
    born = _shown(int(shard.born[ordinal]))
    return Match(
        patient_id=shard.patient_id(ordinal),
        why=tuple(
            dict.fromkeys(option.why.replace("{born}", born) for option in chosen if option.why)
        ),
        is_exact=len(chosen) == len(typed) and all(option.is_exact for option in chosen),
        evidence=evidence,
        recent=int(shard.recent[ordinal]),
    )


def _options(
    place: int, one: Typed, sense: Source | None, words: list[tuple[str, Field]]
) -> list[_Option]:
    found = []
    if sense is not None and not sense.is_name:
        found.append(_Option(place, sense.nats, sense.why, sense.is_exact))
    if one.token.word:
        found += [
            _Option(place, nats, _why(written, where, how, one.token.text),
                    how in {How.EXACT, How.PREFIX}, (slot, form), where)
            for slot, (written, where) in enumerate(words)
            for form, nats, how in one.fit.fits(written, where)
        ]  # fmt: skip
    return found


def _assigned(options: list[_Option]) -> list[_Option]:
    """Give each token the best word that is still free; return them in typed order."""
    chosen: dict[int, _Option] = {}
    taken: set[tuple[int, str]] = set()
    for option in sorted(options, key=lambda option: (-option.nats, option.token)):
        if option.token not in chosen and option.slot not in taken:
            chosen[option.token] = option
            if option.slot is not None:
                taken.add(option.slot)
    return [chosen[token] for token in sorted(chosen)]


def _untyped(chosen: list[_Option], words: list[tuple[str, Field]]) -> int:
    """Count the patient's present names that no token took up."""
    taken = {option.slot[0] for option in chosen if option.slot is not None}
    return sum(
        slot not in taken and where in {Field.GIVEN, Field.FAMILY}
        for slot, (_, where) in enumerate(words[: MOST_WORDS + 1])
    )


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
