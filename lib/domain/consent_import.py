"""The words that programs use for consents, and which form a row means; pure.

A word that means nothing here raises `InvalidInputError`, whose message never repeats it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from lib.domain.consent import (
    EDUCATION,
    KEEPING_IN_TOUCH,
    OBTAINING_INFORMATION,
    RECORD_MEDIA,
    SHARING_WITH_PROFESSIONALS,
    SOCIAL_MEDIA,
    THIRD_PARTY,
    TREATMENT,
    Channel,
    Decision,
)
from lib.domain.patient import is_nothing
from lib.domain.search.folding import fold
from lib.errors import InvalidInputError

T = TypeVar("T")
DECISIONS = {
    **dict.fromkeys(
        (
            *("given", "gave", "yes", "y", "true", "1", "agreed", "agree", "agrees", "accepted"),
            *("accept", "granted", "consented", "consent", "consent given", "opt in", "opted in"),
            *("optin", "in", "subscribed", "allowed", "signed", "obtained", "active", "approved"),
        ),
        Decision.GIVEN,
    ),
    **dict.fromkeys(
        (
            *("refused", "refuse", "no", "n", "false", "0", "declined", "decline", "denied"),
            *("rejected", "not given", "no consent", "disagreed", "not agreed", "not consented"),
        ),
        Decision.REFUSED,
    ),
    **dict.fromkeys(
        (
            *("withdrawn", "withdrew", "withdraw", "revoked", "cancelled", "canceled"),
            *("opt out", "opted out", "optout", "out", "unsubscribed", "unsubscribe", "stopped"),
            *("objected", "removed", "consent withdrawn", "stop", "rescinded"),
        ),
        Decision.WITHDRAWN,
    ),
}
CHANNELS = {
    **dict.fromkeys(("email", "e mail", "emails", "electronic mail"), Channel.EMAIL),
    **dict.fromkeys(
        ("sms", "text", "texts", "text message", "text messages", "whatsapp"), Channel.SMS
    ),
    **dict.fromkeys(
        ("phone", "telephone", "call", "calls", "phone call", "voice", "mobile"), Channel.PHONE
    ),
    **dict.fromkeys(("post", "letter", "letters", "postal", "postal mail", "mail"), Channel.POST),
}
EVERY_WAY = frozenset({"all", "every way", "any", "all channels", "everything"})
PURPOSES = {
    **dict.fromkeys(
        ("treatment", "procedure", "treatment consent", "consent to treatment"), TREATMENT
    ),
    **dict.fromkeys(
        (
            *("photo", "photos", "photographs", "photography", "clinical photography", "pictures"),
            *("photo consent", "photographs for the record", "record media", "clinical photos"),
            *("photographs and video", "before and after", "photographs and video for the record"),
        ),
        RECORD_MEDIA,
    ),
    **dict.fromkeys(
        ("education", "teaching", "training", "educational use", "lectures"), EDUCATION
    ),
    **dict.fromkeys(
        (
            *("social media", "social", "website", "instagram", "facebook", "publication"),
            *("photo marketing", "use of photos in marketing", "advertising"),
        ),
        SOCIAL_MEDIA,
    ),
    **dict.fromkeys(
        ("third party", "third parties", "manufacturer", "share pictures"), THIRD_PARTY
    ),
    **dict.fromkeys(
        (
            *("keeping in touch", "marketing", "newsletter", "news", "contact", "offers"),
            *("marketing communications", "promotions", "direct marketing", "mailing list"),
        ),
        KEEPING_IN_TOUCH,
    ),
    **dict.fromkeys(
        ("obtaining information", "obtain information", "request records"), OBTAINING_INFORMATION
    ),
    **dict.fromkeys(
        (
            *("gp", "share with gp", "inform gp", "contact gp", "sharing with gp", "gp letter"),
            *("sharing with professionals", "share information", "information sharing"),
        ),
        SHARING_WITH_PROFESSIONALS,
    ),
}
MARKETING = re.compile(r"(?P<channel>.+?) (?:marketing|newsletters?|offers|contact)")
VERSION = re.compile(r"(?:v(?:ersion)?\.? ?)?(\d{1,4})(?:\.0)?", re.IGNORECASE)
WITH_VERSION = re.compile(r"(.+?)[\s,;:(-]+v(?:ersion)?\.? ?(\d{1,4})\)?", re.IGNORECASE)

NO_DECISION = "this is not a decision we know; write given, refused or withdrawn"
NO_CHANNEL = "this is not a way of contact we know; write email, sms, phone or post"
NO_VERSION = "this is not a version; write its number"


@dataclass(frozen=True, slots=True)
class Stated:
    """A purpose as a file states it; a channel that is part of its words comes with it."""

    purpose: str
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What a row can mean by a form: its name, number, first day and what it asks for."""

    form_version_id: UUID
    form_name: str
    number: int
    in_force_from: date | None
    purposes: frozenset[str]


def decision_of(text: str) -> Decision | None:
    """Return what the patient said; None for nothing."""
    if is_nothing(text):
        return None
    return _meaning(DECISIONS, text, NO_DECISION)


def channels_of(text: str) -> tuple[Channel, ...]:
    """Return the ways of contact that a cell names: none, one, several or all of them."""
    if is_nothing(text):
        return ()
    if fold(text) in EVERY_WAY:
        return tuple(Channel)
    found = {_meaning(CHANNELS, part, NO_CHANNEL) for part in re.split(r"[,;/+&]| and ", text)}
    return tuple(one for one in Channel if one in found)


def version_of(text: str) -> int | None:
    """Return the number of a version; None for nothing."""
    if is_nothing(text):
        return None
    match = VERSION.fullmatch(text.strip())
    if match is None:
        raise InvalidInputError(NO_VERSION)
    return int(match[1])


def form_of(text: str) -> tuple[str, int | None]:
    """Return a form's name and, where it stands behind the name, the number of its version."""
    match = WITH_VERSION.fullmatch(text.strip())
    return (match[1], int(match[2])) if match else (text.strip(), None)


def purpose_of(text: str, known: dict[str, str]) -> Stated | None:
    """Return which purpose is meant, or None; `known` has the clinic's codes by folded words."""
    folded = fold(text)
    if folded in known:
        return Stated(known[folded])
    if folded in PURPOSES:
        return Stated(PURPOSES[folded])
    match = MARKETING.fullmatch(folded)
    channel = CHANNELS.get(match["channel"]) if match else None
    return Stated(KEEPING_IN_TOUCH, channel) if channel else None


def wordings_of(name: str, found: Iterable[Wording]) -> Sequence[Wording]:
    """Return the wordings of the form of a name, the newest first."""
    folded = fold(name)
    meant = [one for one in found if fold(one.form_name) == folded]
    return sorted(meant, key=lambda one: one.number, reverse=True)


def in_force_on(found: Iterable[Wording], day: date) -> Wording | None:
    """Return the newest of some wordings that was in force on a day, or None."""
    there = (one for one in found if one.in_force_from is not None and one.in_force_from <= day)
    return max(there, key=lambda one: one.number, default=None)


def _meaning(meanings: dict[str, T], text: str, message: str) -> T:
    found = meanings.get(fold(text))
    if found is None:
        raise InvalidInputError(message)
    return found
