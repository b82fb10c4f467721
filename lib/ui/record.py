"""A patient's record in words: from what the store knows to what the screen draws."""

import itertools
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from lib.domain.consent import State
from lib.domain.history import Kind, Series, Status
from lib.services.records import Alerts, Record, Treatment
from lib.store.records import Address, Email, Phone
from lib.store.treatments import AdverseEvent, Item, TreatmentRow
from lib.store.visits import Appointment, Consultation
from lib.ui import formats, navigation, printing
from lib.ui.components.blocks import (
    Act,
    Cell,
    Column,
    Entries,
    Entry,
    Fact,
    Facts,
    Link,
    Mark,
    Notice,
    Notices,
    Old,
    Table,
    Tone,
    Value,
)
from lib.ui.consent import badges

SEVERITY_TONES = {"mild": Tone.PLAIN, "moderate": Tone.WARN, "severe": Tone.ALERT}
STATUS_MARKS = {
    Status.RESOLVED: Mark("Resolved", "check", Tone.PLAIN),
    Status.ENTERED_IN_ERROR: Mark("Entered in error", "block", Tone.PLAIN),
}
APPOINTMENT_MARKS = {
    "booked": Mark("Booked", "event", Tone.INFO),
    "attended": Mark("Attended", "check", Tone.PLAIN),
    "cancelled": Mark("Cancelled", "event_busy", Tone.PLAIN),
    "missed": Mark("Missed", "person_off", Tone.WARN),
}
KINDS = {
    Kind.CONDITION: "Condition",
    Kind.ALLERGY: "Allergy",
    Kind.NO_KNOWN_ALLERGIES: "Allergies",
    Kind.MEDICINE: "Medicine",
    Kind.CONTRAINDICATION: "Contraindication",
}
CHANNELS = {"email": "Email", "sms": "Text message", "phone": "Phone", "post": "Post"}
CONSENT_COLUMNS = (Column("State", is_short=True), Column("What it is about"))
ITEM_COLUMNS = (
    Column("Product"),
    Column("Area"),
    Column("Dose", is_figure=True, is_short=True),
    Column("Lot", is_short=True),
    Column("Expires", is_short=True),
)


def alerts(record: Record) -> Notices:
    """Return what must be seen first: adjustments, allergies, consent, age (G4, D3, E1)."""
    found = record.alerts
    notices = [*_adjustments(found), *_medical(found), *_consent(found), *_standing(record)]
    return Notices("", tuple(notices))


def _adjustments(found: Alerts) -> Iterable[Notice]:
    for one in found.adjustments:
        shared = "" if one.has_consent_to_share else "Not to be shared outside the clinic."
        lines = tuple(line for line in (one.adjustment, shared) if line)
        yield Notice(f"Reasonable adjustment: {one.need}", lines, "accessibility_new", Tone.INFO)


def _medical(found: Alerts) -> Iterable[Notice]:
    for entry in found.allergies:
        severity = f" ({entry.severity})" if entry.severity else ""
        lines = (entry.detail,) if entry.detail else ()
        yield Notice(f"Allergy: {entry.name}{severity}", lines, "warning", Tone.ALERT)
    for entry in found.contraindications:
        lines = (entry.detail,) if entry.detail else ()
        yield Notice(f"Contraindication: {entry.name}", lines, "do_not_disturb_on", Tone.ALERT)


def _consent(found: Alerts) -> Iterable[Notice]:
    if found.withdrawn:
        tone = Tone.ALERT if found.is_treatment_ended else Tone.WARN
        yield Notice("Consent withdrawn", ("; ".join(found.withdrawn),), "block", tone)


