"""A patient's record on paper: who it is on every page, alerts first, then everything."""

import itertools
from collections.abc import Iterable
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from lib.domain import formats
from lib.domain.access import Permission
from lib.domain.consent_words import STATES, why
from lib.domain.history import Kind, Series, Status
from lib.paper.sheet import (
    Column,
    Entries,
    Entry,
    Fact,
    Facts,
    Notice,
    Notices,
    Sheet,
    Table,
)
from lib.services import records
from lib.services.printing.banner import alerts, banner
from lib.services.printing.prepare import Asked, Printable, of_patient
from lib.services.records import Record, Treatment
from lib.store.connection import Cursor
from lib.store.treatments import AdverseEvent, Item, TreatmentRow
from lib.store.visits import Appointment, Consultation

TITLE = "Patient record"
# More than anybody has had; a record on paper is whole or says that it is not.
MOST_TREATMENTS = 5000
KINDS = {Kind.NO_KNOWN_ALLERGIES: "Allergies"}
CHANNELS = {"email": "Email", "sms": "Text message", "phone": "Phone", "post": "Post"}
ITEM_COLUMNS = (
    Column("Product", 3),
    Column("Area", 3),
    Column("Dose", 2, is_figure=True),
    Column("Lot", 3),
    Column("Expires", 2),
)


def sheet_of(cursor: Cursor, asked: Asked) -> Sheet:
    """Return the whole record as it stands. Raises what `records.read` raises."""
    record = read(cursor, asked, MOST_TREATMENTS)
    reference = record.patient.reference
    cut = "Only the newest treatments are here." if record.treatments.next_place else ""
    return Sheet(
        title=TITLE,
        name=f"record-{reference}",
        printed=asked.printed,
        banner=banner(record, asked),
        note=cut,
        blocks=(
            alerts(record, asked.zone),
            _identity(record),
            _contacts(record),
            _history(record.history, asked.zone),
            _consent(record, asked.zone),
            _treatments(record.treatments.treatments, asked.zone),
            *_other_events(record),
            _visits(record, asked.zone),
        ),
    )


def read(cursor: Cursor, asked: Asked, treatments_shown: int) -> Record:
    """Return the record that a document is about, its ground checked."""
    return records.read(
        cursor,
        asked.patient_id or asked.subject_id,
        as_of=asked.today,
        ground=asked.ground,
        treatments_shown=treatments_shown,
    )


def _identity(record: Record) -> Facts:
    patient = record.patient
    names = tuple(
        Fact(
            "Former name" if name.kind == "former" else "Also known as",
            (f"{name.given_names} {name.family_name}".strip() + _until(name.valid_until),),
        )
        for name in record.names
    )
    numbers = tuple(
        Fact("Other number", (f"{one.external_id} in {one.system}",)) for one in record.external_ids
    )
    seen_by = f" by {patient.practitioner_name}" if patient.practitioner_name else ""
    return Facts(
        "Identity",
        (
            Fact("Full name", (f"{patient.given_names} {patient.family_name}".strip(),)),
            *names,
            *numbers,
            Fact("Registered", (formats.day(patient.registered_on),)),
            Fact("How we know", (_source(patient.source, patient.source_detail),)),
            Fact("Last seen", (formats.day(patient.last_seen_on, "Not seen yet") + seen_by,)),
            *((Fact("Note", (patient.note,)),) if patient.note else ()),
        ),
    )


def _contacts(record: Record) -> Facts:
    found = record.contacts
    phones = (formats.phone(one.number) + _until(one.valid_until) for one in found.phones)
    emails = (one.email + _until(one.valid_until) for one in found.emails)
    addresses = (", ".join(one.lines) + _until(one.valid_until) for one in found.addresses)
    messages = (
        f"{CHANNELS.get(one.channel, one.channel)}: {'accepted' if one.is_accepted else 'declined'}"
        for one in found.preferences
    )
    unknown = (formats.NOT_KNOWN,)
    return Facts(
        "Contact",
        (
            Fact("Phone", tuple(phones) or unknown),
            Fact("Email", tuple(emails) or unknown),
            Fact("Address", tuple(addresses) or unknown),
            Fact("Messages", tuple(messages) or ("Not asked",)),
        ),
    )


def _consent(record: Record, zone: ZoneInfo) -> Facts:
    return Facts(
        "Consent",
        tuple(
            Fact(one.name, (f"{STATES[one.standing.state]}. {why(one.standing, zone)}",))
            for one in record.consent
        ),
    )


def _history(found: Iterable[Series], zone: ZoneInfo) -> Entries:
    entries = tuple(_history_entry(one, zone) for one in found)
    return Entries("Medical history", entries, "No medical history has been recorded.")


