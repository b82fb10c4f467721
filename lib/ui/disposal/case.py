"""One case of disposal: what it is, who proposed and decided it, and its records by number.

Whoever may not list patients sees numbers, dates and sentences, and nobody's identity.
"""

from typing import NoReturn
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission, can
from lib.domain.disposal import CaseState, ItemState, Method
from lib.errors import NotFoundError
from lib.services.disposal import cases, overview
from lib.services.disposal.cases import Line, Opened
from lib.store.disposal_cases import Case, Note
from lib.store.disposal_overview import Extent
from lib.store.recalls import PatientRow
from lib.ui import (
    addresses,
    clock,
    formats,
    navigation,
    notices,
    paging,
    session,
    text,
)
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Fact, Facts, Value
from lib.ui.disposal import leaving_out, states
from lib.ui.keys import Keys

LEAVE_OUT, RECORD = "leave-out", "record"
NO_RECORDS = "No record is left in this case."


def asked(actor: Actor) -> Opened:
    """Return the case that the address names; the script stops where there is none."""
    case_id = addresses.case_id()
    if case_id is None:
        not_found(cases.NO_CASE)
    try:
        page = paging.page_number(Keys.DISPOSAL_ITEMS)
        return cases.open_case(session.clinic(), actor, case_id, page)
    except NotFoundError as error:
        not_found(error.message)


def not_found(message: str) -> NoReturn:
    """Say that there is no such case, and where the cases are."""
    st.title("Not found", anchor=False)
    st.write(text.plain(message))
    to_list()
    st.stop()


def to_list() -> None:
    """Draw the way to all disposals."""
    st.page_link(navigation.DISPOSALS.path, label="All disposals", icon=":material/arrow_back:")


def draw_head(actor: Actor, case: Case) -> None:
    """Draw the case's number, how far it is, and what was said of it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(f"Case {case.number}", anchor=False)
        states.draw(states.of_case(actor, case))
        to_list()
    notices.say_now()


def draw_facts(actor: Actor, case: Case) -> None:
    """Draw who proposed the case, what it would take, and who decided it, with their words."""
    facts = [
        _fact("Records", *_records(case)),
        _fact("Method", *_method(case)),
        _fact("Proposed", _who(formats.moment(case.proposed_at), case.proposer), case.note or ""),
    ]
    if case.state is CaseState.PROPOSED:
        held = overview.extent(session.clinic(), actor, case.case_id)
        facts.append(_fact("Would go", _extent(held), _marked(held)))
    if case.decided_at is not None:
        word = "Sent back" if case.state is CaseState.SENT_BACK else "Approved"
        said = _who(formats.moment(case.decided_at), case.decider)
        facts.append(_fact(word, said, case.decision_note or ""))
    if case.erased_at is not None:
        facts.append(_fact("Erased", formats.moment(case.erased_at)))
    if case.finished_at is not None:
        facts.append(_fact("Finished", formats.moment(case.finished_at)))
    blocks.draw([Facts("", tuple(facts))], key="disposal_facts")


def draw_items(actor: Actor, opened: Opened) -> None:
    """Draw a page of the case's records, by number."""
    case = opened.case
    may = case.state is CaseState.PROPOSED and can(actor, Permission.PROPOSE_DISPOSAL)
    entries = tuple(_entry(line, case, may_leave_out=may) for line in opened.lines)
    every = case.records + case.skipped
    title, count = "Records", formats.figure(every)
    said = blocks.draw([Entries(title, entries, NO_RECORDS, count)], key="disposal_records")
    paging.draw(Keys.DISPOSAL_ITEMS, every, cases.PAGE, ("Lower numbers", "Higher numbers"))
    _act(opened, said)


def draw_notes(opened: Opened) -> None:
    """Draw what was done with the case and by whom, the first first: its note writes itself."""
    entries = tuple(_noted(one) for one in opened.notes)
    if entries:
        blocks.draw([Entries("Case note", entries)], key="disposal_notes")


def _noted(note: Note) -> Entry:
    day, time = formats.moment(note.noted_at).split()
    by = note.by or "The software"
    return Entry(day, note.words, aside=f"{by}, {time}")


def _fact(label: str, said: str, note: str = "") -> Fact:
    return Fact(label, (Value(said, note),))


def _who(when: str, name: str | None) -> str:
    return f"{when} by {name}" if name else when


def _records(case: Case) -> tuple[str, str]:
    left_out = f"{formats.figure(case.skipped)} left out" if case.skipped else ""
    return formats.figure(case.records), left_out


def _method(case: Case) -> tuple[str, str]:
    explained = {
        Method.ERASE: "Everything goes but what the law keeps.",
        Method.ANONYMISE: "Everything goes; the patient is counted in a few narrow tables.",
    }
    return states.METHODS[case.method], explained[case.method]


def _extent(held: Extent) -> str:
    treatments = formats.counted(held.treatments, "treatment")
    return f"{treatments}, {formats.counted(held.pictures, 'picture')}"


def _marked(held: Extent) -> str:
    minors = formats.counted(held.minors, "record of somebody", "records of people")
    said = [f"{minors} treated under 18"] if held.minors else []
    if held.partials:
        partials = formats.counted(held.partials, "record keeps", "records keep")
        said.append(f"{partials} the vital subset")
    return "; ".join(said)


def _entry(line: Line, case: Case, *, may_leave_out: bool) -> Entry:
    item = line.item
    marks = [states.ITEMS[item.state]] if case.state is not CaseState.PROPOSED else []
    if item.state is ItemState.SKIPPED and case.state is CaseState.PROPOSED:
        marks.append(states.ITEMS[ItemState.SKIPPED])
    marks += [states.MINOR] if item.is_minor else []
    marks += [states.PARTIAL] if item.is_partial else []
    because = f"Left out: {item.skipped_because}." if item.skipped_because else ""
    acts = [Act("Open the record", "person", f"{RECORD}:{item.item_id}")] if line.patient else []
    if may_leave_out and item.state is ItemState.PROPOSED:
        acts.append(Act("Leave out", "remove_circle", f"{LEAVE_OUT}:{item.item_id}"))
    return Entry(
        when=item.number,
        title=_title(line),
        aside=line.patient.reference if line.patient else "",
        marks=tuple(marks),
        lines=tuple(filter(None, (_known(line.patient), item.basis, because))),
        acts=tuple(acts),
    )


def _title(line: Line) -> str:
    one = line.patient
    if one is not None:
        return formats.name(one.family_name, one.given_names, one.title)
    until = line.item.retain_until
    return f"Kept until {formats.day(until)}" if until else "No dated event"


def _known(one: PatientRow | None) -> str:
    if one is None:
        return ""
    born = formats.born(one.born_on, clock.today(), one.deceased_on)
    return f"Born {born} · {formats.sex(one.sex)}"


def _act(opened: Opened, said: str | None) -> None:
    word, _, key = (said or "").partition(":")
    line = next((one for one in opened.lines if str(one.item.item_id) == key), None)
    if line is None:
        return
    if word == RECORD and line.item.patient_id is not None:
        query = {addresses.PATIENT: str(line.item.patient_id)}
        st.switch_page(navigation.RECORD.path, query_params=query)
    elif word == LEAVE_OUT:
        leaving_out.ask(line.item.item_id, line.item.number)


def go_to(case_id: UUID) -> None:
    """Go to a case."""
    st.switch_page(navigation.DISPOSAL.path, query_params={addresses.CASE: str(case_id)})