def _standing(record: Record) -> Iterable[Notice]:
    found = record.alerts
    if found.restriction:
        since = formats.moment(found.restriction.placed_at)
        ground = record.ground.value if record.ground else formats.NOT_KNOWN
        lines = (
            f"Since {since}: {found.restriction.reason}. It may only be stored.",
            f"You opened it on this ground: {ground}. That is in the audit trail.",
        )
        yield Notice("This record is restricted", lines, "lock", Tone.ALERT)
    if found.is_minor:
        line = "Toxin and filler may not be given to anybody under 18 for cosmetic reasons."
        yield Notice("Under 18", (line,), "child_care", Tone.ALERT)
    if found.injected_as_minor:
        treatments = formats.counted(found.injected_as_minor, "treatment")
        line = f"{treatments} with toxin or filler took place before the eighteenth birthday."
        yield Notice("Treated under 18", (line,), "child_care", Tone.ALERT)


def consent(record: Record) -> Table:
    """Return how consent stands to everything, with the way to why and what shows it."""
    href = navigation.href(navigation.CONSENT, {"id": str(record.patient.patient_id)})
    named: dict[State, list[str]] = {}
    for one in record.consent:
        named.setdefault(one.standing.state, []).append(one.name)
    rows: list[tuple[Cell, ...]] = [
        (badges.mark(state), "; ".join(named[state])) for state in badges.MARKS if state in named
    ]
    rows.append((Link("Why", href), "Each with its reason and what shows it"))
    return Table("Consent", CONSENT_COLUMNS, tuple(rows))


def identity(record: Record) -> Facts:
    """Return who the patient is, was called, and how we know."""
    patient = record.patient
    facts = [
        Fact("Full name", (Value(f"{patient.given_names} {patient.family_name}".strip()),)),
        *(
            Fact(
                "Former name" if name.kind == "former" else "Also known as",
                (
                    Value(
                        f"{name.given_names} {name.family_name}".strip(), _until(name.valid_until)
                    ),
                ),
            )
            for name in record.names
        ),
        *(
            Fact("Other number", (Value(one.external_id, f"in {one.system}"),))
            for one in record.external_ids
        ),
        Fact("Registered", (Value(formats.day(patient.registered_on)),)),
        Fact("How we know", (Value(_source(patient.source, patient.source_detail)),)),
        Fact(
            "Last seen",
            (
                Value(
                    formats.day(patient.last_seen_on, "Not seen yet"),
                    _by(patient.practitioner_name),
                ),
            ),
        ),
    ]
    if patient.note:
        facts.append(Fact("Note", (Value(patient.note),)))
    return Facts("Identity", tuple(facts))


def contacts(record: Record, as_of: date) -> Facts:
    """Return how the patient is and was reached, what holds today first."""
    found = record.contacts
    phones = tuple(_phone(one, as_of) for one in _standing_first(found.phones, as_of))
    emails = tuple(
        Value(one.email, *_validity(one, as_of)) for one in _standing_first(found.emails, as_of)
    )
    addresses = tuple(
        Value(", ".join(one.lines), *_validity(one, as_of))
        for one in _standing_first(found.addresses, as_of)
    )
    asked = tuple(
        Value(
            CHANNELS.get(one.channel, one.channel),
            f"stated {formats.day(one.stated_on)}" if one.stated_on else "",
            (
                Mark("Accepted", "check", Tone.GOOD)
                if one.is_accepted
                else Mark("Declined", "close"),
            ),
        )
        for one in found.preferences
    )
    unknown = (Value(formats.NOT_KNOWN),)
    return Facts(
        "Contact",
        (
            Fact("Phone", phones or unknown),
            Fact("Email", emails or unknown),
            Fact("Address", addresses or unknown),
            Fact("Messages", asked or (Value("Not asked"),)),
        ),
    )


Dated = Phone | Email | Address
Something = TypeVar("Something", bound=Dated)


def _standing_first(found: Iterable[Something], as_of: date) -> list[Something]:
    return sorted(found, key=lambda one: _is_past(one, as_of))


def _is_past(one: Dated, as_of: date) -> bool:
    return one.valid_until is not None and one.valid_until < as_of


