"""Editing a patient's details: identity in versions, contacts that are added and ended."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import details as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.conflicts import Choice
from lib.domain.registration import (
    Reading,
    read_address,
    read_adjustment,
    read_details,
    read_emails,
    read_phones,
)
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError, NotFoundError
from lib.services import correcting, drafts
from lib.services import registration as new
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.drafts import Form, Subject
from lib.services.records import noting_refusal, usable
from lib.store import details, follow_ups, merges, records
from lib.store.connection import Cursor, UnitOfWork
from lib.store.details import Belonging, DetailsVersion, Row
from lib.store.records import Preference
from lib.store.rows import insert_row

Result = TypeVar("Result")
Typed = Mapping[str, object]

CHANNELS = ("email", "sms", "phone", "post")
STALE = "Somebody else changed these details meanwhile. Choose what holds, then save again."
WORDS = correcting.Words(STALE)
NOTHING_CHANGED = "Nothing was changed. Change a field first."
NOTHING_TO_ADD = "Nothing was typed. Fill in what is to be added."
GONE = "That is not in force any more. Load the page again."


@dataclass(frozen=True, slots=True)
class About:
    """Whose record is edited, when (UTC and the clinic's day), on which ground (rule E1)."""

    patient_id: UUID
    now: datetime
    as_of: date
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """New details: what the form began with, what it says now, and why they change.

    `is_mistake` says that the old name was never theirs, so that it is not kept as a former one.
    `seen` and `choices` are as in a correction of the history.
    """

    base: Typed
    typed: Typed
    reason: str
    seen: int
    is_mistake: bool = False
    choices: Mapping[str, Choice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the screen edits: what is in force, by kind, what was stated, and every version."""

    in_force: dict[Belonging, tuple[Row, ...]]
    preferences: tuple[Preference, ...]
    versions: tuple[DetailsVersion, ...]


def overview(clinic: Clinic, actor: Actor, about: About) -> Overview:
    """Return what there is to edit in a record that is open. Raises as opening it does."""
    authorise(clinic, actor, Permission.VIEW_RECORD, patient_id=about.patient_id)
    with clinic.store.reading() as cursor:
        usable(cursor, about.patient_id, about.ground)
        return Overview(
            {
                kind: tuple(details.list_in_force(cursor, about.patient_id, kind))
                for kind in Belonging
            },
            tuple(records.list_preferences(cursor, about.patient_id)),
            tuple(details.list_versions(cursor, about.patient_id)),
        )


def check(typed: Typed, as_of: date) -> Mapping[str, str]:
    """Return the reason of each field of the details that cannot be as it is."""
    reading = Reading(typed)
    read_details(reading, as_of)
    return reading.faults


def check_addition(clinic: Clinic, typed: Typed) -> Mapping[str, str]:
    """Return the reason of each field of what is to be added that cannot be as it is."""
    reading = Reading(typed)
    list(_additions(reading, clinic.settings.phone_region, None))
    return reading.faults


def change(clinic: Clinic, actor: Actor, about: About, wanted: Change) -> tuple[str, ...]:
    """Change the details, keep what they said as a version, and return the fields that changed.

    A changed name stays as a former name. What somebody else changed meanwhile in other fields
    stays; what stands already, as after a double click, changes nothing. Raises `InvalidInputError`
    with the field, and `StaleVersionError` where both changed a field and nobody decided yet.
    """

    def work(unit: UnitOfWork) -> tuple[str, ...]:
        cursor = unit.cursor
        drafts.forget(unit, actor, Subject(Form.EDIT, about.patient_id))
        current = details.list_versions(cursor, about.patient_id)[-1]
        theirs = rules.typed_of(current)
        standing = correcting.Standing(theirs, current.version, current.changed_by)
        values = correcting.merged(wanted, standing, rules.FIELDS, WORDS)
        reading = Reading(values)
        found = read_details(reading, about.as_of)
        for name, reason in reading.faults.items():
            raise InvalidInputError(reason, field=name)
        changed = rules.changed_fields(theirs, rules.typed_of(found))
        if not changed and rules.changed_fields(_fields(wanted.base), _fields(wanted.typed)):
            return ()
        if not changed:
            raise InvalidInputError(NOTHING_CHANGED)
        stamp = merges.Stamp(about.now, actor.person_id)
        columns = {name: _stored(getattr(found, name)) for name in changed}
        merges.update_patient(
            cursor, about.patient_id, columns, stamp, wanted.reason.strip() or "edited"
        )
        if "deceased_on" in changed:
            follow_ups.refresh(cursor, [about.patient_id])
        if set(changed) & set(rules.NAMES) and not wanted.is_mistake:
            _keep_former_name(cursor, about.patient_id, current, stamp, about.as_of)
        unit.audit(actor, _event(cursor, about, ", ".join(changed)))
        return changed

    return _editing(clinic, actor, about, work)


def add(clinic: Clinic, actor: Actor, about: About, typed: Typed) -> int:
    """Add phones, emails, an address and an adjustment as typed; return how many were added.

    What is in force already is not added twice. Raises `InvalidInputError` with the field.
    """
    region = clinic.settings.phone_region

    def work(unit: UnitOfWork) -> int:
        cursor = unit.cursor
        reading = Reading(typed)
        stamp = new.Stamp(about.now, actor.person_id, str(typed.get("source") or "patient"))
        rows = list(_additions(reading, region, (about.patient_id, stamp)))
        for name, reason in reading.faults.items():
            raise InvalidInputError(reason, field=name)
        if not rows:
            raise InvalidInputError(NOTHING_TO_ADD)
        added = [
            (kind, row) for kind, row in rows if not _is_there(cursor, about.patient_id, kind, row)
        ]
        for kind, row in added:
            dated = {} if kind is Belonging.ADJUSTMENT else {"valid_from": about.as_of}
            has_none = not details.list_in_force(cursor, about.patient_id, kind)
            preferred = {"is_preferred": has_none} if "is_preferred" in row else {}
            insert_row(cursor, kind.value, row | dated | preferred)
        if added:
            parts = ", ".join(sorted({kind.value for kind, _ in added}))
            _touched(unit, actor, about, parts)
        return len(added)

    return _editing(clinic, actor, about, work)


def end(clinic: Clinic, actor: Actor, about: About, row: Row) -> None:
    """End a contact or an adjustment; it stays in the record as one that held until that day."""

    def work(unit: UnitOfWork) -> None:
        _standing(unit.cursor, about, row)
        details.end_row(unit.cursor, row.kind, row.row_id, about.as_of)
        _touched(unit, actor, about, f"{row.kind.value} ended")

    _editing(clinic, actor, about, work)


def restore(clinic: Clinic, actor: Actor, about: About, row: Row) -> None:
    """Add again what was ended: a new row that says the same."""

    def work(unit: UnitOfWork) -> None:
        key, _ = details.KEYS[row.kind]
        if _is_there(unit.cursor, about.patient_id, row.kind, row.values):
            return
        dated = {} if row.kind is Belonging.ADJUSTMENT else {"valid_from": about.as_of}
        stamp = new.Stamp(about.now, actor.person_id, row.source)
        values = {key: uuid7s.uuid7(), **row.values, **dated, **stamp.of(about.patient_id)}
        insert_row(unit.cursor, row.kind.value, values)
        _touched(unit, actor, about, f"{row.kind.value} restored")

    _editing(clinic, actor, about, work)


def prefer(clinic: Clinic, actor: Actor, about: About, row: Row) -> None:
    """Let this contact be the preferred one of its kind."""

    def work(unit: UnitOfWork) -> None:
        _standing(unit.cursor, about, row)
        details.set_preferred(unit.cursor, row.kind, row.row_id, about.patient_id)
        _touched(unit, actor, about, f"{row.kind.value} preferred")

    _editing(clinic, actor, about, work)


def state_preference(
    clinic: Clinic,
    actor: Actor,
    about: About,
    said: tuple[str, bool],
) -> None:
    """Note whether the patient takes messages over a channel (`said`); what was said before stays.

    The same again changes nothing.
    """
    channel, is_accepted = said
    if channel not in CHANNELS:
        message = "choose one of the list"
        raise InvalidInputError(message, field="channel")

    def work(unit: UnitOfWork) -> None:
        known = {
            one.channel: one for one in records.list_preferences(unit.cursor, about.patient_id)
        }
        if channel in known and known[channel].is_accepted == is_accepted:
            return
        stamp = new.Stamp(about.now, actor.person_id, "patient")
        row = {
            "contact_preference_id": uuid7s.uuid7(),
            "channel": channel,
            "is_accepted": is_accepted,
            "stated_on": about.as_of,
        }
        insert_row(unit.cursor, "contact_preference", row | stamp.of(about.patient_id))
        _touched(unit, actor, about, f"messages by {channel}")

    _editing(clinic, actor, about, work)


def _editing(
    clinic: Clinic, actor: Actor, about: About, work: Callable[[UnitOfWork], Result]
) -> Result:
    """Do the work on a record that may be used, by somebody who may edit it."""
    authorise(clinic, actor, Permission.EDIT_RECORD, patient_id=about.patient_id)

    def checked(unit: UnitOfWork) -> Result:
        usable(unit.cursor, about.patient_id, about.ground)
        return work(unit)

    return noting_refusal(clinic, actor, about.patient_id, checked)


def _fields(typed: Typed) -> dict[str, object]:
    return {name: typed.get(name) or "" for name in rules.FIELDS}


def _stored(value: object) -> object:
    return getattr(value, "value", value)


def _keep_former_name(
    cursor: Cursor, patient_id: UUID, old: DetailsVersion, stamp: merges.Stamp, as_of: date
) -> None:
    row = {
        "patient_name_id": uuid7s.uuid7(),
        "patient_id": patient_id,
        "kind": "former",
        "given_names": old.given_names,
        "family_name": old.family_name,
        "valid_until": as_of,
        "source": "patient",
        "recorded_at": stamp.at,
        "recorded_by": stamp.by,
    }
    insert_row(cursor, "patient_name", row)


def _additions(
    reading: Reading, region: str, about: tuple[UUID, new.Stamp] | None
) -> Iterable[tuple[Belonging, dict[str, object]]]:
    """Give the rows of what was typed; without `about` only the faults are looked for."""
    phones, emails = read_phones(reading, "phones", region), read_emails(reading, "emails")
    address, adjustment = read_address(reading), read_adjustment(reading)
    if about is None:
        return
    for table, row in new.phone_rows(about[0], phones, about[1], is_preferred=False):
        yield Belonging(table), row
    for table, row in new.email_rows(about[0], emails, about[1], is_preferred=False):
        yield Belonging(table), row
    if address is not None:
        yield (
            Belonging.ADDRESS,
            new.address_row(*about[:1], address, about[1], is_preferred=False)[1],
        )
    if adjustment is not None:
        yield Belonging.ADJUSTMENT, new.adjustment_row(about[0], adjustment, about[1])[1]


def _is_there(cursor: Cursor, patient_id: UUID, kind: Belonging, row: Mapping[str, object]) -> bool:
    ignored = {"is_preferred", "kind", "number_as_given", "has_consent_to_share"}
    names = [name for name in details.VALUES[kind] if name not in ignored]
    wanted = [row.get(name) for name in names]
    standing = details.list_in_force(cursor, patient_id, kind)
    return any([one.values[name] for name in names] == wanted for one in standing)


def _standing(cursor: Cursor, about: About, row: Row) -> None:
    known = details.list_in_force(cursor, about.patient_id, row.kind)
    if all(one.row_id != row.row_id for one in known):
        raise NotFoundError(GONE)


def _touched(unit: UnitOfWork, actor: Actor, about: About, parts: str) -> None:
    """Count the patient's version up, so that lookup follows, and note what changed."""
    merges.count_version(unit.cursor, about.patient_id, merges.Stamp(about.now, actor.person_id))
    unit.audit(actor, _event(unit.cursor, about, parts))


def _event(cursor: Cursor, about: About, parts: str) -> Event:
    restriction = records.get_restriction(cursor, about.patient_id)
    ground = about.ground.value if about.ground and restriction else None
    return Event(
        Action.PATIENT_CHANGED,
        patient_id=about.patient_id,
        ground=ground,
        detail={"changed": parts},
    )
