"""Duplicates: records that may be one person, the most probable first, for somebody to decide."""

import streamlit as st

from lib.domain.access import Permission
from lib.services import duplicates
from lib.ui import formats, session
from lib.ui.duplicates import offer_undo, page_buttons, page_number, review, search_panel

actor = session.require(Permission.MERGE_RECORDS)

st.title("Duplicates", anchor=False)
page = page_number()
found = duplicates.queue(session.clinic(), actor, page=page)
if found.count:
    st.write(
        f"{formats.counted(found.count, 'pair')} of records that may be one person, the most "
        "probable first. Restricted records are left out."
    )
search_panel(actor, found)
offer_undo(actor)
review(actor, found)
page_buttons(found.count, page)
