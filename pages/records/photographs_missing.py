"""Pictures to take: the day's treatments of which there is no picture."""

import streamlit as st

from lib.domain.access import Permission
from lib.services.media import missing
from lib.ui import clock, formats, session
from lib.ui.components import blocks
from lib.ui.media.missing import table

actor = session.require(Permission.ADD_MEDIA)

st.title("Pictures to take", anchor=False)
as_of = clock.today()
found = missing.list_missing(session.clinic(), actor, as_of=as_of)
if found:
    count = formats.counted(len(found), "treatment")
    st.write(f"{count} of today without a picture. Choose the treatment to add them.")
blocks.draw([table(found, as_of)], key="photographs_missing")