def _history_entry(one: Series, zone: ZoneInfo) -> Entry:
    entry = one.current
    facts = (
        KINDS.get(entry.kind) or formats.words(entry.kind.value),
        entry.severity or "",
        "" if entry.status is Status.ACTIVE else formats.words(entry.status.value).lower(),
        f"since {formats.day(entry.started_on)}" if entry.started_on else "",
        f"until {formats.day(entry.ended_on)}" if entry.ended_on else "",
    )
    by = f" by {entry.recorded_by}" if entry.recorded_by else ""
    told = (
        f"Told by: {_source(entry.source, entry.source_detail)}. "
        f"Recorded {formats.moment(entry.recorded_at, zone)}{by}"
    )
    versions = itertools.pairwise((entry, *one.earlier))
    replaced = (
        f"Replaced {formats.moment(new.recorded_at, zone)}: {old.name}. "
        f"Reason: {new.correction_reason or 'none was given'}"
        for new, old in versions
    )
    return Entry(
        when=formats.day(entry.happened_on),
        title=entry.name,
        lines=(" · ".join(filter(None, facts)), told, *replaced),
        said=entry.detail or "",
        is_void=entry.status is Status.ENTERED_IN_ERROR,
    )


def _treatments(found: Iterable[Treatment], zone: ZoneInfo) -> Entries:
    entries = tuple(_treatment(one, zone) for one in found)
    return Entries("Treatments", entries, "No treatment has been recorded.")


def _treatment(one: Treatment, zone: ZoneInfo) -> Entry:
    row = one.row
    due = f"follow-up due {formats.day(row.follow_up_due_on)}" if row.follow_up_due_on else ""
    return Entry(
        when=formats.day(row.treated_on),
        title=row.name,
        aside=formats.money(row.price_pence, absent=""),
        lines=(" · ".join(filter(None, (*people(row), due))), *replaced(one, zone)),
        table=items(one.items) if one.items else None,
        said=row.notes or "",
        notices=tuple(adverse(event) for event in one.adverse_events),
    )


def people(row: TreatmentRow) -> tuple[str, ...]:
    """Return who treated and who prescribed, in words."""
    treated = row.practitioner_name or f"Practitioner: {formats.NOT_KNOWN.lower()}"
    return (treated, f"prescribed by {row.prescriber_name}") if row.prescriber_name else (treated,)


def items(found: Iterable[Item], title: str = "") -> Table:
    """Return products, areas, doses and lots; a lot that nobody recorded says so."""
    rows = tuple(
        (
            item.product_name,
            item.area,
            formats.dose(item.dose, item.unit),
            item.lot_number or "Lot not recorded",
            formats.day(item.expires_on) if item.lot_number else "",
        )
        for item in found
    )
    return Table(title, ITEM_COLUMNS, rows, "No product has been recorded.")


def replaced(one: Treatment, zone: ZoneInfo) -> Iterable[str]:
    """Return what corrections replaced, a line each, the newest first."""
    for new, old in itertools.pairwise((one.row, *one.earlier)):
        reason = new.correction_reason or "none was given"
        when = formats.moment(old.superseded_at, zone)
        yield f"Version {old.version} replaced {when}: {old.name}. Reason: {reason}"


def adverse(event: AdverseEvent) -> Notice:
    """Return what went wrong, how badly, what was done, and whether it was reported."""
    product = f"{event.product_name}, lot {event.lot_number}" if event.lot_number else ""
    reported = f"Reported {formats.day(event.reported_on)}" if event.is_reported else "Not reported"
    lines = (
        event.description,
        event.action_taken or "",
        product or event.product_name or "",
        reported,
    )
    title = f"Adverse event {formats.day(event.occurred_on)} ({event.severity})"
    return Notice(title, tuple(line for line in lines if line))


def _other_events(record: Record) -> Iterable[Notices]:
    if record.other_adverse_events:
        notices = tuple(adverse(event) for event in record.other_adverse_events)
        yield Notices("Other adverse events", notices)


def _visits(record: Record, zone: ZoneInfo) -> Entries:
    dated = [
        *((one.starts_at.date(), _appointment(one, zone)) for one in record.appointments),
        *((one.consulted_on, _consultation(one)) for one in record.consultations),
    ]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    entries = tuple(entry for _, entry in dated)
    return Entries("Consultations and appointments", entries, "No visit has been recorded.")


def _appointment(one: Appointment, zone: ZoneInfo) -> Entry:
    when, begins = formats.moment(one.starts_at, zone).split(" ")
    parts = (f"{begins} · {formats.words(one.status).lower()}", one.practitioner_name or "")
    return Entry(when, one.purpose or "Appointment", lines=(" · ".join(filter(None, parts)),))


def _consultation(one: Consultation) -> Entry:
    parts = (formats.words(one.outcome), one.practitioner_name or "")
    return Entry(
        formats.day(one.consulted_on),
        "Consultation",
        lines=(" · ".join(filter(None, parts)),),
        said=one.notes or "",
    )


def _until(day: date | None) -> str:
    return f", until {formats.day(day)}" if day else ""


def _source(source: str, detail: str | None) -> str:
    return f"{source.replace('_', ' ')} ({detail})" if detail else source.replace("_", " ")


def _itself(_: Cursor, patient_id: UUID) -> UUID:
    return patient_id


PRINTABLE = Printable("record", Permission.VIEW_RECORD, of_patient(sheet_of), _itself)
