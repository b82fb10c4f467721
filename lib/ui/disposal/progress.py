"""How far a disposal is: its steps, while they run and afterwards; the page may be left."""

from collections.abc import Callable, Mapping
from typing import Final, Literal
from uuid import UUID

import streamlit as st

from lib.domain.access import Permission, can
from lib.domain.disposal import CaseState
from lib.errors import ClinicError
from lib.services.disposal import cases
from lib.services.disposal.cases import Progress
from lib.store.disposal_cases import Case
from lib.ui import clock, formats, notices, session
from lib.ui.components import blocks, steps
from lib.ui.components.blocks import Notice, Notices, Tone
from lib.ui.components.steps import Stage, Step
from lib.ui.disposal import deciding

POLL_SECONDS = 2
# The states a case goes through, and what each does.
STEPS: Final[Mapping[CaseState, tuple[str, str]]] = {
    CaseState.APPROVED: ("Approved", "By a second person"),
    CaseState.ERASING: ("Erase", "Rows, pictures and their keys, files"),
    CaseState.REWRITING: ("Rewrite the store", "So that no deleted byte stays"),
    CaseState.PROVING: ("Prove it", "A search of everything that is left"),
    CaseState.DONE: ("Certificate", "Numbered, hashed and signed"),
}
ORDER: Final = tuple(STEPS)
LEAVE = "You can leave this page and come back: it goes on, after a restart of the server too."
STOPPED = (
    "It stops after the records that were at hand. What is gone is gone; the rest is untouched."
)
NEEDS_SOMEBODY = "It cannot go on by itself"


def draw(case: Case) -> None:
    """Draw the steps of a case that was approved; while it runs they are looked up again."""
    if case.state is CaseState.DONE:
        done = Progress(case.state, case.disposed, case.disposed, is_stopped=False, fault=None)
        _draw_steps(case, done)
        return
    watch(case)


@st.fragment(run_every=POLL_SECONDS)
def watch(case: Case) -> None:
    """Show how far a case is, until it is at another step; then the whole page is drawn anew."""
    actor = session.require(Permission.VIEW_DISPOSALS)
    told = cases.progress(session.clinic(), actor, case.case_id)
    drawn = (case.state, case.stopped_at is not None, case.fault)
    if (told.state, told.is_stopped, told.fault) != drawn:
        st.rerun()
    _draw_steps(case, told)
    if told.fault:
        notice = Notice(NEEDS_SOMEBODY, (told.fault,), "error", Tone.ALERT)
        blocks.draw([Notices("", (notice,))], key="disposal_fault")
    with st.container(horizontal=True, vertical_alignment="center"):
        if can(actor, Permission.APPROVE_DISPOSAL):
            _draw_ways(case.case_id, told)
        st.caption(STOPPED if told.is_stopped else LEAVE)


def _draw_ways(case_id: UUID, told: Progress) -> None:
    if told.state is CaseState.APPROVED:
        _button("Begin", "play_arrow", _go_on, case_id)
    elif told.is_stopped:
        _button("Go on", "play_arrow", _go_on, case_id)
    elif told.fault:
        _button("Try again", "refresh", _go_on, case_id)
    elif told.state is CaseState.ERASING:
        _button("Stop after the records at hand", "pause", _stop, case_id)


def _button(label: str, icon: str, act: Callable[[UUID], None], case_id: UUID) -> None:
    kind: Literal["primary", "secondary"] = "secondary" if act is _stop else "primary"
    st.button(
        label,
        icon=f":material/{icon}:",
        type=kind,
        on_click=act,
        args=(case_id,),
        key=f"disposal_way_{icon}",
    )


def _go_on(case_id: UUID) -> None:
    actor = session.require(Permission.APPROVE_DISPOSAL)
    try:
        deciding.begin(actor, case_id)
    except ClinicError as error:
        notices.say_later(error.message)


def _stop(case_id: UUID) -> None:
    actor = session.require(Permission.APPROVE_DISPOSAL)
    try:
        cases.stop(session.clinic(), actor, case_id, now=clock.now())
    except ClinicError as error:
        notices.say_later(error.message)


def _draw_steps(case: Case, told: Progress) -> None:
    place = ORDER.index(told.state)
    made = tuple(_step(case, number - place, told) for number in range(len(ORDER)))
    steps.draw(made, "How far the disposal is", key="disposal_steps")


def _step(case: Case, distance: int, told: Progress) -> Step:
    """Return the step that is so far from the one the case is at."""
    state = ORDER[ORDER.index(told.state) + distance]
    title, note = STEPS[state]
    if distance < 0 or state in {CaseState.APPROVED, CaseState.DONE}:
        is_over = distance < 0 or state is told.state
        return Step(title, Stage.DONE if is_over else Stage.NEXT, _over(case, state, note))
    if distance > 0:
        return Step(title, Stage.NEXT, note)
    stage = Stage.STOPPED if told.is_stopped or told.fault else Stage.NOW
    if told.total:
        is_erasing = state is CaseState.ERASING
        of = formats.counted(told.total, "record") if is_erasing else formats.figure(told.total)
        note = f"{formats.figure(told.done)} of {of}"
    return Step(title, stage, note, told.done, told.total)


def _over(case: Case, state: CaseState, note: str) -> str:
    """Return what there is to say of a step that is over."""
    if state is CaseState.APPROVED and case.decider:
        return f"{formats.moment(case.decided_at)} by {case.decider}"
    if state is CaseState.ERASING:
        left = f", {formats.figure(case.skipped)} left out" if case.skipped else ""
        return f"{formats.figure(case.disposed)} gone{left}"
    return note
