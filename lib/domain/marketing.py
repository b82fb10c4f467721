"""Whom marketing may reach: on which basis, over which channel, and when next; pure.

Rules D6 and D7, after regulations 22 and 23 of the Privacy and Electronic Communications
Regulations 2003: with consent, or under the soft opt-in when every limb of it is met.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from lib.domain.ages import ADULT_YEARS, birthday
from lib.domain.consent import Channel, State


class DetailsSource(StrEnum):
    """In the course of what a contact detail was collected."""

    SALE = "sale"
    NEGOTIATION = "negotiation"
    GENERAL_ENQUIRY = "general_enquiry"
    THIRD_PARTY = "third_party"


class Basis(StrEnum):
    """What a message stands on."""

    CONSENT = "CONSENT"
    SOFT_OPT_IN = "SOFT_OPT_IN"
    NONE = "NONE"


class Why(StrEnum):
    """Why somebody may be reached, or may not: what is kept as evidence of each person."""

    DECEASED = "deceased"
    RESTRICTED = "restricted"
    MINOR = "under 18"
    NO_ADDRESS = "no address"
    OPTED_OUT = "opted out"
    SUPPRESSED = "suppressed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    NO_OPT_OUT = "message without opt-out"
    HEALTH_DATA = "health data"
    CHANNEL = "channel needs consent"
    NOT_RECORDED = "collection not recorded"
    NO_SALE = "no sale"
    NOT_OFFERED = "no opt-out at collection"
    NOT_SIMILAR = "not a similar service"
    TOO_SOON = "contacted lately"
    CONSENT = "consent"
    SOFT_OPT_IN = "soft opt-in"


SENTENCES = {
    Why.DECEASED: "The patient has died.",
    Why.RESTRICTED: "The record is restricted: it may only be stored.",
    Why.MINOR: "The patient is under 18.",
    Why.NO_ADDRESS: "There is no address for this channel.",
    Why.OPTED_OUT: "The patient asked not to be contacted over this channel.",
    Why.SUPPRESSED: "The address is on the suppression list.",
    Why.WITHDRAWN: "Consent was withdrawn, and nothing takes its place.",
    Why.REFUSED: "Consent was refused, and nothing takes its place.",
    Why.NO_OPT_OUT: "Every message must say how to opt out; this one does not.",
    Why.HEALTH_DATA: "A message that uses health data needs explicit consent.",
    Why.CHANNEL: "Over this channel there is consent or nothing.",
    Why.NOT_RECORDED: "Nobody recorded how the address was collected.",
    Why.NO_SALE: "The address was not given in buying something, or in asking to buy.",
    Why.NOT_OFFERED: "No opt-out was offered when the address was collected.",
    Why.NOT_SIMILAR: "The message is not about a service like the one that was bought.",
    Why.TOO_SOON: "The patient was contacted a short time ago.",
    Why.CONSENT: "The patient consented to this channel.",
    Why.SOFT_OPT_IN: "The soft opt-in holds: every part of it is met.",
}
SALES = frozenset({DetailsSource.SALE, DetailsSource.NEGOTIATION})
# Regulation 22 is about electronic mail, which is email and text messages.
ELECTRONIC_MAIL = frozenset({Channel.EMAIL, Channel.SMS})
# After these nothing else can carry a message (rule D6).
FINAL = {State.WITHDRAWN: Why.WITHDRAWN, State.REFUSED: Why.REFUSED}


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent: over which channel, and what of it the law asks about."""

    channel: Channel
    has_opt_out: bool = True
    is_similar_service: bool = True
    uses_health_data: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a patient stands with one channel.

    `source` is None where nobody recorded how the address was collected.
    """

    consent: State = State.NOT_ASKED
    source: DetailsSource | None = None
    is_opt_out_offered: bool = False
    is_opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a message may be sent, on which basis, and why. `next_on`: the first day (D7)."""

    basis: Basis
    why: Why
    next_on: date | None = None

    @property
    def is_allowed(self) -> bool:
        """Tell whether the message may be sent."""
        return self.basis is not Basis.NONE and self.why is not Why.TOO_SOON

    @property
    def sentence(self) -> str:
        """Return the reason in one sentence."""
        return SENTENCES[self.why]