def _phone(one: Phone, as_of: date) -> Value:
    note, marks, is_past = _validity(one, as_of)
    kind = "" if one.kind == "other" else one.kind
    return Value(formats.phone(one.number), ", ".join(filter(None, (kind, note))), marks, is_past)


def _validity(one: Dated, as_of: date) -> tuple[str, tuple[Mark, ...], bool]:
    is_past = _is_past(one, as_of)
    until = f"until {formats.day(one.valid_until)}" if one.valid_until else ""
    since = f"since {formats.day(one.valid_from)}" if one.valid_from and not is_past else ""
    source = "" if one.source == "patient" else f"from {_source(one.source, one.source_detail)}"
    return ", ".join(filter(None, (since, until, source))), (), is_past


def treatments(found: Iterable[Treatment], title: str, count: str = "") -> Entries:
    """Return treatments with products, lots, adverse events, and what corrections replaced."""
    entries = tuple(_treatment(one) for one in found)
    return Entries(title, entries, "No treatment has been recorded yet.", count)


def _treatment(one: Treatment) -> Entry:
    row = one.row
    follow_up = f"follow-up due {formats.day(row.follow_up_due_on)}" if row.follow_up_due_on else ""
    people = (*_people(row), follow_up)
    return Entry(
        when=formats.day(row.treated_on),
        title=row.name,
        aside=formats.money(row.price_pence, absent=""),
        lines=(" · ".join(filter(None, people)),),
        table=_items(one.items) if one.items else None,
        said=row.notes or "",
        notices=tuple(adverse(event) for event in one.adverse_events),
        earlier=tuple(_replaced(old, new) for new, old in _pairs(one)),
        earlier_label=f"Corrected: {formats.counted(len(one.earlier), 'earlier version')}",
        acts=(
            Act("Open this treatment", "open_in_full", str(row.treatment_id)),
            Act("Print", "print", href=printing.href(printing.TREATMENT, row.treatment_id)),
        ),
    )


def _people(row: TreatmentRow) -> tuple[str, ...]:
    treated = row.practitioner_name or f"Practitioner: {formats.NOT_KNOWN.lower()}"
    if not row.prescriber_name:
        return (treated,)
    if row.prescriber_name == row.practitioner_name:
        return (f"{treated}, who prescribed too",)
    return (treated, f"prescribed by {row.prescriber_name}")


def _items(items: Iterable[Item]) -> Table:
    rows = tuple(
        (
            item.product_name,
            item.area,
            formats.dose(item.dose, item.unit),
            item.lot_number or "Lot not recorded",
            formats.day(item.expires_on) if item.lot_number else "",
        )
        for item in items
    )
    return Table("", ITEM_COLUMNS, rows)


def _pairs(one: Treatment) -> Iterable[tuple[TreatmentRow, TreatmentRow]]:
    versions = (one.row, *one.earlier)
    return itertools.pairwise(versions)


def _replaced(old: TreatmentRow, new: TreatmentRow) -> Old:
    replaced = formats.moment(old.superseded_at)
    reason = new.correction_reason or "no reason was given"
    parts = (
        formats.day(old.treated_on),
        old.practitioner_name or "",
        formats.money(old.price_pence, absent=""),
    )
    lines = (" · ".join(filter(None, parts)), old.notes or "")
    title = f"Version {old.version}, replaced {replaced}: {reason}"
    return Old(title, (old.name, *(line for line in lines if line)))


def adverse_events(found: Iterable[AdverseEvent]) -> Notices:
    """Return what went wrong without a treatment here to blame it on."""
    notices = tuple(adverse(event) for event in found)
    return Notices("Other adverse events", notices)


