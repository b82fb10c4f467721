"""Watching the lens from a screen: pictures shown for a purpose go when consent to it ends (D5).

Nothing is drawn. The script beside this file asks a route of ours every second while the tab is
seen; when the answer is no, the pictures beside it go at once and the screen is drawn anew.
"""

from collections.abc import Iterable
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor
from lib.domain.media import Purpose
from lib.services.media.watching import watches
from lib.ui import clock
from lib.ui.components.sources import source

HTML = '<div class="desk" hidden></div>\n'

_draw = st.components.v2.component("desk_lens", html=HTML, js=source("lens.js"))


def watch(actor: Actor, patient_ids: Iterable[UUID], purpose: Purpose, key: str) -> None:
    """Watch the lens for pictures that were just drawn; the record is always shown."""
    if purpose is Purpose.RECORD:
        return
    address = watches.begin(actor, patient_ids, purpose, now=clock.now())
    _draw(data={"address": address}, key=key, on_ended_change=_nothing)


def _nothing() -> None:
    """Take note; the run that this begins draws the pictures, or why there are none."""
