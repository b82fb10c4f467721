"""What a row of a file changes in a patient who is stored already; pure comparison.

A blank cell says nothing, so it erases nothing. A phone, email or address that only an earlier
import gave is ended by a newer one of its kind; what people of the clinic entered stays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lib.domain.patient import Phone
from lib.imports.importing import SOURCE
from lib.imports.patients.fields import ACCEPTANCES, PatientField
from lib.imports.patients.people import People
from lib.store.patient_changes import Contact, Current

COLUMNS: dict[str, PatientField] = {
    "title": PatientField.TITLE,
    "given_names": PatientField.GIVEN_NAMES,
    "family_name": PatientField.FAMILY_NAME,
    "preferred_name": PatientField.PREFERRED_NAME,
    "source_detail": PatientField.HOW_WE_KNOW_THEM,
}
DAYS: dict[str, PatientField] = {
    "born_on": PatientField.BORN_ON,
    "deceased_on": PatientField.DECEASED_ON,
    "registered_on": PatientField.REGISTERED_ON,
}
EARLIER_NOTE = "\n\nBefore a later import:\n"


@dataclass(slots=True)
class Change:
    """What is new for one patient: values of the row, rows to add, and contacts that end."""

    place: int
    patient_id: str
    values: dict[str, Any] = field(default_factory=dict)
    former_names: list[tuple[str, str]] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    address: tuple[str | None, ...] = ()
    preferences: list[tuple[str, bool]] = field(default_factory=list)
    adjustments: list[str] = field(default_factory=list)
    ended: dict[str, list[Contact]] = field(default_factory=dict)

    @property
    def parts(self) -> list[str]:
        """Return the names of what changes, for the audit trail; never a value."""
        lists = ("former_names", "phones", "emails", "address", "preferences", "adjustments")
        return sorted(self.values) + [name for name in lists if getattr(self, name)]


def is_same_person(people: People, place: int, current: Current) -> bool:
    """Tell whether at least one of family name, given names and date of birth agrees."""
    given = people.texts[PatientField.GIVEN_NAMES][place].casefold()
    family = people.texts[PatientField.FAMILY_NAME][place].casefold()
    born_on = people.dates[PatientField.BORN_ON][place]
    return (
        (bool(family) and family == current.family_name.casefold())
        or (bool(given) and given == current.given_names.casefold())
        or (born_on is not None and born_on == current.born_on)
    )


def change_of(
    people: People, address: tuple[str | None, ...], place: int, patient_id: str, current: Current
) -> Change:
    """Return what the row, whose address is given, changes; a change without parts is none."""
    change = Change(place, patient_id)
    _change_values(change, people, current)
    _change_former_name(change, people, current)
    _change_phones(change, people.phones[place], current)
    _change_emails(change, people.emails[place], current)
    _change_address(change, address, current)
    _change_preferences(change, people, current)
    adjustment = people.texts[PatientField.ADJUSTMENT][place]
    if adjustment and adjustment not in current.adjustments:
        change.adjustments.append(adjustment)
    return change


def _change_values(change: Change, people: People, current: Current) -> None:
    place = change.place
    for name, field_ in COLUMNS.items():
        text = people.texts[field_][place]
        if text and text != getattr(current, name):
            change.values[name] = text
    for name, field_ in DAYS.items():
        day = people.dates[field_][place]
        if day and day != getattr(current, name):
            change.values[name] = day
    sex = people.sexes[place]
    if sex not in {"not_known", current.sex}:
        change.values["sex"] = sex
    note, kept = people.texts[PatientField.NOTE][place], current.note or ""
    if note and note not in kept:
        change.values["note"] = note + EARLIER_NOTE + kept if kept else note


def _change_former_name(change: Change, people: People, current: Current) -> None:
    if {"given_names", "family_name"} & set(change.values):
        change.former_names.append((current.given_names, current.family_name))
    former = people.texts[PatientField.FORMER_FAMILY_NAME][change.place]
    given = people.texts[PatientField.GIVEN_NAMES][change.place] or current.given_names
    known = {name.casefold() for _, name in current.former_names}
    known |= {name.casefold() for _, name in change.former_names}
    if former and former.casefold() not in known:
        change.former_names.append((given, former))


def _change_phones(change: Change, phones: Sequence[Phone], current: Current) -> None:
    in_force = {contact.value for contact in current.phones}
    change.phones = [phone for phone in phones if phone.number not in in_force]
    kinds = {phone.kind.value for phone in change.phones}
    given = {phone.number for phone in phones}
    _end(change, "patient_phone", current.phones, lambda c: c.kind in kinds, given)


def _change_emails(change: Change, emails: Sequence[str], current: Current) -> None:
    in_force = {contact.value.casefold() for contact in current.emails}
    change.emails = [email for email in emails if email.casefold() not in in_force]
    if change.emails:
        given = {contact.value for contact in current.emails} & set(emails)
        _end(change, "patient_email", current.emails, lambda _: True, given)


def _change_address(change: Change, address: tuple[str | None, ...], current: Current) -> None:
    in_force = {contact.value for contact in current.addresses}
    if any(address) and address not in in_force:
        change.address = address
        _end(change, "patient_address", current.addresses, lambda _: True, set())


def _end(
    change: Change,
    table: str,
    contacts: Sequence[Contact],
    is_replaced: Callable[[Contact], bool],
    given: set[Any],
) -> None:
    ended = [
        contact
        for contact in contacts
        if contact.source == SOURCE and contact.value not in given and is_replaced(contact)
    ]
    if ended:
        change.ended[table] = ended


def _change_preferences(change: Change, people: People, current: Current) -> None:
    for field_, channel in ACCEPTANCES.items():
        accepted = people.acceptances[field_][change.place]
        before, source = current.preferences.get(channel, (None, SOURCE))
        # Somebody told the clinic no: an export that does not know it must not undo that (D6).
        is_older_yes = accepted and before is False and source != SOURCE
        if accepted is not None and accepted != before and not is_older_yes:
            change.preferences.append((channel, accepted))
