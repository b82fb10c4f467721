"""Who on file looks like the person being registered; draws nothing where nobody does."""

import streamlit as st

from lib.domain.access import Actor
from lib.domain.likely import Typed
from lib.services import likely_duplicates
from lib.services.likely_duplicates import LikelyPatient
from lib.ui import clock, formats, navigation, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Card, Cards, Mark, Tone
from lib.ui.keys import Keys

NOBODY = "Nobody on file looks like this person so far."
NOT_READY = "The list of patients is still being read; nobody has been compared yet."
OPEN = Mark("Open this record instead", "arrow_forward", Tone.INFO)
RESTRICTED = Mark("Restricted: open it and name a ground", "lock", Tone.ALERT)
HOW_LIKELY = (
    (0.9, "Very likely the same person"),
    (0.5, "Likely the same person"),
    (0.0, "Possibly the same person"),
)


def draw(actor: Actor, typed: Typed) -> None:
    """Show the records that may be the person typed, each with why."""
    if not likely_duplicates.is_telling(typed):
        return
    found = _found(actor, typed)
    if found is None:
        st.caption(NOT_READY)
    elif not found:
        st.caption(NOBODY)
    else:
        blocks.draw([cards(found)], key=Keys.LIKELY_DUPLICATES)


def cards(found: tuple[LikelyPatient, ...]) -> Cards:
    """Return the records as cards that lead to them."""
    count = formats.counted(len(found), "record")
    return Cards("May be on file already", tuple(_card(one) for one in found), count=count)


def _found(actor: Actor, typed: Typed) -> tuple[LikelyPatient, ...] | None:
    """Return who looks alike; asked, and audited, once for the same typing."""
    kept = st.session_state.get(Keys.LIKELY_FOUND)
    if kept is not None and kept[0] == typed:
        found: tuple[LikelyPatient, ...] = kept[1]
        return found
    asked = likely_duplicates.find(session.clinic(), actor, typed)
    if asked is not None:
        st.session_state[Keys.LIKELY_FOUND] = (typed, asked)
    return asked


def _card(one: LikelyPatient) -> Card:
    row = one.row
    known = (
        f"Born {formats.born(row.born_on, clock.today(), row.deceased_on)}",
        formats.sex(row.sex),
        row.reference,
        f"Deceased {formats.died(row.born_on, row.deceased_on)}" if row.deceased_on else "",
    )
    how = next(words for least, words in HOW_LIKELY if one.probability >= least)
    why = f"{how}: {', '.join(one.reasons)}." if one.reasons else f"{how}."
    return Card(
        title=formats.name(row.family_name, row.given_names, row.title),
        detail=f"{' · '.join(part for part in known if part)}. {why}",
        href=navigation.record_href(row.patient_id),
        mark=RESTRICTED if row.is_restricted else OPEN,
    )
