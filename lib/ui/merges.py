"""Merged records on the screen: the list, one merge with its undo, and what a record says of it."""

from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.errors import ClinicError, GroundNeededError
from lib.services import merges, unmerging
from lib.services.unmerging import Said
from lib.store.merges import Merge
from lib.ui import addresses, clock, formats, merge, navigation, restricted, session, text
from lib.ui.components import banner, blocks
from lib.ui.components.blocks import (
    Cell,
    Column,
    Fact,
    Facts,
    Link,
    Mark,
    Notice,
    Notices,
    Table,
    Tone,
    Value,
)
from lib.ui.components.blocks import Said as Written
from lib.ui.keys import Keys

MERGE = "merge"
COLUMNS = (
    Column("Merged", is_short=True),
    Column("Record that stayed", is_short=True),
    Column("Record merged into it", is_short=True),
    Column("Why"),
    Column("State", is_short=True),
    Column("", is_short=True),
)
STANDS = Mark("Merged", "merge", Tone.INFO)
UNDONE = Mark("Undone", "undo", Tone.PLAIN)
NONE_YET = (
    "No records have been merged. Two records of one person are merged from the list of "
    "duplicates, or from a record with “This is a duplicate of …”."
)


def asked() -> UUID | None:
    """Return the merge that the address names, or None when it names none."""
    return addresses.patient_id_in(st.query_params.get(MERGE, ""))


def href(merge_id: UUID) -> str:
    """Return the address of one merge, where it can be undone."""
    return navigation.href(navigation.MERGES, {MERGE: str(merge_id)})


def table(found: list[Merge]) -> Table:
    """Return merges as a table, by reference only: names are in the records."""
    rows = tuple(_row(one) for one in found)
    return Table("", COLUMNS, rows, caption="Merged records, the newest first", empty=NONE_YET)


def _row(one: Merge) -> tuple[Cell, ...]:
    is_undone = one.undone_at is not None
    by = f"by {one.merged_by}" if one.merged_by else ""
    undone = f"undone {formats.moment(one.undone_at)}" if is_undone else ""
    return (
        Written(formats.moment(one.merged_at), by),
        Link(one.survivor_reference, navigation.record_href(one.survivor_id)),
        one.absorbed_reference,
        Written(one.reason, undone),
        UNDONE if is_undone else STANDS,
        Link("Look" if is_undone else "Undo this merge", href(one.merge_id)),
    )


def draw_one(actor: Actor, one: Merge) -> None:
    """Draw one merge: what is known of it, and how it is undone or why that cannot be."""
    blocks.draw([facts(one)], key="merge_facts")
    if one.undone_at is not None:
        _draw_undone(one)
        return
    because = unmerging.refusal(session.clinic(), actor, one.merge_id)
    if because is not None:
        notice = Notice("This merge cannot be undone now", (because,), "block", Tone.WARN)
        blocks.draw([Notices("", (notice,))], key="merge_refusal")
        return
    _draw_undo(actor, one)


def facts(one: Merge) -> Facts:
    """Return when, by whom and why two records were merged, and whether that was undone."""
    said = [
        Fact("Merged", (Value(formats.moment(one.merged_at), _by(one.merged_by)),)),
        Fact("Why", (Value(one.reason),)),
    ]
    if one.undone_at is not None:
        undone = Value(formats.moment(one.undone_at), _by(one.undone_by), (UNDONE,))
        said += [Fact("Undone", (undone,)), Fact("Why undone", (Value(one.undo_reason or ""),))]
    return Facts("", tuple(said))


def _by(name: str | None) -> str:
    return f"by {name}" if name else ""


