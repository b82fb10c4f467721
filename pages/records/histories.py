"""Histories to review: who is coming soon, and has not confirmed their history for a year."""

import streamlit as st

from lib.domain.access import Permission
from lib.services import histories
from lib.ui import clock, formats, paging, session
from lib.ui.components import blocks
from lib.ui.histories import table
from lib.ui.keys import Keys

actor = session.require(Permission.VIEW_RECORD)

st.title("Histories to review", anchor=False)
as_of = clock.today()
page = paging.page_number(Keys.HISTORIES_PAGE)
due = histories.list_due(session.clinic(), actor, as_of=as_of, page=page)
if due.count:
    st.write(
        f"{formats.counted(due.count, 'patient')} with a visit booked in the next two weeks, "
        f"{formats.figure(due.today) if due.today else 'none'} of them today, whose medical "
        "history was not confirmed within the last twelve months. Go through "
        "it with them, or send it to them before."
    )
blocks.draw([table(due, as_of)], key="histories")
paging.draw(Keys.HISTORIES_PAGE, due.count, histories.PAGE, ("Earlier visits", "Later visits"))
