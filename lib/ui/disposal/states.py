"""How far a case of disposal is, everywhere the same: a word with a shape, never colour alone."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from lib.domain.access import Actor, Permission, can
from lib.domain.disposal import STATE_WORDS, CaseState, ItemState, Method
from lib.store.disposal_cases import Case
from lib.ui.components.blocks import Mark, Tone
from lib.ui.consent.badges import COLOURS

CASES: Final[Mapping[CaseState, Mark]] = {
    CaseState.PROPOSED: Mark(STATE_WORDS[CaseState.PROPOSED], "hourglass_empty", Tone.WARN),
    CaseState.SENT_BACK: Mark(STATE_WORDS[CaseState.SENT_BACK], "undo", Tone.PLAIN),
    CaseState.APPROVED: Mark(STATE_WORDS[CaseState.APPROVED], "check", Tone.INFO),
    CaseState.ERASING: Mark(STATE_WORDS[CaseState.ERASING], "progress_activity", Tone.INFO),
    CaseState.REWRITING: Mark(STATE_WORDS[CaseState.REWRITING], "progress_activity", Tone.INFO),
    CaseState.PROVING: Mark(STATE_WORDS[CaseState.PROVING], "progress_activity", Tone.INFO),
    CaseState.DONE: Mark("Done and proved", "verified", Tone.GOOD),
}
STOPPED: Final = Mark("Stopped", "pause", Tone.WARN)
FAULT: Final = Mark("Cannot go on", "error", Tone.ALERT)
YOURS: Final = Mark("Waits for you", "how_to_reg", Tone.ALERT)
OTHERS: Final = Mark("Waits for another person", "hourglass_empty", Tone.WARN)
MINOR: Final = Mark("Treated under 18", "child_care", Tone.ALERT)
PARTIAL: Final = Mark("Vital subset stays", "favorite", Tone.INFO)
ITEMS: Final[Mapping[ItemState, Mark]] = {
    ItemState.PROPOSED: Mark("Still here", "radio_button_unchecked", Tone.PLAIN),
    ItemState.ERASING: Mark("Being erased", "progress_activity", Tone.INFO),
    ItemState.DISPOSED: Mark("Gone", "check", Tone.GOOD),
    ItemState.SKIPPED: Mark("Left out", "block", Tone.WARN),
}
# Where a sentence is typed that outlives the records that it may be about.
WITHOUT_NAME: Final = "Write no name: this is kept when the record is gone"
METHODS: Final[Mapping[Method, str]] = {Method.ERASE: "Erase", Method.ANONYMISE: "Anonymise"}
DONE_BY: Final[Mapping[Method, str]] = {Method.ERASE: "erased", Method.ANONYMISE: "anonymised"}


def of_case(actor: Actor, case: Case) -> Mark:
    """Return the badge of a case as this person sees it: whether it waits for them."""
    if case.state is CaseState.PROPOSED:
        is_own = case.proposed_by == actor.person_id
        return YOURS if can(actor, Permission.APPROVE_DISPOSAL) and not is_own else OTHERS
    if case.state not in {CaseState.DONE, CaseState.SENT_BACK}:
        if case.fault:
            return FAULT
        if case.stopped_at is not None:
            return STOPPED
    return CASES[case.state]


def draw(mark: Mark) -> None:
    """Draw a badge where Streamlit draws; it holds no text of anybody's."""
    st.badge(mark.word, icon=f":material/{mark.icon}:", color=COLOURS[mark.tone])