def adverse(event: AdverseEvent) -> Notice:
    """Return what went wrong, what was done, and with which product and lot."""
    product = f"{event.product_name}, lot {event.lot_number}" if event.lot_number else ""
    reported = f"Reported {formats.day(event.reported_on)}" if event.is_reported else "Not reported"
    lines = (
        event.description,
        event.action_taken or "",
        product or event.product_name or "",
        reported,
    )
    title = f"Adverse event {formats.day(event.occurred_on)} ({event.severity})"
    tone = SEVERITY_TONES.get(event.severity, Tone.WARN)
    return Notice(title, tuple(line for line in lines if line), "emergency_home", tone)


def history(found: Iterable[Series]) -> Entries:
    """Return the medical history on a line of time, with every version that was replaced."""
    entries = tuple(_history_entry(one) for one in found)
    return Entries("Medical history", entries, "No medical history has been recorded yet.")


def _history_entry(one: Series) -> Entry:
    entry = one.current
    marks = [Mark(KINDS[entry.kind], "label")]
    if entry.severity:
        word = formats.words(entry.severity)
        marks.append(Mark(word, "signal_cellular_alt", SEVERITY_TONES[entry.severity]))
    if entry.status in STATUS_MARKS:
        marks.append(STATUS_MARKS[entry.status])
    return Entry(
        when=formats.day(entry.happened_on),
        title=entry.name,
        marks=tuple(marks),
        lines=tuple(filter(None, (_span(one), _told(one)))),
        said=entry.detail or "",
        earlier=tuple(
            Old(
                f"Version {old.version}, recorded {formats.moment(old.recorded_at)}",
                tuple(filter(None, (old.name, old.detail, formats.words(old.status.value)))),
            )
            for old in one.earlier
        ),
        earlier_label=f"Changed: {formats.counted(len(one.earlier), 'earlier version')}",
        is_void=entry.status is Status.ENTERED_IN_ERROR,
    )


def _span(one: Series) -> str:
    entry = one.current
    begun = f"since {formats.day(entry.started_on)}" if entry.started_on else ""
    ended = f"until {formats.day(entry.ended_on)}" if entry.ended_on else ""
    reason = f"reason for the change: {entry.correction_reason}" if entry.correction_reason else ""
    said = ", ".join(filter(None, (begun, ended, reason)))
    return said[:1].upper() + said[1:]


def _told(one: Series) -> str:
    entry = one.current
    source = _source(entry.source, entry.source_detail)
    by = f" by {entry.recorded_by}" if entry.recorded_by else ""
    return f"Told by: {source}. Recorded {formats.moment(entry.recorded_at)}{by}"


def visits(consultations: Iterable[Consultation], appointments: Iterable[Appointment]) -> Entries:
    """Return consultations and appointments, the latest first."""
    dated = [
        *((one.starts_at.date(), _appointment(one)) for one in appointments),
        *((one.consulted_on, _consultation(one)) for one in consultations),
    ]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    entries = tuple(entry for _, entry in dated)
    return Entries("Consultations and appointments", entries, "No visit has been recorded yet.")


def _appointment(one: Appointment) -> Entry:
    moment, ends = formats.moment(one.starts_at), formats.moment(one.ends_at)
    when, begins = moment.split(" ")
    parts = (f"{begins} to {ends.split(' ')[1]}", one.practitioner_name or "")
    return Entry(
        when=when,
        title=one.purpose or "Appointment",
        marks=(APPOINTMENT_MARKS[one.status],),
        lines=(" · ".join(filter(None, parts)),),
    )


def _consultation(one: Consultation) -> Entry:
    return Entry(
        when=formats.day(one.consulted_on),
        title="Consultation",
        marks=(Mark(formats.words(one.outcome), "forum"),),
        lines=(one.practitioner_name,) if one.practitioner_name else (),
        said=one.notes or "",
    )


def _until(day: date | None) -> str:
    return f"until {formats.day(day)}" if day else ""


def _by(name: str | None) -> str:
    return f"by {name}" if name else ""


def _source(source: str, detail: str | None) -> str:
    return f"{source.replace('_', ' ')} ({detail})" if detail else source.replace("_", " ")
