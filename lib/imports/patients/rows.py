"""The stored form of imported people: Arrow tables named like the store's, ids and stamps in."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

import pyarrow as pa

from lib.domain.patient import Phone, PhoneKind
from lib.domain.reference import references_of
from lib.imports.importing import SOURCE, Stamp, blank_as_null
from lib.imports.patients.fields import ACCEPTANCES, LINES, PatientField
from lib.imports.patients.people import People
from lib.store import bulk

T = TypeVar("T")

ADDRESS = ("line_1", "line_2", "line_3", "town", "county", "postcode", "country")


def addresses_of(people: People) -> list[tuple[str | None, ...]]:
    """Return the address of each row, in the order of the stored columns."""
    texts = [people.texts[field] for field in (*LINES, PatientField.TOWN, PatientField.COUNTY)]
    columns = (*texts, people.postcodes, people.texts[PatientField.COUNTRY])
    return list(zip(*([text or None for text in column] for column in columns), strict=True))


def new_tables(
    people: People, ids: Sequence[str], numbers: range, stamp: Stamp, system: str
) -> Iterator[tuple[str, pa.Table]]:
    """Give the rows of patients who are new, table by table, parents first, each when asked for.

    `ids` and `numbers` are the patients', in order; `system` is the one of their external ids.
    """
    texts = people.texts
    yield "patient", _patients(people, ids, numbers, stamp)
    yield "patient_external_id", _external_ids(system, texts[PatientField.EXTERNAL_ID], ids)
    former = zip(
        ids, texts[PatientField.GIVEN_NAMES], texts[PatientField.FORMER_FAMILY_NAME], strict=True
    )
    yield "patient_name", name_table((name for name in former if name[2]), stamp)
    yield "patient_phone", phone_table(_wanted(ids, people.phones), stamp, None)
    yield "patient_email", email_table(_wanted(ids, people.emails), stamp, None)
    yield "patient_address", address_table(_wanted(ids, addresses_of(people)), stamp, None)
    yield "contact_preference", preference_table(_preferences(people, ids), stamp)
    adjustments = zip(ids, texts[PatientField.ADJUSTMENT], strict=True)
    yield "reasonable_adjustment", adjustment_table((one for one in adjustments if one[1]), stamp)


def _wanted(ids: Sequence[str], values: Sequence[T]) -> Iterator[tuple[str, T, bool]]:
    """Pair each patient with what they have; one of it is to be the preferred one."""
    return zip(ids, values, itertools.repeat(True), strict=False)


def _preferences(people: People, ids: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    for field, channel in ACCEPTANCES.items():
        for patient_id, accepted in zip(ids, people.acceptances[field], strict=True):
            if accepted is not None:
                yield patient_id, channel, accepted


def _external_ids(system: str, external_ids: Sequence[str], ids: Sequence[str]) -> pa.Table:
    known = [pair for pair in zip(external_ids, ids, strict=True) if pair[0]]
    return pa.table(
        {
            "system": pa.repeat(system, len(known)),
            "external_id": pa.array([pair[0] for pair in known], pa.string()),
            "patient_id": pa.array([pair[1] for pair in known], pa.string()),
        }
    )


def _patients(people: People, ids: Sequence[str], numbers: range, stamp: Stamp) -> pa.Table:
    texts, count = people.texts, len(people)
    return pa.table(
        {
            "patient_id": pa.array(ids, pa.string()),
            "reference": references_of(numbers),
            "title": blank_as_null(texts[PatientField.TITLE]),
            "given_names": texts[PatientField.GIVEN_NAMES],
            "family_name": texts[PatientField.FAMILY_NAME],
            "preferred_name": blank_as_null(texts[PatientField.PREFERRED_NAME]),
            "sex": people.sexes,
            "born_on": pa.array(people.dates[PatientField.BORN_ON], pa.date32()),
            "deceased_on": pa.array(people.dates[PatientField.DECEASED_ON], pa.date32()),
            "registered_on": [
                day or stamp.as_of for day in people.dates[PatientField.REGISTERED_ON]
            ],
            "source": pa.repeat(SOURCE, count),
            "source_detail": blank_as_null(texts[PatientField.HOW_WE_KNOW_THEM]),
            "note": blank_as_null(texts[PatientField.NOTE]),
            "version": pa.repeat(1, count),
            "created_at": pa.repeat(pa.scalar(stamp.at), count),
            "created_by": stamp.person(count),
            "changed_at": pa.repeat(pa.scalar(stamp.at), count),
            "changed_by": stamp.person(count),
        }
    )


def phone_table(
    owners: Iterable[tuple[str, Sequence[Phone], bool]], stamp: Stamp, valid_from: date | None
) -> pa.Table:
    """Return rows of patient_phone: patient, numbers, whether one of them is to be preferred.

    That is the first mobile, else the first.
    """
    rows = [
        (patient_id, phone.kind.value, phone.number, phone.as_given, phone is preferred)
        for patient_id, phones, is_wanted in owners
        if phones
        for preferred in (_preferred(phones) if is_wanted else None,)
        for phone in phones
    ]
    names = ("patient_id", "kind", "number", "number_as_given", "is_preferred")
    return _child("patient_phone_id", names, rows, stamp, valid_from)


def _preferred(phones: Sequence[Phone]) -> Phone:
    return next((phone for phone in phones if phone.kind is PhoneKind.MOBILE), phones[0])


def email_table(
    owners: Iterable[tuple[str, Sequence[str], bool]], stamp: Stamp, valid_from: date | None
) -> pa.Table:
    """Return rows of patient_email: patient, addresses, whether the first is to be preferred."""
    rows = [
        (patient_id, email, is_wanted and number == 0)
        for patient_id, emails, is_wanted in owners
        for number, email in enumerate(emails)
    ]
    names = ("patient_id", "email", "is_preferred")
    return _child("patient_email_id", names, rows, stamp, valid_from)


def address_table(
    owners: Iterable[tuple[str, tuple[str | None, ...], bool]],
    stamp: Stamp,
    valid_from: date | None,
) -> pa.Table:
    """Return rows of patient_address: patient, address, whether it is to be preferred.

    An address without any line is none.
    """
    rows = [
        (patient_id, *address, wanted) for patient_id, address, wanted in owners if any(address)
    ]
    names = ("patient_id", *ADDRESS, "is_preferred")
    return _child("patient_address_id", names, rows, stamp, valid_from)


def name_table(owners: Iterable[tuple[str, str, str]], stamp: Stamp) -> pa.Table:
    """Return rows of patient_name for former names: patient, given names, family name."""
    rows = [(*owner, "former") for owner in owners]
    names = ("patient_id", "given_names", "family_name", "kind")
    return _child("patient_name_id", names, rows, stamp)


def preference_table(owners: Iterable[tuple[str, str, bool]], stamp: Stamp) -> pa.Table:
    """Return rows of contact_preference: patient, channel, whether they accept it."""
    names = ("patient_id", "channel", "is_accepted")
    return _child("contact_preference_id", names, list(owners), stamp)


def adjustment_table(owners: Iterable[tuple[str, str]], stamp: Stamp) -> pa.Table:
    """Return rows of reasonable_adjustment. No file says that sharing was agreed to, so it is not.

    The text is both the need and the adjustment: exports have one column for the two (rule G4).
    """
    rows = [(patient_id, text, text, False) for patient_id, text in owners]
    names = ("patient_id", "need", "adjustment", "has_consent_to_share")
    return _child("adjustment_id", names, rows, stamp)


def _child(
    key: str,
    names: Sequence[str],
    rows: Sequence[tuple[object, ...]],
    stamp: Stamp,
    valid_from: date | None = None,
) -> pa.Table:
    count = len(rows)
    columns = dict(zip(names, zip(*rows, strict=True) if rows else [[]] * len(names), strict=True))
    columns |= {
        key: bulk.new_ids(count),
        "source": pa.repeat(SOURCE, count),
    }
    columns |= stamp.recorded(count)
    if valid_from:
        columns["valid_from"] = pa.repeat(pa.scalar(valid_from), count)
    return pa.table(columns)
