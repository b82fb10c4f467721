"""The screen of back-ups: how things stand in one sentence, the list, and what can be done."""

from datetime import datetime
from pathlib import Path

import streamlit as st

from lib.domain import backups as rules
from lib.domain.access import Actor, Permission
from lib.domain.backups import BackupKind, BackupState
from lib.errors import ClinicError
from lib.services.backups import doing, mirror, places, rotating
from lib.services.backups.doing import Job, State
from lib.services.backups.listing import Alive, Listed, Overview
from lib.services.backups.mirror import Agreement
from lib.store.backups import BackupRow
from lib.ui import clock, formats, notices, session, text
from lib.ui.components import blocks
from lib.ui.components.blocks import Cell, Column, Mark, Said, Table, Tone
from lib.ui.consent.badges import COLOURS
from lib.ui.keys import Keys

POLL_SECONDS = 1
SHOWN = 60
# Below twice the last back-up's size, the next ones may not fit.
ROOM = 2
STATES = {
    BackupState.RUNNING: Mark("Being made", "progress_activity", Tone.INFO),
    BackupState.MADE: Mark("Made, not checked", "save", Tone.PLAIN),
    BackupState.CHECKED: Mark("Checked", "verified", Tone.GOOD),
    BackupState.FAILED: Mark("Failed", "error", Tone.ALERT),
    BackupState.REMOVED: Mark("Removed", "delete_history", Tone.PLAIN),
}
AWAY = Mark("Not there", "cloud_off", Tone.WARN)
OVERDUE = Mark("Past its day", "event_busy", Tone.WARN)
KINDS = {BackupKind.DEMAND: "On demand", BackupKind.NIGHTLY: "Nightly"}
COLUMNS = (
    Column("Begun", is_short=True),
    Column("State"),
    Column("Size", is_figure=True, is_short=True),
    Column("Checked", is_short=True),
    Column("Kept until", is_short=True),
)
NOTHING = (
    "No back-up has been made yet. The first one copies everything; later ones copy only what is "
    "new of photographs, video and evidence."
)
IS_SOUND = "It was restored into a scratch folder, and nothing was missing."
NOT_CHECKED = "It has not been checked by restoring it."


def draw_state(known: Overview) -> None:
    """Say in one sentence how old the last good back-up is, with what presses."""
    now = clock.now()
    badge, sentence = state_of(known, now)
    with st.container(horizontal=True, vertical_alignment="center", key="backups_state"):
        st.badge(badge.word, icon=f":material/{badge.icon}:", color=COLOURS[badge.tone])
        st.markdown(f"**{text.plain(sentence)}**")
    for said in troubles(known):
        st.warning(text.plain(said), icon=":material/warning:")


def state_of(known: Overview, now: datetime) -> tuple[Mark, str]:
    """Return the badge and the sentence that say how things stand."""
    last = known.last_good
    if last is None:
        return Mark("None yet", "backup", Tone.ALERT), "There is no good back-up."
    made = f"{formats.moment(last.started_at)}, {rules.ago(now - last.started_at)}"
    is_checked = last.state is BackupState.CHECKED
    sentence = f"The last good back-up is from {made}. {IS_SOUND if is_checked else NOT_CHECKED}"
    if known.is_overdue(now):
        return Mark("Overdue", "schedule", Tone.ALERT), sentence
    if not is_checked:
        return Mark("Not checked", "save", Tone.WARN), sentence
    return Mark("Sound", "verified", Tone.GOOD), sentence


