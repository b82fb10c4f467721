"""What a row means at this clinic: its purpose, its ways of contact, the form it was given on.

The same is refused as at the door (rule D2): a grant needs what shows it and a form in force that
asks for it; a withdrawal or a refusal goes in without either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.domain import formats
from lib.domain.consent import LONDON, Channel, Decision, Topic, day_of
from lib.domain.consent_import import (
    Stated,
    Wording,
    form_of,
    in_force_on,
    purpose_of,
    wordings_of,
)
from lib.domain.search.folding import fold
from lib.errors import InvalidInputError
from lib.imports.consents.checking import Consent
from lib.imports.consents.form import ConsentField
from lib.store.consent_purposes import Purpose

UNKNOWN_PURPOSE = "the clinic does not ask for this; add it under Consent forms, or use its name"
NOT_ASKED = "the clinic no longer asks for this, so it cannot be agreed to"
NO_CHANNEL = "say for which way of contact: each is agreed to on its own"
CHANNEL_SUPERFLUOUS = "this is not agreed to by way of contact; leave it empty"
NO_EVIDENCE = (
    "a consent needs what shows it; write where the signed form lies, or how and by whom it was "
    "taken, or leave the row out and ask the patient again"
)
NO_FORM = "a consent needs the form that the patient saw; write its name as under Consent forms"
UNKNOWN_FORM = "there is no form of this name; write it as under Consent forms"
UNKNOWN_VERSION = "the form has no such version; see its versions under Consent forms"
ASKS_OTHERWISE = "this form does not ask for that; name the form that the patient saw"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a row stands for: one topic or, where it is about all ways of contact, several."""

    topics: tuple[Topic, ...]
    form_version_id: UUID | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the clinic asks for, and the wordings of its forms."""

    purposes: dict[str, Purpose]
    by_words: dict[str, str]
    wordings: Sequence[Wording]

    @classmethod
    def of(cls, purposes: Sequence[Purpose], wordings: Sequence[Wording]) -> "Known":
        """Return what is known, with the purposes by their codes and names as people write them."""
        by_words = {fold(one.code): one.code for one in purposes}
        by_words |= {fold(one.name): one.code for one in purposes}
        return cls({one.code: one for one in purposes}, by_words, wordings)


def meaning_of(row: Consent, known: Known) -> Meaning:
    """Return what a row means. Raises `InvalidInputError` with the field that is at fault."""
    stated = purpose_of(row.purpose, known.by_words)
    purpose = known.purposes.get(stated.purpose) if stated else None
    if stated is None or purpose is None:
        raise InvalidInputError(UNKNOWN_PURPOSE, field=ConsentField.PURPOSE)
    is_given = row.decision is Decision.GIVEN
    if is_given and not purpose.is_active:
        raise InvalidInputError(NOT_ASKED, field=ConsentField.PURPOSE)
    topics = _topics(row, stated, purpose)
    if not is_given:
        return Meaning(topics, _form_if_known(row, known))
    if not row.evidence:
        raise InvalidInputError(NO_EVIDENCE, field=ConsentField.EVIDENCE)
    return Meaning(topics, _form_of_grant(row, purpose.code, known))


def _topics(row: Consent, stated: Stated, purpose: Purpose) -> tuple[Topic, ...]:
    """Return the topics; who says no without a way of contact says no to all of them."""
    is_given = row.decision is Decision.GIVEN
    channels = row.channels or ((stated.channel,) if stated.channel else ())
    if not purpose.has_channels:
        if channels and is_given:
            raise InvalidInputError(CHANNEL_SUPERFLUOUS, field=ConsentField.CHANNEL)
        return (Topic(purpose.code),)
    if not channels and is_given:
        raise InvalidInputError(NO_CHANNEL, field=ConsentField.CHANNEL)
    return tuple(Topic(purpose.code, one) for one in channels or tuple(Channel))


def _received_on(row: Consent) -> date:
    return day_of(row.received_at, LONDON) if row.received_at else date.min


def _form_if_known(row: Consent, known: Known) -> UUID | None:
    try:
        found = _wording(row, known)
    except InvalidInputError:
        return None
    return found.form_version_id


def _form_of_grant(row: Consent, purpose: str, known: Known) -> UUID:
    found = _wording(row, known)
    day = _received_on(row)
    if found.in_force_from is None or found.in_force_from > day:
        since = formats.day(found.in_force_from, "no day yet")
        message = f"version {found.number} of this form is in force from {since}, after this row"
        raise InvalidInputError(message, field=ConsentField.FORM)
    if purpose not in found.purposes:
        raise InvalidInputError(ASKS_OTHERWISE, field=ConsentField.FORM)
    return found.form_version_id


def _wording(row: Consent, known: Known) -> Wording:
    """Return the wording that a row names; without a number, the one in force on its day."""
    if not row.form:
        raise InvalidInputError(NO_FORM, field=ConsentField.FORM)
    name, number = row.form, row.form_version
    found = wordings_of(name, known.wordings)
    if not found:
        name, behind = form_of(row.form)
        found, number = wordings_of(name, known.wordings), number or behind
    if not found:
        raise InvalidInputError(UNKNOWN_FORM, field=ConsentField.FORM)
    if number is None:
        return in_force_on(found, _received_on(row)) or found[-1]
    chosen = next((one for one in found if one.number == number), None)
    if chosen is None:
        raise InvalidInputError(UNKNOWN_VERSION, field=ConsentField.FORM_VERSION)
    return chosen
