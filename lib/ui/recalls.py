"""Recalls on the screen: beginning one, and working through everybody who is to be told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.restriction import Ground
from lib.errors import ClinicError
from lib.services import downloads, recalls
from lib.services.recall_lines import Line, use_words
from lib.services.recalls import NewRecall, Page
from lib.store.recalls import Recall
from lib.store.stock import LotRow
from lib.ui import (
    clock,
    fields,
    formats,
    navigation,
    notices,
    printing,
    restricted,
    session,
    text,
)
from lib.ui.components import blocks
from lib.ui.components.blocks import (
    Act,
    Column,
    Entries,
    Entry,
    Link,
    Mark,
    Notice,
    Said,
    Table,
    Tone,
)
from lib.ui.keys import Keys

COLUMNS = (
    Column("What is recalled"),
    Column("Why"),
    Column("Opened", is_short=True),
    Column("State", is_short=True),
)
NO_RECALLS = "Nothing has been recalled. Begin a recall from a lot on the Stock screen, or here."
NOBODY = "Nobody was treated with it, as far as it is recorded."
DONE, UNDO, OPEN = "done", "undo", "open"
MARK_DONE = Mark("Contacted", "check", Tone.GOOD)
MARK_WAITING = Mark("Not contacted yet", "radio_button_unchecked", Tone.WARN)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be recalled: a product, or one lot of it."""

    product_id: UUID
    product_name: str
    lot: LotRow | None = None


def what(recall: Recall) -> str:
    """Return what is recalled, in words."""
    lot = f", lot {recall.lot_number}" if recall.lot_number else ", every lot"
    return f"{recall.product_name}{lot}"


def draw_list(actor: Actor) -> None:
    """Draw every recall, the open ones first."""
    known = recalls.list_recalls(session.clinic(), actor)
    rows = tuple(
        (
            Link(what(one), navigation.href(navigation.RECALL, {"id": str(one.recall_id)})),
            one.reason,
            Said(formats.moment(one.opened_at), one.opened_by or ""),
            _state(one),
        )
        for one in known
    )
    still = sum(one.closed_at is None for one in known)
    caption = f"{still:,} open, {len(known) - still:,} closed; the open ones first"
    blocks.draw([Table("", COLUMNS, rows, caption=caption, empty=NO_RECALLS)], key="recalls")


def _state(one: Recall) -> Mark:
    if one.closed_at is None:
        return Mark("Open", "campaign", Tone.ALERT)
    return Mark(f"Closed {formats.day(clock.local(one.closed_at).date())}", "check", Tone.PLAIN)


def draw_beginning(actor: Actor) -> None:
    """Let a recall of a product or one of its lots be begun."""
    known = {one.product_id: one.name for one in recalls.products(session.clinic(), actor)}
    with st.expander("Begin a recall", icon=":material/campaign:"):
        product_id = st.selectbox(
            "Product to recall", list(known), index=None, format_func=lambda one: known[one]
        )
        lots = recalls.lots(session.clinic(), actor, product_id) if product_id else []
        lot = st.selectbox(
            "Lot",
            [None, *lots],
            format_func=lambda one: f"Lot {one.lot_number}" if one else "Every lot",
            disabled=product_id is None,
        )
        if st.button("Begin the recall", disabled=product_id is None) and product_id:
            begin(actor, Subject(product_id, known[product_id], lot))


@st.dialog("Begin a recall")
def begin(actor: Actor, subject: Subject) -> None:
    """Ask why, and open the recall."""
    actor = session.require(Permission.RUN_RECALL)
    lot = subject.lot
    said = f"lot {lot.lot_number}" if lot else "every lot"
    st.write(
        f"{text.plain(subject.product_name)}, {text.plain(said)}. You get the list of everybody it "
        "was given to, with doses, days and how to reach them."
    )
    reason = st.text_input("Why it is recalled", placeholder="Field safety notice 2026/014")
    is_withdrawn = lot is not None and st.checkbox("Take the lot out of use as well", value=True)
    if st.button("Open the recall", type="primary", icon=":material/campaign:"):
        wanted = NewRecall(
            _minted(subject), subject.product_id, lot.lot_id if lot else None, reason, is_withdrawn
        )
        try:
            opened = recalls.open_recall(
                session.clinic(), actor, wanted, now=clock.now(), as_of=clock.today()
            )
        except ClinicError as error:
            fields.problem(error.message)
            return
        st.session_state.pop(Keys.RECALL_NEW, None)
        query = {"id": str(opened.recall_id)}
        st.switch_page(navigation.RECALL.path, query_params=query)


def _minted(subject: Subject) -> UUID:
    """Return the id that this recall would have: a double click opens one."""
    key = (subject.product_id, subject.lot.lot_id if subject.lot else None)
    kept = st.session_state.get(Keys.RECALL_NEW)
    if kept is None or kept[0] != key:
        kept = st.session_state[Keys.RECALL_NEW] = (key, uuid7s.uuid7())
    return UUID(str(kept[1]))


def draw_head(actor: Actor, page: Page) -> None:
    """Draw what is recalled, how far it is, and what can be done with the whole list."""
    recall = page.recall
    st.title(text.plain(what(recall)), anchor=False)
    notices.say_now()
    by = f" by {recall.opened_by}" if recall.opened_by else ""
    st.caption(text.plain(f"{recall.reason}. Opened {formats.moment(recall.opened_at)}{by}."))
    if page.patients:
        left = page.patients - page.contacted
        st.progress(
            page.contacted / page.patients,
            f"{formats.figure(page.contacted)} of {formats.counted(page.patients, 'patient')} "
            f"contacted, {formats.figure(left)} to go",
        )
    with st.container(horizontal=True, key="recall_head"):
        if st.button("Make a list to download", icon=":material/table_view:"):
            file = recalls.export(session.clinic(), actor, recall.recall_id)
            address = downloads.offer(actor, str(recall.recall_id), file, now=clock.now())
            st.link_button("Download the list (CSV)", address, icon=":material/download:")
        printing.recall_links(recall.recall_id)
        _close_or_reopen(actor, recall)


