"""One photograph or video: what is known of it, what it may be used for, and where it was."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import formats, opening, session
from lib.ui.media import photograph

actor = session.require(Permission.VIEW_MEDIA)

opened = opening.heading(actor)
found = photograph.open_named(actor, opened)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title(formats.words(found.picture.kind.value), anchor=False)
    photograph.draw_back(opened.patient.patient_id)
photograph.draw(actor, opened, found)
