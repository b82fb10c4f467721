"""One treatment to read: what was given where, from which lot, why, and what it replaced."""

from collections.abc import Iterable

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.treatment_form import marks_of
from lib.domain.treatments import Entry, Item
from lib.services.records import Record
from lib.services.treatment_reading import Told
from lib.store.treatment_versions import Version
from lib.store.treatments import AdverseEvent
from lib.ui import addresses, formats, navigation, printing, record, text
from lib.ui.components import blocks, body_chart
from lib.ui.components.blocks import (
    Act,
    Column,
    Entries,
    Fact,
    Facts,
    Notice,
    Notices,
    Old,
    Table,
    Tone,
    Value,
)
from lib.ui.components.blocks import Entry as Dated

COLUMNS = (
    Column("Product"),
    Column("Area"),
    Column("Dose", is_figure=True, is_short=True),
    Column("Points", is_figure=True, is_short=True),
    Column("Lot", is_short=True),
    Column("Expires", is_short=True),
)
NO_AFTERCARE = {True: "Given", False: "Not given", None: "Not recorded"}


def draw(actor: Actor, opened: Record, told: Told) -> None:
    """Draw the treatment with what can be done about it."""
    _acts(actor, told)
    current = told.current
    given = Table("What was given", COLUMNS, _rows(current.entry.items, told))
    blocks.draw([_facts(told), given], key="treatment_facts")
    _charts(told)
    events = _events(opened, told)
    asked = blocks.draw(
        [_happened(actor, events), *_warned(told), *_earlier(told)], key="treatment_rest"
    )
    if asked:
        query = {**_query(told), addresses.EVENT: asked}
        st.switch_page(navigation.ADVERSE_EVENT.path, query_params=query)


def _query(told: Told) -> dict[str, str]:
    current = told.current
    return {
        addresses.PATIENT: str(current.patient_id),
        addresses.TREATMENT: str(current.treatment_id),
    }


def _acts(actor: Actor, told: Told) -> None:
    with st.container(horizontal=True, key="treatment_acts"):
        if access.can(actor, Permission.RECORD_TREATMENT):
            if st.button("Correct this treatment", icon=":material/edit:", type="primary"):
                query = {**_query(told), addresses.ACT: addresses.CORRECT}
                st.switch_page(navigation.TREATMENT.path, query_params=query)
            if st.button("Record an adverse event", icon=":material/emergency_home:"):
                st.switch_page(navigation.ADVERSE_EVENT.path, query_params=_query(told))
        _photographs(actor, told)
        key = told.current.treatment_id
        st.link_button("Print", printing.href(printing.TREATMENT, key), icon=":material/print:")


def _photographs(actor: Actor, told: Told) -> None:
    """Draw the ways to the treatment's own pictures, whichever of its versions is open."""
    if access.can(actor, Permission.VIEW_MEDIA) and st.button(
        "Photographs", icon=":material/photo_library:"
    ):
        series = {addresses.TREATMENT: str(told.current.series_id)}
        st.switch_page(navigation.PHOTOGRAPHS.path, query_params={**_query(told), **series})
    if access.can(actor, Permission.ADD_MEDIA) and st.button(
        "Add photographs", icon=":material/add_photo_alternate:"
    ):
        st.switch_page(navigation.ADD_PHOTOGRAPHS.path, query_params=_query(told))


def _facts(told: Told) -> Facts:
    entry, current = told.current.entry, told.current
    by = f" by {current.recorded_by}" if current.recorded_by else ""
    advice = entry.aftercare or ""
    facts = [
        Fact("Treated on", (Value(formats.day(entry.treated_on)),)),
        Fact("Practitioner", (Value(_name(told, entry, "practitioner_id")),)),
        Fact("Prescriber", (Value(_name(told, entry, "prescriber_id", "None")),)),
        Fact("Aftercare", (Value(NO_AFTERCARE[entry.is_aftercare_given], advice),)),
        Fact("Follow-up due", (Value(formats.day(entry.follow_up_due_on, "None")),)),
        Fact("Price", (Value(formats.money(entry.price_pence)),)),
        Fact("Notes", (Value(entry.notes or "None"),)),
        Fact("Recorded", (Value(f"{formats.moment(current.recorded_at)}{by}"),)),
    ]
    return Facts(entry.name, tuple(facts))


def _name(told: Told, entry: Entry, field: str, absent: str = formats.NOT_KNOWN) -> str:
    return told.people.get(getattr(entry, field), absent)


def _rows(items: Iterable[Item], told: Told) -> tuple[tuple[str, ...], ...]:
    return tuple(_row(item, told) for item in items)


def _row(item: Item, told: Told) -> tuple[str, ...]:
    product = told.products[item.product_id]
    lot = told.lots.get(item.lot_id) if item.lot_id else None
    return (
        product.name,
        item.area,
        formats.dose(item.dose, product.unit),
        str(len(item.points)) if item.points else formats.NONE,
        lot.lot_number if lot else "Lot not recorded",
        formats.day(lot.expires_on) if lot else "",
    )


def _charts(told: Told) -> None:
    for product in told.products.values():
        items = [one for one in told.current.entry.items if one.product_id == product.product_id]
        marks = marks_of([item for item in items if item.points])
        if marks.points:
            st.subheader(text.plain(f"Chart: {product.name}"), anchor=False)
            body_chart.show(marks, product.unit, key=f"treatment_chart_{product.product_id}")


def _events(opened: Record, told: Told) -> list[AdverseEvent]:
    keys = {told.current.treatment_id, *(one.treatment_id for one in told.earlier)}
    return [event for event in opened.adverse_events if event.treatment_id in keys]


def _happened(actor: Actor, events: Iterable[AdverseEvent]) -> Entries:
    label = "Correct" if access.can(actor, Permission.RECORD_TREATMENT) else "Open"
    entries = tuple(
        Dated(
            when=formats.day(event.occurred_on),
            title=event.description,
            notices=(record.adverse(event),),
            acts=(Act(label, "edit", str(event.series_id)),),
        )
        for event in events
    )
    return Entries("Adverse events", entries, "Nothing has gone wrong, as far as is recorded.")


def _warned(told: Told) -> Iterable[Notices]:
    notices = tuple(
        Notice(
            f"{formats.words(one.level)}: {one.warning}",
            (f"Gone ahead because: {one.reason}",),
            "front_hand" if one.level == "stop" else "warning",
            Tone.ALERT if one.level == "stop" else Tone.WARN,
        )
        for one in told.warnings
    )
    if notices:
        yield Notices("Warnings that were answered", notices)


def _earlier(told: Told) -> Iterable[Entries]:
    versions = (told.current, *told.earlier)
    entries = tuple(
        Dated(
            when=formats.day(old.entry.treated_on),
            title=f"Version {old.version}: {old.entry.name}",
            lines=(_replaced(old, new),),
            table=Table("", COLUMNS, _rows(old.entry.items, told)),
            said=old.entry.notes or "",
            earlier=(Old("Said", _said(old, told)),),
            earlier_label="What else it said",
        )
        for new, old in zip(versions, told.earlier, strict=False)
    )
    if entries:
        yield Entries("Earlier versions", entries)


def _replaced(old: Version, new: Version) -> str:
    by = f" by {new.recorded_by}" if new.recorded_by else ""
    why = new.correction_reason or "no reason was given"
    return f"Replaced {formats.moment(old.superseded_at)}{by}: {why}"


def _said(old: Version, told: Told) -> tuple[str, ...]:
    facts = _facts(Told(old, (), (), told.products, told.lots, told.people)).facts
    return tuple(f"{fact.label}: {fact.values[0].text}" for fact in facts)
