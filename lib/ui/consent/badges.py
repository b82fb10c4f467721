"""The state of a consent, everywhere the same: a word with a shape, never colour alone.

`mark` is for components, which take it with `asdict`; `draw` for what Streamlit draws itself.
"""

from collections.abc import Mapping
from typing import Final, Literal

import streamlit as st

from lib.domain.consent import State
from lib.domain.consent_words import STATES
from lib.ui.components.blocks import Mark, Tone

Colour = Literal["gray", "blue", "green", "orange", "red"]

MARKS: Final[Mapping[State, Mark]] = {
    State.ACTIVE: Mark(STATES[State.ACTIVE], "check", Tone.GOOD),
    State.NOT_ASKED: Mark(STATES[State.NOT_ASKED], "radio_button_unchecked", Tone.PLAIN),
    State.REFUSED: Mark(STATES[State.REFUSED], "close", Tone.WARN),
    State.WITHDRAWN: Mark(STATES[State.WITHDRAWN], "block", Tone.ALERT),
    State.EXPIRED: Mark(STATES[State.EXPIRED], "timer", Tone.WARN),
    State.SUPERSEDED: Mark(STATES[State.SUPERSEDED], "refresh", Tone.WARN),
}
EXPIRING: Final = Mark("Expires soon", "hourglass_bottom", Tone.WARN)
COLOURS: Final[Mapping[Tone, Colour]] = {
    Tone.PLAIN: "gray",
    Tone.INFO: "blue",
    Tone.GOOD: "green",
    Tone.WARN: "orange",
    Tone.ALERT: "red",
}


def mark(state: State) -> Mark:
    """Return the badge of a state as components draw it."""
    return MARKS[state]


def draw(state: State) -> None:
    """Draw the badge of a state where Streamlit draws; it holds no text of anybody's."""
    shown = MARKS[state]
    st.badge(shown.word, icon=f":material/{shown.icon}:", color=COLOURS[shown.tone])
