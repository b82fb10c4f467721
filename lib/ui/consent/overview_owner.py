"""What an owner sees of consent: figures of a month's end that give nobody away, and no list."""

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.consent_overview import ORDER
from lib.services.consent import past
from lib.services.consent.past import Outline
from lib.ui import clock, formats, session
from lib.ui.components import consent_matrix
from lib.ui.components.consent_matrix import Figure, Matrix, Row, Span
from lib.ui.consent.overview import HEADS, heading_rows, name_of

WAITING = "The figures are being worked out. They appear here by themselves."
POLL_SECONDS = 2.0


def draw(actor: Actor) -> None:
    """Draw an owner's figures; while they are worked out, say so and wait."""
    found = past.outline(session.clinic(), actor, as_of=clock.today())
    if found is None:
        _wait()
    else:
        _draw(found)


@st.fragment(run_every=POLL_SECONDS)
def _wait() -> None:
    actor = session.require(Permission.VIEW_CONSENT_OVERVIEW)
    if past.outline(session.clinic(), actor, as_of=clock.today(), patience=0) is None:
        st.caption(f":material/hourglass_top: {WAITING}")
    else:
        st.rerun()


def _draw(found: Outline) -> None:
    """Draw what an owner sees: figures of a month's end that give nobody away, and no list."""
    st.write(
        f"As it stood at the end of {formats.day(found.as_of)}, of everybody who was registered by "
        "then. Figures are rounded to 5 and those under 10 are not shown, so that nobody can be "
        "told from them; the parts need not add up."
    )
    consent_matrix.draw(outline_matrix(found), key="consent_outline")


def outline_matrix(found: Outline) -> Matrix:
    """Return an owner's table; no figure of it leads anywhere."""
    rows: list[Row] = []
    for topic, states in found.lines:
        shown = [states[state] for state in ORDER]
        figures = tuple(Figure("<10" if one is None else formats.figure(one)) for one in shown)
        rows += heading_rows(found, topic, len(ORDER))
        rows.append(Row(name_of(found, topic), figures, topic.channel is not None))
    heads, spans = HEADS[: len(ORDER)], (Span("State at the month's end", len(ORDER)),)
    return Matrix("Patients by purpose and state", spans, heads, tuple(rows))
