"""The merge screen's parts: which two, whose values, what moves, and the one button."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.merges import Asks, Caution, Identity, Side
from lib.domain.restriction import Ground
from lib.errors import ClinicError, GroundNeededError, NotFoundError
from lib.services import merges, records, search
from lib.services.merges import Preview
from lib.services.merging import Wanted
from lib.services.records import Record
from lib.ui import addresses, clock, formats, lookup, navigation, restricted, session, text
from lib.ui.components import banner, blocks
from lib.ui.components import lookup as box
from lib.ui.components.blocks import Column, Notice, Notices, Table, Tone
from lib.ui.keys import Keys

OTHER = "other"
PAIR = "pair"
SHOWN = 8
LONGEST_REASON = 300
WIDTH = 640
LABELS = {
    "title": "Title",
    "given_names": "Given names",
    "family_name": "Family name",
    "preferred_name": "Preferred name",
    "sex": "Gender",
    "born_on": "Born",
    "deceased_on": "Died",
    "registered_on": "Registered",
    "note": "Note",
}
# What a table holds, one and many; a table that is not here is named as it is.
KINDS = {
    "patient_external_id": ("Number in other software", "Numbers in other software"),
    "patient_name": ("Former or other name", "Former and other names"),
    "patient_phone": ("Phone number", "Phone numbers"),
    "patient_email": ("Email address", "Email addresses"),
    "patient_address": ("Address", "Addresses"),
    "reasonable_adjustment": ("Reasonable adjustment", "Reasonable adjustments"),
    "restriction": ("Restriction", "Restrictions"),
    "contact_preference": ("Answer about messages", "Answers about messages"),
    "draft": ("Unsaved form", "Unsaved forms"),
    "history_entry": ("Entry of the medical history", "Entries of the medical history"),
    "history_review": ("Review of the history", "Reviews of the history"),
    "treatment": ("Treatment", "Treatments, earlier versions included"),
    "treatment_item": ("Product used", "Products used"),
    "treatment_point": ("Point on a chart", "Points on charts"),
    "treatment_warning": ("Warning at a treatment", "Warnings at treatments"),
    "treatment_external_id": ("Number of a treatment", "Numbers of treatments"),
    "adverse_event": ("Adverse event", "Adverse events"),
    "consultation": ("Consultation", "Consultations"),
    "appointment": ("Appointment", "Appointments"),
    "recall_contact": ("Contact in a recall", "Contacts in recalls"),
    "import_review": ("Imported row to review", "Imported rows to review"),
}
# The software's own notes, which say nothing to a person.
UNSAID = {"recent_record", "import_row", "item_without_lot"}
TONES = {
    Asks.REASON: ("error", Tone.ALERT),
    Asks.CONFIRMATION: ("warning", Tone.WARN),
    Asks.NOTHING: ("info", Tone.INFO),
}


def asked(actor: Actor) -> tuple[UUID, UUID | None]:
    """Return the surviving record that the address names, and the other one if it does.

    Raises `NotFoundError` where it names nothing that there is.
    """
    pair_id = addresses.patient_id_in(st.query_params.get(PAIR, ""))
    survivor_id = addresses.patient_id()
    other_id = addresses.patient_id_in(st.query_params.get(OTHER, ""))
    if survivor_id is not None:
        return survivor_id, other_id
    if pair_id is None:
        raise NotFoundError(records.NO_RECORD)
    return merges.pair_of(session.clinic(), actor, pair_id)


def grounds(*patient_ids: UUID | None) -> dict[UUID, Ground]:
    """Return the grounds that were named for these records, kept while both are looked at."""
    kept: dict[UUID, Ground] = st.session_state.get(Keys.MERGE_GROUNDS, {})
    wanted = [one for one in patient_ids if one is not None]
    named = {one: restricted.ground_for(one) or kept.get(one) for one in wanted}
    found = {one: ground for one, ground in named.items() if ground is not None}
    st.session_state[Keys.MERGE_GROUNDS] = found
    return found


def open_records(
    actor: Actor,
    patient_ids: tuple[UUID, UUID | None],
    named: dict[UUID, Ground],
    as_of: date,
) -> list[Record]:
    """Return the records, each in the trail; a restricted one without a ground is asked for it."""
    opened = []
    for patient_id in patient_ids:
        if patient_id is None:
            continue
        try:
            record = records.open_record(
                session.clinic(), actor, patient_id, as_of=as_of, ground=named.get(patient_id)
            )
        except GroundNeededError:
            restricted.ask(patient_id)
            st.stop()
        opened.append(record)
    return opened


def refused(error: ClinicError) -> None:
    """Say why there is nothing to merge here, and where to go."""
    st.title("These records cannot be merged", anchor=False)
    st.error(text.plain(error.message), icon=":material/error:")
    st.page_link(navigation.MERGES.path, label="Merged records", icon=":material/merge:")
    st.page_link(navigation.LOOKUP.path, label="Find a patient", icon=":material/search:")


def find_other(opened: list[Record], as_of: date) -> None:
    """Ask which record this one is a duplicate of."""
    (one,) = opened
    banner.draw(one, as_of)
    st.title("This is a duplicate of …", anchor=False)
    st.write(
        "Find the other record of the same person. Nothing is changed yet: you see both side by "
        "side first, and can choose which one stays."
    )
    _find(one.patient.patient_id)


@st.fragment
def _find(patient_id: UUID) -> None:
    actor = session.require(Permission.MERGE_RECORDS)
    wanted = box.asked(Keys.MERGE_BOX)
    chosen = addresses.patient_id_in(wanted.opened or "")
    if chosen is not None:
        go(chosen, patient_id)
    if not session.clinic().search.is_ready:
        lookup.warm_up()
        return
    try:
        found = search.search(session.clinic(), actor, wanted.text, limit=SHOWN + 1)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
        return
    hits = [hit for hit in found.results if hit.patient_id != patient_id][:SHOWN]
    rows = [lookup.row_of(hit, clock.today()) for hit in hits]
    label = formats.counted(len(hits), "patient") if wanted.text.strip() else "Opened recently"
    message = () if hits else lookup.NOBODY if wanted.text.strip() else lookup.HOW_TO_BEGIN
    box.draw(wanted.text, label if hits else "", rows, message, Keys.MERGE_BOX)


def go(survivor_id: UUID, absorbed_id: UUID) -> None:
    """Show the merge of the second record into the first."""
    query = {addresses.PATIENT: str(survivor_id), OTHER: str(absorbed_id)}
    st.switch_page(navigation.MERGE.path, query_params=query)


def draw_pair(opened: list[Record], as_of: date) -> None:
    """Draw whose the two records are, the one that stays first, and a way to swap them."""
    survivor, absorbed = opened
    st.subheader("This record stays", anchor=False)
    banner.draw(survivor, as_of, "merge_survivor")
    st.subheader("This one is merged into it", anchor=False)
    banner.draw(absorbed, as_of, "merge_absorbed")
    if st.button("Let the other record stay instead", icon=":material/swap_vert:"):
        go(absorbed.patient.patient_id, survivor.patient.patient_id)


def draw_form(actor: Actor, found: Preview, named: dict[UUID, Ground]) -> None:
    """Draw what to look at first, what is chosen and what moves, and merge when told to."""
    cautions = cautions_of(found)
    if cautions.notices:
        blocks.draw([cautions], key="merge_cautions")
    pair = found.survivor.patient_id, found.absorbed.patient_id
    with st.form("merge_form", border=False):
        values, moves = st.columns([0.56, 0.44], gap="large")
        with values:
            choices = _choices(found)
        with moves:
            blocks.draw([moving(found)], key="merge_moving")
        reason, is_confirmed = _said(found.cautions)
        if st.form_submit_button("Merge these records", type="primary", icon=":material/merge:"):
            wanted = Wanted(_minted(pair), *pair, choices, reason, is_confirmed, named)
            _attempt(lambda: _merge(actor, wanted))


def _choices(found: Preview) -> dict[str, Side]:
    st.subheader("What the record will say", anchor=False)
    if not found.usual:
        st.write("Both say the same, so there is nothing to choose.")
    return {column: _choose(found, column, usual) for column, usual in found.usual.items()}


def _choose(found: Preview, column: str, usual: Side) -> Side:
    sides = [Side.SURVIVOR, Side.ABSORBED, *([Side.BOTH] if column == "note" else [])]
    said = {
        Side.SURVIVOR: _value(found.survivor, column),
        Side.ABSORBED: _value(found.absorbed, column),
        Side.BOTH: "Both, one under the other",
    }
    pair = f"{found.survivor.patient_id}-{found.absorbed.patient_id}"
    return st.radio(
        LABELS[column],
        sides,
        index=sides.index(usual),
        format_func=lambda side: text.plain(said[side]),
        captions=[f"from {found.survivor.reference}", f"from {found.absorbed.reference}", ""][
            : len(sides)
        ],
        horizontal=True,
        key=f"{Keys.MERGE_FIELD}-{pair}-{column}",
    )


def _value(one: Identity, column: str) -> str:
    value = getattr(one, column)
    if column == "sex":
        return formats.sex(value)
    if isinstance(value, date):
        return formats.day(value)
    return value or "Nothing recorded"


def _said(cautions: tuple[Caution, ...]) -> tuple[str, bool]:
    """Ask for the reason, and for the tick where something asks for it."""
    asks = {one.asks for one in cautions}
    needed = "needed, because the records disagree" if Asks.REASON in asks else "optional"
    reason = st.text_input(
        f"Why are these one person? ({needed})", max_chars=LONGEST_REASON, width=WIDTH
    )
    if Asks.CONFIRMATION not in asks:
        return reason, True
    return reason, st.checkbox("I have looked at the warnings above")


def _minted(pair: tuple[UUID, UUID]) -> UUID:
    """Return the merge's id: one while this pair is looked at, so that a double click is one."""
    minted = st.session_state.get(Keys.MERGE_MINTED)
    if minted is None or minted[0] != pair:
        minted = pair, uuid7s.uuid7()
        st.session_state[Keys.MERGE_MINTED] = minted
    return minted[1]