def source_of(word: str) -> DetailsSource:
    """Return how details were collected; a word that is not known counts as no sale."""
    # The regulation's own word is "negotiations".
    key = word.strip().lower().replace("negotiations", "negotiation")
    return DetailsSource(key) if key in set(DetailsSource) else DetailsSource.GENERAL_ENQUIRY


def basis(message: Message, standing: Standing) -> Verdict:
    """Return whether a message may be sent and on which basis (rule D6).

    An opt-out outranks everything. A refusal and a withdrawal end it; consent that has expired, or
    was given on a form that was replaced, leaves what holds without consent.
    """
    why = _bar(message, standing)
    if why is not None:
        return Verdict(Basis.NONE, why)
    if standing.consent is State.ACTIVE:
        return Verdict(Basis.CONSENT, Why.CONSENT)
    missing = _missing_limb(message, standing)
    if missing is not None:
        return Verdict(Basis.NONE, missing)
    return Verdict(Basis.SOFT_OPT_IN, Why.SOFT_OPT_IN)


def _bar(message: Message, standing: Standing) -> Why | None:
    """Return what no consent and no soft opt-in helps against."""
    if standing.is_opted_out:
        return Why.OPTED_OUT
    if standing.consent in FINAL:
        return FINAL[standing.consent]
    return None if message.has_opt_out else Why.NO_OPT_OUT


def _missing_limb(message: Message, standing: Standing) -> Why | None:
    """Return the first part of the soft opt-in that is not met; None when all are."""
    limbs = {
        Why.HEALTH_DATA: not message.uses_health_data,
        Why.CHANNEL: message.channel in ELECTRONIC_MAIL,
        Why.NOT_RECORDED: standing.source is not None,
        Why.NO_SALE: standing.source in SALES,
        Why.NOT_OFFERED: standing.is_opt_out_offered,
        Why.NOT_SIMILAR: message.is_similar_service,
    }
    return next((why for why, is_met in limbs.items() if not is_met), None)


def may_contact_next_on(last_contacted_on: date | None, days: int) -> date | None:
    """Return the first day of the next marketing contact (rule D7); None: there was none yet.

    `days` is the length of the interval: once in 28 days means again on the 28th day after.
    """
    return last_contacted_on + timedelta(days=days) if last_contacted_on else None


def capped(verdict: Verdict, next_on: date | None, as_of: date) -> Verdict:
    """Return the verdict with the cap of rule D7; one that is a no already stays as it is."""
    if verdict.basis is Basis.NONE or next_on is None or next_on <= as_of:
        return verdict
    return replace(verdict, why=Why.TOO_SOON, next_on=next_on)


def said_at(stated_on: date | None, recorded_at: datetime) -> datetime:
    """Return when a patient said something, as near as it is known (UTC).

    What was keyed later than its day counts from the end of that day, what has no day from its
    keying.
    """
    if stated_on is None:
        return recorded_at
    return min(recorded_at, datetime.combine(stated_on + timedelta(days=1), time()))


def is_opted_out(opted_out_at: datetime | None, *agreed_at: datetime | None) -> bool:
    """Tell whether an opt-out still stands: only a yes that came later answers it."""
    if opted_out_at is None:
        return False
    return all(at is None or at <= opted_out_at for at in agreed_at)


def last_adult_birth(as_of: date) -> date:
    """Return the latest day of birth of anybody who is 18 on a day."""
    year = as_of.year - ADULT_YEARS
    try:
        born_on = as_of.replace(year=year)
    except ValueError:
        born_on = date(year, 2, 28)
    # Whoever was born on a 29 February is 18 on a 1 March, not the day before.
    leap = born_on + timedelta(days=1)
    return leap if birthday(leap, ADULT_YEARS) <= as_of else born_on
