"""The one box that finds a patient: what is typed goes to Python, rows come back."""

from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from lib.ui.components.blocks import Mark
from lib.ui.components.sources import source

# Longer than any name with a date of birth, an address and a number.
LONGEST = 200
HTML = """
<div class="desk">
  <label class="hidden" for="sought">Find a patient</label>
  <div class="box">
    <span class="icon" aria-hidden="true">search</span>
    <input id="sought" type="text" role="combobox" aria-autocomplete="list" aria-controls="hits"
      aria-expanded="false" autocomplete="off" autocapitalize="off" spellcheck="false"
      maxlength="200"
      placeholder="Name, date of birth, phone, postcode, email or reference">
    <kbd aria-hidden="true">/</kbd>
  </div>
  <div class="under" hidden><span class="count"></span>
    <span class="keys" aria-hidden="true">↑ ↓ to choose · Enter to open · Esc to clear</span></div>
  <ul id="hits" role="listbox" aria-label="Patients found" hidden></ul>
  <div class="message"></div>
  <div class="said hidden" role="status"></div>
</div>
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One patient among the results, in words.

    `marks` say deceased or restricted, `strip` what the record has and lacks.
    """

    id: str
    name: str
    preferred: str
    born: str
    gender: str
    reference: str
    external: str
    seen: str
    practitioner: str
    why: str
    marks: tuple[Mark, ...]
    strip: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the box holds, whether anybody typed it just now, and the patient opened, if any."""

    text: str
    is_typed: bool
    opened: str | None


_draw = st.components.v2.component(
    "desk_lookup",
    html=HTML,
    css=source("kit.css", "lookup.css"),
    js=source("kit.js", "lookup.js"),
)


def asked(key: str) -> Asked:
    """Return what was typed and opened, before the component is drawn again."""
    state: Any = st.session_state.get(key) or {}
    text, opened = state.get("text"), state.get("open")
    # What a browser sends is believed to be text only where it is.
    is_typed = isinstance(text, str)
    return Asked(
        text[:LONGEST] if is_typed else "", is_typed, opened if isinstance(opened, str) else None
    )


def draw(query: str, label: str, rows: list[Row], message: tuple[str, ...], key: str) -> None:
    """Draw the box with the results of `query`, or a message where there are none."""
    data = {
        "query": query,
        "label": label,
        "hits": [asdict(row) for row in rows],
        "message": message,
    }
    _draw(data=data, key=key, on_text_change=_nothing, on_open_change=_nothing)


def _nothing() -> None:
    """Take note; the screen asks with `asked` when it runs."""
