"""Registering a patient: the row and what belongs to it, in one transaction, once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.patient import Phone, PhoneKind
from lib.domain.reference import reference_of
from lib.domain.registration import (
    Address,
    Adjustment,
    Reading,
    Registration,
    read_registration,
)
from lib.errors import InvalidInputError
from lib.services import drafts
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.drafts import Form, Subject
from lib.store import patients, records
from lib.store.connection import UnitOfWork
from lib.store.records import Patient
from lib.store.rows import insert_row

SUBJECT = Subject(Form.REGISTER)
SAVED_ALREADY = "this form was saved already; start afresh to register somebody else"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a form holds: the values that could be read, and the faults by field."""

    registration: Registration
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A patient as the form says; it made the id when it opened, so that saving twice is once."""

    patient_id: UUID
    typed: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Registered:
    """A patient who is on file now."""

    patient_id: UUID
    reference: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """When, and by whom, rows are written; `source` is who the facts come from."""

    at: datetime
    by: UUID
    source: str

    def of(self, patient_id: UUID) -> dict[str, object]:
        """Return the columns that every row of a patient carries."""
        return {
            "patient_id": patient_id,
            "source": self.source,
            "recorded_at": self.at,
            "recorded_by": self.by,
        }


def check(clinic: Clinic, typed: Mapping[str, object], as_of: date) -> Checked:
    """Return what the form says so far; nothing is read of anybody or stored."""
    reading = Reading(typed)
    found = read_registration(reading, clinic.settings.phone_region, as_of)
    return Checked(found, reading.faults)


def register(
    clinic: Clinic, actor: Actor, wanted: Wanted, *, now: datetime, as_of: date
) -> Registered:
    """Register a patient; return the id and the new reference.

    Saving the same again changes nothing; what another tab made of the same form since is refused,
    not dropped. The draft of the form goes in the same transaction.
    Raises `NotPermittedError`, and `InvalidInputError` with the field of the first fault.
    """
    authorise(clinic, actor, Permission.EDIT_RECORD)
    checked = check(clinic, wanted.typed, as_of)
    patient_id = wanted.patient_id
    for name, reason in checked.faults.items():
        raise InvalidInputError(reason, field=name)

    def work(unit: UnitOfWork) -> Registered:
        drafts.forget(unit, actor, SUBJECT)
        there = records.get_patient(unit.cursor, patient_id)
        if there is not None:
            _check_same(there, checked.registration)
            return Registered(patient_id, there.reference)
        number = patients.take_numbers(unit.cursor, 1)[0]
        stamp = Stamp(now, actor.person_id, checked.registration.details.source.value)
        reference = reference_of(number)
        for table, row in _rows(patient_id, reference, checked.registration, stamp, as_of):
            insert_row(unit.cursor, table, row)
        unit.audit(actor, Event(Action.PATIENT_ADDED, patient_id=patient_id))
        return Registered(patient_id, reference)

    return clinic.store.transact(work)


def _check_same(there: Patient, new: Registration) -> None:
    typed = (new.details.family_name, new.details.given_names, new.details.born_on)
    if (there.family_name, there.given_names, there.born_on) != typed:
        raise InvalidInputError(SAVED_ALREADY, field="family_name")


def _rows(
    patient_id: UUID, reference: str, new: Registration, stamp: Stamp, as_of: date
) -> Iterable[tuple[str, dict[str, object]]]:
    yield "patient", _patient(patient_id, reference, new, stamp, as_of)
    yield from phone_rows(patient_id, new.phones, stamp, is_preferred=True)
    yield from email_rows(patient_id, new.emails, stamp, is_preferred=True)
    if new.address is not None:
        yield address_row(patient_id, new.address, stamp, is_preferred=True)
    if new.adjustment is not None:
        yield adjustment_row(patient_id, new.adjustment, stamp)


def _patient(
    patient_id: UUID, reference: str, new: Registration, stamp: Stamp, as_of: date
) -> dict[str, object]:
    details = {name: getattr(new.details, name) for name in new.details.__slots__}
    return {
        **details,
        "patient_id": patient_id,
        "reference": reference,
        "sex": new.details.sex.value,
        "registered_on": as_of,
        "source": stamp.source,
        "version": 1,
        "created_at": stamp.at,
        "created_by": stamp.by,
        "changed_at": stamp.at,
        "changed_by": stamp.by,
    }


def phone_rows(
    patient_id: UUID, phones: tuple[Phone, ...], stamp: Stamp, *, is_preferred: bool
) -> Iterable[tuple[str, dict[str, object]]]:
    """Give the rows of phone numbers; the first mobile, else the first, may be the preferred."""
    preferred = next(
        (phone for phone in phones if phone.kind is PhoneKind.MOBILE), next(iter(phones), None)
    )
    for phone in phones:
        row: dict[str, object] = {
            "patient_phone_id": uuid7s.uuid7(),
            "kind": phone.kind.value,
            "number": phone.number,
            "number_as_given": phone.as_given,
            "is_preferred": is_preferred and phone is preferred,
            "valid_from": stamp.at.date(),
        }
        yield "patient_phone", row | stamp.of(patient_id)


def email_rows(
    patient_id: UUID, emails: tuple[str, ...], stamp: Stamp, *, is_preferred: bool
) -> Iterable[tuple[str, dict[str, object]]]:
    """Give the rows of email addresses; the first may be the preferred one."""
    for number, email in enumerate(emails):
        row: dict[str, object] = {
            "patient_email_id": uuid7s.uuid7(),
            "email": email,
            "is_preferred": is_preferred and number == 0,
            "valid_from": stamp.at.date(),
        }
        yield "patient_email", row | stamp.of(patient_id)


def address_row(
    patient_id: UUID, address: Address, stamp: Stamp, *, is_preferred: bool
) -> tuple[str, dict[str, object]]:
    """Return the row of a postal address."""
    lines = ("line_1", "line_2", "town", "county", "postcode", "country")
    row: dict[str, object] = {
        "patient_address_id": uuid7s.uuid7(),
        "is_preferred": is_preferred,
        "valid_from": stamp.at.date(),
        **{name: getattr(address, name) for name in lines},
    }
    return "patient_address", row | stamp.of(patient_id)


def adjustment_row(
    patient_id: UUID, adjustment: Adjustment, stamp: Stamp
) -> tuple[str, dict[str, object]]:
    """Return the row of a reasonable adjustment (rule G4)."""
    names = ("need", "adjustment", "has_consent_to_share")
    row: dict[str, object] = {
        "adjustment_id": uuid7s.uuid7(),
        **{name: getattr(adjustment, name) for name in names},
    }
    return "reasonable_adjustment", row | stamp.of(patient_id)
