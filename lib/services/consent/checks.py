"""What is refused at the door before an event of consent is written (rules D1, D2 and D4).

The rule ignores such events too, wherever else they come from; here a person is told why.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from lib.domain import formats
from lib.domain.consent import LONDON, Decision, FormVersion, Topic, day_of
from lib.errors import InvalidInputError
from lib.services.consent import purposes
from lib.store import consent_events, consent_purposes
from lib.store.connection import Cursor
from lib.store.consent_events import EventRow
from lib.store.consent_purposes import Purpose

IN_FUTURE = "this moment has not come yet; give the time at which it reached the clinic"
UNKNOWN = "the clinic does not ask for this; choose one of its purposes"
NOT_ASKED_ANY_MORE = "the clinic no longer asks for this, so it cannot be agreed to"
CHANNEL_MISSING = "say for which way of contact: each is agreed to on its own"
CHANNEL_SUPERFLUOUS = "this is not agreed to by way of contact; leave it out"
EVIDENCE_MISSING = "a consent needs what shows it: a signed form, a scan, an email or a note"
EVIDENCE_ELSEWHERE = "this evidence is not in this record; attach it here"
FORM_MISSING = "say on which form the patient agreed: without it a consent cannot be shown"
FORM_UNKNOWN = "there is no such form; choose one of the clinic's"
FORM_NOT_READY = "this form is still being written; choose one that is in force"
FORM_ASKS_OTHERWISE = "this form does not ask for that; choose the form that the patient was shown"


def check(cursor: Cursor, rows: Sequence[EventRow], now: datetime) -> None:
    """Raise `InvalidInputError` with the field unless all of these may be written as they are."""
    if not rows:
        return
    if rows[0].received_at > now:
        raise InvalidInputError(IN_FUTURE, field="received_at")
    known = {one.code: one for one in purposes.list_purposes(cursor)}
    for row in rows:
        _check_topic(row.topic, known)
    _check_evidence(cursor, rows[0])
    given = [row for row in rows if row.decision is Decision.GIVEN]
    if given:
        _check_active(given, known)
        _check_grant(cursor, given)


def _check_topic(topic: Topic, known: Mapping[str, Purpose]) -> None:
    purpose = known.get(topic.purpose)
    if purpose is None:
        raise InvalidInputError(UNKNOWN, field="purpose")
    if purpose.has_channels and topic.channel is None:
        raise InvalidInputError(CHANNEL_MISSING, field="channel")
    if topic.channel is not None and not purpose.has_channels:
        raise InvalidInputError(CHANNEL_SUPERFLUOUS, field="channel")


def _check_active(given: Sequence[EventRow], known: Mapping[str, Purpose]) -> None:
    """Raise for a grant of what is no longer asked; it may be refused or withdrawn for ever."""
    if not all(known[row.topic.purpose].is_active for row in given):
        raise InvalidInputError(NOT_ASKED_ANY_MORE, field="purpose")


def _check_evidence(cursor: Cursor, row: EventRow) -> None:
    if row.evidence_id is None:
        return
    if consent_events.evidence_of(cursor, row.evidence_id) != row.patient_id:
        raise InvalidInputError(EVIDENCE_ELSEWHERE, field="evidence_id")


def _check_grant(cursor: Cursor, given: Sequence[EventRow]) -> None:
    """Raise unless there is evidence, and a form in force on the day that asks for all of it."""
    row = given[0]
    if row.evidence_id is None:
        raise InvalidInputError(EVIDENCE_MISSING, field="evidence_id")
    if row.form_version_id is None:
        raise InvalidInputError(FORM_MISSING, field="form_version_id")
    _check_in_force(purposes.versions(cursor), row, row.form_version_id)
    asked = set(consent_purposes.list_asked(cursor, row.form_version_id))
    if not {one.topic.purpose for one in given} <= asked:
        raise InvalidInputError(FORM_ASKS_OTHERWISE, field="form_version_id")


def _check_in_force(
    versions: Mapping[UUID, FormVersion], row: EventRow, form_version_id: UUID
) -> None:
    version = versions.get(form_version_id)
    if version is None:
        raise InvalidInputError(FORM_UNKNOWN, field="form_version_id")
    if version.in_force_from is None:
        raise InvalidInputError(FORM_NOT_READY, field="form_version_id")
    received_on = day_of(row.received_at, LONDON)
    if version.in_force_from > received_on:
        message = (
            f"this form came into force on {formats.day(version.in_force_from)}, after the day on "
            "which the patient agreed; choose the form of that day"
        )
        raise InvalidInputError(message, field="form_version_id")