def _close_or_reopen(actor: Actor, recall: Recall) -> None:
    if recall.closed_at is None:
        if st.button("Close this recall", icon=":material/check:"):
            recalls.close(session.clinic(), actor, recall.recall_id, now=clock.now())
            notices.say_later("The recall is closed. It can be opened again.")
            st.rerun()
    elif st.button("Open it again", icon=":material/undo:"):
        recalls.reopen(session.clinic(), actor, recall.recall_id)
        st.rerun()


def draw_patients(actor: Actor, page: Page) -> None:
    """Draw a page of patients, those to be contacted first, each with what can be done."""
    is_open = page.recall.closed_at is None
    entries = tuple(_entry(line, clock.now(), is_open=is_open) for line in page.lines)
    title = "Everybody it was given to" if entries else ""
    chosen = blocks.draw(
        [Entries(title, entries, NOBODY, formats.figure(page.patients))], key="recall_patients"
    )
    if chosen is None:
        return
    word, _, key = chosen.partition(":")
    line = next((one for one in page.lines if str(one.patient.patient_id) == key), None)
    if line is None:
        return
    if word == OPEN:
        navigation.follow(navigation.record_href(line.patient.patient_id))
    elif word == UNDO and not line.patient.is_restricted:
        _note(actor, page.recall.recall_id, _Said(line.patient.patient_id, is_done=False))
    elif word in {UNDO, DONE}:
        _ask(page.recall, line, is_done=word == DONE)


def _entry(line: Line, now: datetime, *, is_open: bool) -> Entry:
    patient, told = line.patient, line.contact
    is_done = told is not None and told.is_done
    acts = [Act("Open the record", "person", f"{OPEN}:{patient.patient_id}")]
    if is_open and is_done:
        acts.append(Act("Not contacted after all", "undo", f"{UNDO}:{patient.patient_id}"))
    elif is_open:
        acts.insert(0, Act("Contacted", "check", f"{DONE}:{patient.patient_id}"))
    when = formats.day(line.uses[0].treated_on) if line.uses else ""
    noted = f"{formats.moment(told.recorded_at)} by {told.recorded_by or 'console'}" if told else ""
    return Entry(
        when=when,
        title=_name(line),
        marks=(MARK_DONE if is_done else MARK_WAITING, *_marks(line)),
        lines=tuple(filter(None, (_known(line, now), *map(use_words, line.uses)))),
        said=" ".join(filter(None, (noted, told.note or ""))) if told else "",
        notices=_events(line),
        acts=tuple(acts),
    )


def _name(line: Line) -> str:
    patient = line.patient
    if patient.is_restricted:
        return patient.reference
    return formats.name(patient.family_name, patient.given_names, patient.title)


def _known(line: Line, now: datetime) -> str:
    patient = line.patient
    if patient.is_restricted:
        return "This record is restricted: open it on a ground to see how to reach the patient."
    born = formats.born(patient.born_on, clock.local(now).date(), patient.deceased_on)
    phone = formats.phone(patient.phone) if patient.phone else "no phone"
    reached = f"{phone}, {patient.email or 'no email'}"
    return f"Born {born} · {formats.sex(patient.sex)} · {patient.reference} · {reached}"


def _marks(line: Line) -> tuple[Mark, ...]:
    found = []
    if line.patient.is_restricted:
        found.append(Mark("Restricted", "lock", Tone.ALERT))
    if line.patient.deceased_on:
        found.append(Mark(f"Deceased {formats.day(line.patient.deceased_on)}", "deceased"))
    return tuple(found)


def _events(line: Line) -> tuple[Notice, ...]:
    if not line.adverse_events:
        return ()
    title = f"{formats.counted(line.adverse_events, 'adverse event')} recorded with it"
    return (Notice(title, (), "emergency_home", Tone.ALERT),)


@dataclass(frozen=True, slots=True)
class _Said:
    """What somebody says of a patient's contact."""

    patient_id: UUID
    is_done: bool
    note: str = ""
    ground: Ground | None = None


@st.dialog("Note a contact")
def _ask(recall: Recall, line: Line, *, is_done: bool) -> None:
    actor = session.require(Permission.RUN_RECALL)
    patient = line.patient
    st.markdown(f"**{text.plain(_name(line))}**")
    st.caption(text.plain(_known(line, clock.now())))
    ground = restricted.choose("Ground for using this record") if patient.is_restricted else None
    note = st.text_input("Note (optional)", placeholder="Spoke on the phone; will come on Friday")
    label, shape = ("Note as contacted", "check") if is_done else ("Note as not contacted", "undo")
    if st.button(label, type="primary", icon=f":material/{shape}:"):
        _note(actor, recall.recall_id, _Said(patient.patient_id, is_done, note, ground))


def _note(actor: Actor, recall_id: UUID, said: _Said) -> None:
    wanted = recalls.new_note(
        recall_id, said.patient_id, is_done=said.is_done, note=said.note, ground=said.ground
    )
    try:
        recalls.note_contact(session.clinic(), actor, wanted, now=clock.now())
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        st.rerun()