def troubles(known: Overview) -> list[str]:
    """Return what somebody has to do something about, in words."""
    said = []
    newest = next((one.row for one in known.backups), None)
    if newest is not None and newest.state is BackupState.FAILED and newest.fault:
        said.append(f"The newest back-up failed. {newest.fault}")
    if not known.is_folder_there and known.backups:
        said.append(
            f"The folder of back-ups, {known.folder}, is not there. Plug its disk in, or name "
            "another folder in CLINIC_BACKUP_FOLDER and start the clinic again."
        )
    last = known.last_good
    if last is not None and known.is_folder_there and known.free < ROOM * (last.bytes or 0):
        said.append(
            f"Only {places.size_in_words(known.free)} are free where back-ups are kept; the last "
            f"one is {places.size_in_words(last.bytes or 0)}. Make room, or name another folder in "
            "CLINIC_BACKUP_FOLDER."
        )
    late = sum(one.is_overdue for one in known.backups)
    if late:
        said.append(
            f"{formats.counted(late, 'back-up')} past the last day could not be removed. Whoever "
            "was disposed of may still be in it: see that the folder can be written to."
        )
    return said


def state_of_job() -> tuple[Job | None, bool]:
    """Return what is under way or ended last, and whether it runs.

    Asked before the overview is read, so that whatever has ended is in the overview.
    """
    job = doing.current()
    return job, job is not None and job.state is State.RUNNING


def draw_making(actor: Actor, known: Overview, begun: tuple[Job | None, bool]) -> None:
    """Offer to back up now, or show how far it is."""
    job, is_running = begun
    if is_running:
        _watch()
        return
    if job is not None:
        _say_how_it_ended(job)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Back up now", icon=":material/backup:", type="primary"):
            _start(actor)
        st.caption(
            f"Into {text.plain(str(known.folder))}, where "
            f"{places.size_in_words(known.free)} are free. Every night at "
            f"{session.clinic().settings.backup_time:%H:%M} by itself."
        )


def _say_how_it_ended(job: Job) -> None:
    doing.dismiss()
    if job.problem:
        st.error(text.plain(job.problem), icon=":material/error:")
    elif job.is_check:
        notices.say_later("The back-up was checked and is sound.")
        notices.say_now()
    else:
        notices.say_later("The back-up was made and checked.")
        notices.say_now()


def _start(actor: Actor) -> None:
    try:
        doing.start(session.clinic(), actor, now=clock.now())
    except ClinicError as error:
        st.error(text.plain(error.message), icon=":material/error:")
    else:
        st.rerun()


@st.fragment(run_every=POLL_SECONDS)
def _watch() -> None:
    """Show how far it is, until it ends; it goes on if the page is left."""
    session.require(Permission.MANAGE_BACKUPS)
    job = doing.current()
    if job is None or job.state is not State.RUNNING:
        st.rerun()
    told = job.progress
    share = min(1.0, told.done / told.total) if told.total else 0.0
    count = (
        f" · {places.size_in_words(told.done)} of {places.size_in_words(told.total)}"
        if told.total
        else ""
    )
    st.progress(share, text=f"{told.stage}{count}")
    st.caption("You can leave this page and come back; it goes on.")


def draw_list(known: Overview) -> None:
    """Draw every back-up, the newest first."""
    if not known.backups:
        notices.empty("No back-ups yet", NOTHING, "backup")
        return
    rows = tuple(_row(one) for one in known.backups[:SHOWN])
    count = formats.counted(len(known.backups), "back-up")
    table = Table("Every back-up", COLUMNS, rows, caption="The newest first", count=count)
    blocks.draw([table], key=Keys.BACKUPS_TABLE)


def _row(one: Listed) -> tuple[Cell, ...]:
    row = one.row
    return (
        Said(formats.moment(row.started_at), KINDS[row.kind]),
        _state(one),
        places.size_in_words(row.bytes) if row.bytes is not None else formats.NONE,
        formats.moment(row.checked_at),
        formats.NONE if row.state is BackupState.FAILED else formats.day(row.ends_on),
    )


def _state(one: Listed) -> Cell:
    row = one.row
    if row.fault:
        return Said(STATES[row.state].word, row.fault)
    if one.is_overdue:
        return OVERDUE
    is_kept = row.state in {BackupState.MADE, BackupState.CHECKED}
    return AWAY if is_kept and not one.is_there else STATES[row.state]


