"""Merged records: what was merged into what, and undoing it."""

import streamlit as st

from lib.domain.access import Permission
from lib.errors import ClinicError
from lib.services import merges as service
from lib.services import unmerging
from lib.ui import merges, notices, paging, session
from lib.ui.components import blocks
from lib.ui.keys import Keys

actor = session.require(Permission.MERGE_RECORDS)

merge_id = merges.asked()
if merge_id is None:
    st.title("Merged records", anchor=False)
    page = paging.page_number(Keys.MERGES_PAGE)
    found, count = service.list_all(session.clinic(), actor, page=page)
    blocks.draw([merges.table(found)], key="merges")
    paging.draw(Keys.MERGES_PAGE, count, service.PAGE, ("Newer merges", "Older merges"))
    st.stop()
try:
    one = unmerging.find(session.clinic(), actor, merge_id)
except ClinicError as error:
    notices.not_found(error.message)
    st.stop()
st.title(f"{one.absorbed_reference} merged into {one.survivor_reference}", anchor=False)
merges.draw_one(actor, one)
