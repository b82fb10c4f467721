"""Offering a contact sheet of selected pictures, to print or as a file."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from lib.domain.access import Permission
from lib.domain.media import Purpose
from lib.services.printing import contact_sheet
from lib.ui import clock, formats, printing, session


@st.dialog("Contact sheet")
def offer(patient_id: UUID, media_ids: Sequence[UUID], purpose: Purpose) -> None:
    """Say what will be on it, and give the ways to it; each look at it is in the audit trail."""
    actor = session.require(Permission.EXPORT_MEDIA)
    count = min(len(media_ids), contact_sheet.MOST)
    sheet_id = contact_sheet.offer(actor, patient_id, media_ids, purpose, now=clock.now())
    st.write(
        f"{formats.counted(count, 'picture')} in small under the days on which they were taken, "
        "with the patient's banner on every page. Each is noted as exported."
    )
    if count < len(media_ids):
        st.caption(f"Only the first {count} fit on one sheet. Select the others for another.")
    with st.container(horizontal=True):
        printing.contact_sheet_links(sheet_id)