def draw_former(known: Overview) -> None:
    """Draw what restores set aside, with the way to be rid of it before its day."""
    for one in known.former_homes:
        with st.container(border=True):
            st.markdown(":material/history: **The clinic as it was before a restore**")
            st.write(
                f"Set aside {formats.moment(one.begun_at)}, in {text.plain(str(one.place))}. What "
                "was done after the back-up is only there. It is removed like a back-up, after "
                f"{formats.day(one.ends_on)}."
            )
            st.button(
                "Remove it now",
                icon=":material/delete:",
                key=f"former_{one.begun_at:%Y%m%d%H%M%S}",
                on_click=_remove_former,
                args=(one,),
            )


def _remove_former(one: Alive) -> None:
    actor = session.require(Permission.MANAGE_BACKUPS)
    rotating.remove_former(session.clinic(), actor, one.place)
    notices.say_later("What the restore had set aside was removed.")


def draw_checking(actor: Actor, known: Overview) -> None:
    """Offer to check one of the back-ups again."""
    there = [one.row for one in known.backups if one.is_there]
    if not there:
        return
    st.subheader("Check one again", anchor=False)
    st.caption("Every file is read, and the store is restored into a scratch folder and opened.")
    row = st.selectbox(
        "Back-up", there, format_func=_name, key=Keys.BACKUPS_CHOSEN, label_visibility="collapsed"
    )
    if st.button("Check it", icon=":material/fact_check:", width="stretch") and row is not None:
        try:
            doing.start_check(session.clinic(), actor, row.backup_id, now=clock.now())
        except ClinicError as error:
            st.error(text.plain(error.message), icon=":material/error:")
        else:
            st.rerun()


def _name(row: BackupRow) -> str:
    return f"{formats.moment(row.started_at)} ({KINDS[row.kind].lower()})"


def draw_keys(actor: Actor) -> None:
    """Say what no back-up holds, and offer to compare the two folders of media keys."""
    st.subheader("Keys", anchor=False)
    st.write(
        "No back-up holds a key. The master key is the clinic's own to keep: put a copy of its "
        "file somewhere safe, away from this machine. Without it no back-up can be opened, by "
        "anybody. Keys of photographs are kept twice, in two folders."
    )
    if st.button("Compare the two folders", icon=":material/compare_arrows:", width="stretch"):
        st.session_state[Keys.BACKUPS_MIRROR] = mirror.compare(session.clinic(), actor)
    found = st.session_state.get(Keys.BACKUPS_MIRROR)
    if isinstance(found, Agreement):
        _say_whether_agreed(found)


def _say_whether_agreed(found: Agreement) -> None:
    if not found.is_agreed:
        st.error(
            f"They differ: {found.only_here:,} are missing in {text.plain(str(found.mirror))}, "
            f"{found.only_there:,} in {text.plain(str(found.folder))}, {found.different:,} are not "
            "the same. Stop and start the clinic to put that right.",
            icon=":material/error:",
        )
        return
    st.success(
        f"{formats.counted(found.keys, 'key')}, the same in both.", icon=":material/check_circle:"
    )
    if found.is_one_disk:
        st.caption(
            "Both lie on one disk. Set CLINIC_KEY_MIRROR to a folder on another, so that they are "
            "not lost together."
        )


def draw_restoring(known: Overview) -> None:
    """Say how a back-up is restored, which no screen can do."""
    st.subheader("Restoring", anchor=False)
    name = Path(known.last_good.place).name if known.last_good else "BACKUP"
    home = session.clinic().home
    st.write(
        "A back-up is restored at the console, with the clinic stopped. Records that were disposed "
        "of since then are disposed of again before anybody can sign in."
    )
    st.code(f"python -m lib restore {name} --home {home}", language=None, wrap_lines=True)
