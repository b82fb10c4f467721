"""The treatments of one patient on the screen: a page at once, more when asked for."""

from uuid import UUID

import streamlit as st

from lib.domain.access import Permission
from lib.services import records
from lib.services.records import Record, Treatment
from lib.ui import addresses, formats, navigation, record, restricted, session
from lib.ui.components import blocks
from lib.ui.keys import Keys


@st.fragment
def draw(opened: Record) -> None:
    """Draw the treatments; asking for more reads the next page only, and runs nothing else."""
    actor = session.require(Permission.VIEW_RECORD)
    patient_id = opened.patient.patient_id
    asked = st.session_state.get(Keys.RECORD_PLACES)
    pages = asked[1] if asked and asked[0] == patient_id else 0
    shown: list[Treatment] = list(opened.treatments.treatments)
    place = opened.treatments.next_place
    for _ in range(pages):
        if place is None:
            break
        ground = restricted.ground_for(patient_id)
        page = records.list_treatments(session.clinic(), actor, patient_id, place, ground)
        shown += page.treatments
        place = page.next_place
    total = opened.summary.count
    count = formats.figure(total) if len(shown) == total else f"{len(shown)} of {total:,}"
    asked = blocks.draw(
        [record.treatments(shown, "Treatments", count if total else "")], "record_treatments"
    )
    if asked is not None:
        query = {addresses.PATIENT: str(patient_id), addresses.TREATMENT: asked}
        st.switch_page(navigation.TREATMENT.path, query_params=query)
    if place is not None:
        st.button(
            "Show earlier treatments",
            icon=":material/expand_more:",
            on_click=_show_pages,
            args=(patient_id, pages + 1),
        )


def _show_pages(patient_id: UUID, pages: int) -> None:
    st.session_state[Keys.RECORD_PLACES] = (patient_id, pages)