def _draw_undo(actor: Actor, one: Merge) -> None:
    named = merge.grounds(one.survivor_id)
    as_of = clock.today()
    try:
        (opened,) = merge.open_records(actor, (one.survivor_id, None), named, as_of)
    except ClinicError as error:
        st.error(text.plain(error.message), icon=":material/error:")
        return
    banner.draw(opened, as_of, "merge_survivor")
    st.write(
        f"Undoing makes two records of this one again. What came from {one.absorbed_reference} "
        "goes back, with every change made to it since. What was added since stays here."
    )
    with st.form("undo_merge", border=False):
        reason = st.text_input(
            "Why is it undone? (optional)", max_chars=merge.LONGEST_REASON, width=merge.WIDTH
        )
        if st.form_submit_button("Undo this merge", type="primary", icon=":material/undo:"):
            _undo(actor, one, Said(reason, named))


def _undo(actor: Actor, one: Merge, said: Said) -> None:
    try:
        done = unmerging.undo(session.clinic(), actor, one.merge_id, now=clock.now(), said=said)
    except GroundNeededError:
        restricted.ask(one.survivor_id)
        return
    except ClinicError as error:
        st.error(text.plain(error.message), icon=":material/error:")
        return
    st.session_state[Keys.MERGES_KEPT] = (one.merge_id, done.kept)
    st.rerun()


def _draw_undone(one: Merge) -> None:
    just = st.session_state.get(Keys.MERGES_KEPT)
    if just and just[0] == one.merge_id:
        kept = ", ".join(_kept(*each) for each in just[1])
        lines = (f"Changed since the merge, and therefore left as it is: {kept}.",) if kept else ()
        title = "The merge is undone: both records are there again"
        notice = Notice(title, lines, "check_circle", Tone.GOOD)
        blocks.draw([Notices("", (notice,))], key="merge_undone")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (Link(reference, navigation.record_href(patient_id)),)
        for reference, patient_id in (
            (one.survivor_reference, one.survivor_id),
            (one.absorbed_reference, one.absorbed_id),
        )
    )
    blocks.draw([Table("", (Column("The two records"),), rows)], key="merge_both")


def _kept(table_name: str, column: str) -> str:
    if table_name == "patient" and column in merge.LABELS:
        return merge.LABELS[column].lower()
    if table_name == "duplicate_pair":
        return "what was decided about duplicates"
    return merge.kind(table_name, 1).lower()


def draw_of_record(actor: Actor, patient_id: UUID) -> None:
    """Draw what was merged into a record, and the way to undo it; nothing where nothing was."""
    found = merges.of_patient(session.clinic(), actor, patient_id)
    standing = [one for one in found if one.undone_at is None]
    if standing:
        may_undo = access.can(actor, Permission.MERGE_RECORDS)
        blocks.draw([merged_into(standing, may_undo=may_undo)], key="record_merges")


def merged_into(found: list[Merge], *, may_undo: bool) -> Table:
    """Return the merges behind one record as a short table."""
    rows = tuple(
        (
            Written(one.absorbed_reference, one.reason),
            Written(formats.day(clock.local(one.merged_at).date()), _by(one.merged_by)),
            Link("Undo this merge", href(one.merge_id)) if may_undo else "",
        )
        for one in found
    )
    columns = (Column("Record"), Column("Merged", is_short=True), Column("", is_short=True))
    return Table("Merged into this record", columns, rows)


def draw_arrival(actor: Actor, patient_id: UUID) -> None:
    """Say that the record asked for was merged into this one, where somebody comes from it."""
    from_id = addresses.patient_id_in(st.query_params.get(addresses.MERGED, ""))
    if from_id is None:
        return
    for one in merges.of_patient(session.clinic(), actor, patient_id):
        if one.absorbed_id == from_id and one.undone_at is None:
            on = formats.day(clock.local(one.merged_at).date())
            title = f"{one.absorbed_reference} was merged into this record on {on}"
            notice = Notice(title, ("Everything of it is here.",), "merge", Tone.INFO)
            blocks.draw([Notices("", (notice,))], key="record_arrival")
            may_undo = access.can(actor, Permission.MERGE_RECORDS)
            if may_undo and st.button("Undo this merge", icon=":material/undo:"):
                st.switch_page(navigation.MERGES.path, query_params={MERGE: str(one.merge_id)})
            return
