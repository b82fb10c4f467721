"""What the schedule says of a record, everywhere the same: a word with a shape, never colour alone.

`mark` is for components, which take it with `asdict`; `draw` for what Streamlit draws itself;
`colour` is what a chart fills the state's bars with.
"""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from lib.domain.retention import Status
from lib.ui import charts
from lib.ui.components.blocks import Mark, Tone
from lib.ui.consent.badges import COLOURS

MARKS: Final[Mapping[Status, Mark]] = {
    Status.RETAIN: Mark("Kept", "calendar_month", Tone.GOOD),
    Status.BLOCKED: Mark("Held back", "lock", Tone.WARN),
    Status.PARTIAL: Mark("Vital subset kept", "favorite", Tone.INFO),
    Status.DISPOSE_DUE: Mark("Due", "hourglass_bottom", Tone.ALERT),
    Status.REVIEW: Mark("For a person", "person", Tone.PLAIN),
}
# By their names in the theme: those of a chart's bars, from the bottom of a stack.
FILLS: Final[Mapping[Status, str]] = {
    Status.DISPOSE_DUE: "redColor",
    Status.PARTIAL: "blueColor",
    Status.BLOCKED: "orangeColor",
    Status.REVIEW: "grayColor",
    Status.RETAIN: "greenColor",
}


def mark(status: Status) -> Mark:
    """Return the badge of a state as components draw it."""
    return MARKS[status]


def colour(status: Status) -> str:
    """Return the colour of a state's bars, of the theme that the person sees."""
    return str(charts.colour(FILLS[status]))


def draw(status: Status) -> None:
    """Draw the badge of a state where Streamlit draws; it holds no text of anybody's."""
    shown = MARKS[status]
    st.badge(shown.word, icon=f":material/{shown.icon}:", color=COLOURS[shown.tone])