def _attempt(act: Callable[[], None]) -> None:
    try:
        act()
    except ClinicError as error:
        st.error(text.plain(error.message), icon=":material/error:")


def _merge(actor: Actor, wanted: Wanted) -> None:
    now, as_of = clock.now(), clock.today()
    done = merges.merge(session.clinic(), actor, wanted, now=now, as_of=as_of)
    st.session_state.pop(Keys.MERGE_MINTED, None)
    if done.survivor_id in wanted.grounds or done.absorbed_id in wanted.grounds:
        # A ground that opened either record before the merge opens the merged one now.
        ground = next(iter(wanted.grounds.values()))
        st.session_state[Keys.RECORD_GROUND] = (done.survivor_id, ground)
    addresses.go_to_survivor(done.absorbed_id, done.survivor_id)


def cautions_of(found: Preview) -> Notices:
    """Return what speaks against the merge, or follows from it, the gravest first."""
    notices = []
    for one in found.cautions:
        lines = (one.advice,) if one.advice else ()
        notices.append(Notice(one.sentence, lines, *TONES[one.asks]))
    if found.is_restricted:
        line = "A restriction moves too: the merged record may only be stored, until it is lifted."
        notices.append(Notice("One of the records is restricted", (line,), "lock", Tone.ALERT))
    return Notices("", tuple(notices))


def moving(found: Preview) -> Table:
    """Return what will move, by kind, in words, beside what is there already."""
    rows = tuple(
        (kind(one.table, one.count), formats.figure(one.count), formats.figure(one.there))
        for one in found.moving
        if one.table not in UNSAID
    )
    columns = (
        Column("Kind"),
        Column(f"From {found.absorbed.reference}", is_figure=True, is_short=True),
        Column("There already", is_figure=True, is_short=True),
    )
    return Table(
        "What moves to the record that stays",
        columns,
        rows,
        caption="All of it can be moved back: a merge can be undone.",
        empty="Nothing hangs on the record that is merged. Its names and reference stay known.",
    )


def kind(table: str, count: int) -> str:
    """Return what a table holds, in words."""
    one, many = KINDS.get(table, (formats.words(table), formats.words(table)))
    return one if count == 1 else many
