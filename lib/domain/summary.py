"""What a record has and lacks: the items of the summary strip and their rules; pure."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lib.domain import formats
from lib.domain.consent import LONDON, RECORD_MEDIA, TREATMENT, Standing, day_of
from lib.domain.consent import State as Consent
from lib.domain.media import Stage

# Policy defaults: how long a confirmed history holds, and how far back lots are looked for.
HISTORY_MONTHS = 12
LOTS_YEARS = 2
MONTHS_IN_YEAR = 12
# Products that go under the skin: their lot must be known when it is recalled.
INJECTED = ("toxin", "filler", "skin_booster")

# The consents without which nobody is treated or photographed, in the words of a sentence.
NEEDED = {TREATMENT: "treatment", RECORD_MEDIA: "pictures for the record"}
LACKING = {
    Consent.NOT_ASKED: "Not asked to agree",
    Consent.REFUSED: "Refused to agree",
    Consent.WITHDRAWN: "Took back the consent",
    Consent.EXPIRED: "Agreed too long ago",
    Consent.SUPERSEDED: "The form changed since the patient agreed",
}
SAID = {
    Consent.NOT_ASKED: "Consent missing",
    Consent.REFUSED: "Consent refused",
    Consent.WITHDRAWN: "Consent withdrawn",
    Consent.EXPIRED: "Consent expired",
    Consent.SUPERSEDED: "Consent superseded",
}


class Key(StrEnum):
    """Which item it is; in the order in which the strip shows them."""

    HISTORY = "history"
    CONSENT = "consent"
    PHOTOGRAPHS = "photographs"
    LOTS = "lots"
    FOLLOW_UP = "follow_up"
    BALANCE = "balance"


class State(StrEnum):
    """How an item stands. What does not apply is neither good nor bad."""

    DONE = "done"
    MISSING = "missing"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class SummaryItem:
    """One thing that a record has or lacks.

    `word` is its name, `said` how it stands in a few words, `reason` one sentence. `path` is the
    file of the screen (under pages/) where it is seen to, None where there is none;
    `is_of_patient` says that its address names the patient.
    """

    key: Key
    word: str
    said: str
    state: State
    reason: str
    path: str | None = None
    is_of_patient: bool = True


def months_before(day: date, months: int) -> date:
    """Return the same day some months ago, or the last of its month where there is none."""
    year, month = divmod(day.year * MONTHS_IN_YEAR + day.month - 1 - months, MONTHS_IN_YEAR)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def history_held_since(as_of: date) -> date:
    """Return the earliest day on which a confirmed history still holds."""
    return months_before(as_of, HISTORY_MONTHS)


def lots_looked_for_since(as_of: date) -> date:
    """Return the first day whose injected products must have their lot."""
    return months_before(as_of, LOTS_YEARS * MONTHS_IN_YEAR)


def history(confirmed_on: date | None, *, is_expected: bool, as_of: date, path: str) -> SummaryItem:
    """Return whether the medical history is up to date.

    `confirmed_on` is the day of the newest entry or review. Nobody can be asked who was never here
    and is not coming: for them (`is_expected` false) it does not apply, unless there is a history.
    """
    word = "History"
    if confirmed_on is None:
        if is_expected:
            reason = "No medical history has been taken yet"
            return SummaryItem(Key.HISTORY, word, "No history yet", State.MISSING, reason, path)
        reason = "Not seen here yet"
        return SummaryItem(Key.HISTORY, word, word, State.NOT_APPLICABLE, reason, path)
    reason = f"Last confirmed {formats.day(confirmed_on)}"
    if confirmed_on >= history_held_since(as_of):
        return SummaryItem(Key.HISTORY, word, "History up to date", State.DONE, reason, path)
    reason += f", more than {HISTORY_MONTHS} months ago"
    return SummaryItem(Key.HISTORY, word, "History out of date", State.MISSING, reason, path)


def lots(lacking_on: date | None, lacking: int, *, is_recent: bool, path: str) -> SummaryItem:
    """Return whether every product injected in the last two years has its lot.

    `lacking` products have none, the last of them given on `lacking_on`; `is_recent` tells whether
    the patient was here in that time at all.
    """
    word = "Lots"
    if lacking and lacking_on:
        products = formats.counted(lacking, "injected product")
        verb = "has" if lacking == 1 else "have"
        reason = f"{products} {verb} no lot, last on {formats.day(lacking_on)}"
        return SummaryItem(Key.LOTS, word, "Lot missing", State.MISSING, reason, path)
    if is_recent:
        reason = "Every product injected in the last two years has its lot"
        return SummaryItem(Key.LOTS, word, "Lots recorded", State.DONE, reason, path)
    reason = "Nothing was injected in the last two years"
    return SummaryItem(Key.LOTS, word, word, State.NOT_APPLICABLE, reason, path)


def follow_up(
    due: Sequence[date], booked_on: date | None, window: tuple[date, date], *, path: str
) -> SummaryItem:
    """Return whether a follow-up is due now, that is, whether its list shows the patient.

    `due` are the days of open follow-ups of somebody who may be called, `window` the days that the
    list looks at (inclusive), `booked_on` the next visit that has been booked.
    """
    word = said = "Follow-up"
    now = [day for day in due if window[0] <= day <= window[1]]
    if now:
        state, said = State.MISSING, "Follow-up due"
        reason = f"Due {formats.day(min(now))} and not booked"
    elif booked_on is not None:
        state, said, reason = State.DONE, "Visit booked", f"Booked for {formats.day(booked_on)}"
    else:
        state, reason = State.NOT_APPLICABLE, _not_due(due, window)
    return SummaryItem(Key.FOLLOW_UP, word, said, state, reason, path, is_of_patient=False)


def consent(standings: Mapping[str, Standing], *, is_expected: bool, path: str) -> SummaryItem:
    """Return whether the patient agreed to be treated and to be photographed for the record.

    `standings` are by the two purposes' codes. Nobody is asked who was never here and is not coming
    (`is_expected` false), unless something was said. The first thing that lacks is told.
    """
    word = "Consent"
    found = [(NEEDED[code], standings[code]) for code in NEEDED]
    if not is_expected and all(one.state is Consent.NOT_ASKED for _, one in found):
        reason = "Not seen here yet"
        return SummaryItem(Key.CONSENT, word, word, State.NOT_APPLICABLE, reason, path)
    lacking = [(to, one) for to, one in found if not one.may_use]
    if not lacking:
        reason = "Agreed to treatment and to pictures for the record"
        return SummaryItem(Key.CONSENT, word, "Consents given", State.DONE, reason, path)
    to, first = lacking[0]
    reason = f"{LACKING[first.state]} to {to}"
    if first.event is not None:
        reason += f", {formats.day(day_of(first.event.received_at, LONDON))}"
    if len(lacking) > 1:
        reason += f"; {LACKING[lacking[1][1].state].lower()} to {lacking[1][0]}"
    said = SAID[first.state]
    return SummaryItem(Key.CONSENT, word, said, State.MISSING, reason, path)


def photographs(
    treated_on: date | None, stages: AbstractSet[Stage], *, as_of: date, path: str
) -> SummaryItem:
    """Return whether the newest treatment has its pictures.

    `treated_on` is its day, None for who was never treated; `stages` are those of its pictures.
    What was done more than two years ago is no longer asked about.
    """
    word = "Photographs"
    if treated_on is None or treated_on < lots_looked_for_since(as_of):
        reason = "Not treated in the last two years"
        return SummaryItem(Key.PHOTOGRAPHS, word, word, State.NOT_APPLICABLE, reason, path)
    of = f"the treatment of {formats.day(treated_on)}"
    after = stages & {Stage.IMMEDIATELY_AFTER, Stage.REVIEW}
    if Stage.BEFORE not in stages:
        said = "No before picture"
        reason = f"{said} of {of}" if after else f"No picture of {of}"
        return SummaryItem(Key.PHOTOGRAPHS, word, said, State.MISSING, reason, path)
    if after:
        reason = f"Pictures before and after {of}"
        return SummaryItem(Key.PHOTOGRAPHS, word, "Before and after", State.DONE, reason, path)
    reason = f"Pictures before {of}, none after it yet"
    return SummaryItem(Key.PHOTOGRAPHS, word, "Before pictures", State.DONE, reason, path)


def _not_due(due: Sequence[date], window: tuple[date, date]) -> str:
    later = [day for day in due if day > window[1]]
    if later:
        return f"Not due before {formats.day(min(later))}"
    if due:
        return f"Was due {formats.day(max(due))}, too long ago to call about it"
    return "None is due"


def not_kept(key: Key, word: str) -> SummaryItem:
    """Return the item of a feature that this version does not have."""
    return SummaryItem(key, word, word, State.NOT_APPLICABLE, "Not kept here yet")
