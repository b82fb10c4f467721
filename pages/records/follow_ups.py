"""Follow-ups: who was to be seen again about now, and was not."""

import streamlit as st

from lib.domain.access import Permission
from lib.services import follow_ups
from lib.ui import clock, formats, paging, session
from lib.ui.components import blocks
from lib.ui.follow_ups import table
from lib.ui.keys import Keys

actor = session.require(Permission.VIEW_RECORD)

st.title("Follow-ups", anchor=False)
as_of = clock.today()
page = paging.page_number(Keys.FOLLOW_UPS_PAGE)
due = follow_ups.list_due(session.clinic(), actor, as_of=as_of, page=page)
if due.count:
    st.write(
        f"{formats.counted(due.count, 'treatment')} with a follow-up due, "
        f"{formats.figure(due.overdue)} of them overdue. Somebody who has been seen since, has "
        "a booking, or was due more than four weeks ago is not listed."
    )
blocks.draw([table(due, as_of)], key="follow_ups")
paging.draw(Keys.FOLLOW_UPS_PAGE, due.count, follow_ups.PAGE, ("Earlier due", "Later due"))
