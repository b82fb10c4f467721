"""The home page in words."""

from collections.abc import Iterable
from datetime import date, datetime

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.services import drafts, oversight, search, summary
from lib.services.clinic import Clinic
from lib.services.drafts import Form, Unfinished
from lib.services.home import HomeItem, Urgency
from lib.ui import addresses, formats, lookup, navigation
from lib.ui.components.blocks import Card, Cards, Cell, Column, Link, Mark, Table, Tone
from lib.ui.navigation import PageSpec

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOON, EVENING = 12, 18
RECENT_SHOWN = 8
NOTHING = "Nothing needs you today. What does will be listed here, with its screen."
MARKS = {
    Urgency.OVERDUE: Mark("Overdue", "priority_high", Tone.WARN),
    Urgency.DUE: Mark("To do", "radio_button_unchecked", Tone.INFO),
    Urgency.INFORMATION: None,
}
RECENT_COLUMNS = (
    Column("Patient"),
    Column("Last seen", is_short=True),
    Column("Practitioner"),
)

UNFINISHED_COLUMNS = (Column("Form"), Column("Typed last", is_short=True))


def _screen(path: str, otherwise: PageSpec = navigation.RECORD) -> PageSpec:
    return next((spec for spec in navigation.PAGES if spec.path == path), otherwise)


# What each form is called, and where it is filled in; on the record where it has no screen yet.
FORMS = {
    Form.REGISTER: ("Register a patient", navigation.REGISTER),
    Form.EDIT: ("Change a patient's details", _screen("pages/records/edit.py")),
    Form.HISTORY: ("Medical history", _screen(summary.HISTORY_SCREEN)),
    Form.TREATMENT: ("Treatment", _screen("pages/records/treatment.py")),
    Form.ADVERSE_EVENT: ("Adverse event", _screen("pages/records/adverse_event.py")),
    Form.CONSENT: ("Consent to sign", _screen("pages/records/sign_consent.py")),
}

# Whoever draws the home page hears everything that this version knows of.
oversight.register_all()


def greeting(now: datetime) -> str:
    """Return the greeting for an hour on the clinic's clock."""
    if now.hour < NOON:
        return "Good morning"
    return "Good afternoon" if now.hour < EVENING else "Good evening"


def weekday(day: date) -> str:
    """Return the day of the week in words."""
    return WEEKDAYS[day.weekday()]


def cards(items: Iterable[HomeItem]) -> list[Cards]:
    """Return what needs the person today, then what is only good to know."""
    pressing: list[Card] = []
    known: list[Card] = []
    for item in items:
        group = known if item.urgency is Urgency.INFORMATION else pressing
        group.append(_card(item))
    needed = Cards("What needs you today", tuple(pressing), NOTHING)
    return [needed, Cards("For your information", tuple(known))] if known else [needed]


def _card(item: HomeItem) -> Card:
    return Card(
        title=item.title,
        detail=item.detail,
        href=_href(item),
        number="" if item.count is None else formats.figure(item.count),
        mark=MARKS[item.urgency],
    )


def _href(item: HomeItem) -> str:
    if item.path is None:
        return ""
    return navigation.href(navigation.by_path(item.path), dict(item.query))


def unfinished(clinic: Clinic, actor: Actor) -> list[Table]:
    """Return the forms that the person left without saving; nothing where there are none."""
    rows = tuple(_unfinished(one) for one in drafts.list_mine(clinic, actor))
    return [Table("Not saved yet", UNFINISHED_COLUMNS, rows)] if rows else []


def _unfinished(one: Unfinished) -> tuple[Cell, ...]:
    title, spec = FORMS[one.subject.form]
    query = {addresses.PATIENT: str(one.subject.patient_id)} if one.subject.patient_id else {}
    return (
        Link(title, navigation.href(spec, query), _whose(one)),
        formats.moment(one.saved_at),
    )


def _whose(one: Unfinished) -> str:
    if one.patient is None:
        return "Somebody new"
    if one.patient.is_restricted:
        return f"Restricted record {one.patient.reference}"
    name = formats.name(one.patient.family_name, one.patient.given_names, one.patient.title)
    return f"{name} · {one.patient.reference}"


def recent(clinic: Clinic, actor: Actor, as_of: date) -> list[Table]:
    """Return the records that the person opened last; nothing for whoever opens none."""
    if not access.can(actor, Permission.VIEW_RECORD):
        return []
    rows = []
    for hit in search.recent(clinic, actor, RECENT_SHOWN).results:
        name = formats.name(hit.family_name, hit.given_names, hit.title)
        known = f"Born {formats.born(hit.born_on, as_of, hit.deceased_on)} · "
        known += f"{formats.sex(hit.sex)} · {hit.reference}"
        rows.append(
            (
                Link(name, navigation.record_href(hit.patient_id), known, lookup.marks_of(hit)),
                formats.day(hit.last_seen_on, "Not seen yet"),
                hit.practitioner_name or "",
            )
        )
    empty = "The records that you open will be listed here. Begin with Find a patient."
    return [Table("Opened recently", RECENT_COLUMNS, tuple(rows), empty=empty)]
