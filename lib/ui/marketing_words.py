"""Whom marketing may reach, in words and marks, the same on every screen."""

from collections.abc import Mapping
from typing import Final

from lib.domain.campaigns import INCLUDED
from lib.domain.consent import Channel
from lib.domain.consent_words import CHANNELS
from lib.domain.marketing import Basis, DetailsSource, Verdict, Why
from lib.ui import formats
from lib.ui.components.blocks import Mark, Tone

IN: Final[Mapping[Basis, Mark]] = {
    Basis.CONSENT: Mark("Consent", "check", Tone.GOOD),
    Basis.SOFT_OPT_IN: Mark("Soft opt-in", "done_all", Tone.INFO),
}
NOT_NOW: Final = Mark("Not yet", "schedule", Tone.WARN)
OUT: Final = Mark("Not to be contacted", "block", Tone.ALERT)
NO_BASIS: Final = Mark("No basis", "do_not_disturb_on", Tone.PLAIN)
SINCE: Final = Mark("Left out since", "block", Tone.ALERT)
# What somebody said, apart from what is merely missing.
SAID_NO: Final = frozenset({Why.OPTED_OUT, Why.SUPPRESSED, Why.WITHDRAWN, Why.REFUSED})
SOURCES: Final[Mapping[DetailsSource, str]] = {
    DetailsSource.SALE: "In a sale",
    DetailsSource.NEGOTIATION: "In asking about a sale",
    DetailsSource.GENERAL_ENQUIRY: "In a general enquiry",
    DetailsSource.THIRD_PARTY: "From somebody else",
}


def channel(one: Channel) -> str:
    """Return how a channel is called where a line begins with it."""
    return formats.words(CHANNELS[one])


def mark(verdict: Verdict) -> Mark:
    """Return the badge of a verdict."""
    if verdict.is_allowed:
        return IN[verdict.basis]
    if verdict.why is Why.TOO_SOON:
        return NOT_NOW
    return OUT if verdict.why in SAID_NO else NO_BASIS


def basis(word: str) -> str:
    """Return what a kept basis is called within a sentence."""
    known = {one.value: shown.word.lower() for one, shown in IN.items()}
    return known.get(word, "none")


def short(why: Why) -> str:
    """Return a reason as the heading of those whom it is the reason of."""
    return why.value[:1].upper() + why.value[1:]


def is_in(why: Why) -> bool:
    """Tell whether a reason is one for being in."""
    return why in INCLUDED


def sentence(verdict: Verdict) -> str:
    """Return the reason in one sentence, with the day of the next contact where that is why."""
    if verdict.why is Why.TOO_SOON and verdict.next_on:
        return f"{verdict.sentence} Again from {formats.day(verdict.next_on)}."
    return verdict.sentence
