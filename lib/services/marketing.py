"""The rule of marketing applied to many at once: facts in, a verdict for each person out.

The rule itself is asked once for each combination of facts that occurs, a few dozen in a million
patients, so there is no second wording of it that could differ.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.domain.consent import State
from lib.domain.marketing import (
    Basis,
    Message,
    Standing,
    Verdict,
    Why,
    basis,
    capped,
    is_opted_out,
    may_contact_next_on,
    source_of,
)
from lib.services.suppression import Suppressed

Codes = npt.NDArray[np.int64]
Words = npt.NDArray[np.object_]
COMBINED = ("bar", "consent", "details_source", "is_opt_out_offered", "is_opted_out")
ABSENT = -1_000_000
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be sent, on which day, and how long the interval between contacts is (D7)."""

    message: Message
    as_of: date
    days: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A verdict for each row of facts: columns of the same length, in the same order."""

    patient_ids: pa.Array
    addresses: pa.Array
    whys: Words
    bases: Words
    # The day (since 1970) until which the cap holds somebody back; ABSENT elsewhere.
    next_on: Codes

    def __len__(self) -> int:
        """Return how many people there are."""
        return len(self.patient_ids)

    @property
    def included(self) -> npt.NDArray[np.bool_]:
        """Tell who is in."""
        return np.asarray((self.bases != Basis.NONE.value) & (self.whys != Why.TOO_SOON.value))


def decide(facts: pa.Table, ask: Ask, suppressed: Suppressed) -> Decided:
    """Return the verdict on everybody of whom there are facts (rules D6 and D7)."""
    codes, verdicts = _combinations(facts, ask.message)
    whys = np.array([one.why.value for one in verdicts], np.object_)[codes]
    bases = np.array([one.basis.value for one in verdicts], np.object_)[codes]
    _suppress(facts, suppressed, whys, bases)
    next_on = _cap(facts, ask, whys, bases)
    people, addresses = (facts.column(name) for name in ("patient_id", "addresses"))
    return Decided(people.combine_chunks(), addresses.combine_chunks(), whys, bases, next_on)


def verdict_of(decided: Decided, row: int) -> Verdict:
    """Return the verdict on one person."""
    day = int(decided.next_on[row])
    until = None if day == ABSENT else date.fromordinal(day + EPOCH)
    return Verdict(Basis(decided.bases[row]), Why(decided.whys[row]), until)


def _combinations(facts: pa.Table, message: Message) -> tuple[Codes, list[Verdict]]:
    """Return which combination of facts each row is, and the rule's verdict on each of them."""
    codes: Codes = np.zeros(facts.num_rows, np.int64)
    for name in COMBINED:
        column = pc.dictionary_encode(facts.column(name).combine_chunks())
        codes = codes * max(1, len(column.dictionary)) + column.indices.to_numpy()
    _, firsts, places = np.unique(codes, return_index=True, return_inverse=True)
    rows = facts.select(COMBINED).take(pa.array(firsts)).to_pylist()
    return places, [_verdict(row, message) for row in rows]


def _verdict(row: dict[str, object], message: Message) -> Verdict:
    if row["bar"]:
        return Verdict(Basis.NONE, Why(str(row["bar"])))
    source = str(row["details_source"])
    standing = Standing(
        State(str(row["consent"])),
        source_of(source) if source else None,
        is_opt_out_offered=bool(row["is_opt_out_offered"]),
        is_opted_out=bool(row["is_opted_out"]),
    )
    return basis(message, standing)


def _suppress(facts: pa.Table, suppressed: Suppressed, whys: Words, bases: Words) -> None:
    """Take out whose address is on the suppression list, unless a later yes answers it."""
    if not suppressed.digests:
        return
    rows = np.flatnonzero(bases != Basis.NONE.value)
    lines = facts.column("addresses").combine_chunks().take(pa.array(rows)).to_pylist()
    agreed = facts.column("agreed_at")
    for place, since in suppressed.among(lines):
        row = int(rows[place])
        if is_opted_out(since, agreed[row].as_py()):
            whys[row], bases[row] = Why.SUPPRESSED.value, Basis.NONE.value


def _cap(facts: pa.Table, ask: Ask, whys: Words, bases: Words) -> Codes:
    """Hold back whoever was contacted too short a time ago; return until when, ABSENT elsewhere."""
    next_on: Codes = np.full(facts.num_rows, ABSENT, np.int64)
    days = facts.column("contacted_on").cast(pa.int32()).fill_null(ABSENT).to_numpy()
    first = (ask.as_of - timedelta(days=ask.days)).toordinal() - EPOCH
    for day in np.unique(days[days >= first]).tolist():
        until = may_contact_next_on(date.fromordinal(day + EPOCH), ask.days)
        verdict = capped(Verdict(Basis.CONSENT, Why.CONSENT), until, ask.as_of)
        if verdict.next_on is not None:
            rows = (days == day) & (bases != Basis.NONE.value)
            whys[rows] = verdict.why.value
            next_on[rows] = verdict.next_on.toordinal() - EPOCH
    return next_on
