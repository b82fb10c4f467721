"""Duplicates: records that may be one person, the most probable first, for somebody to decide."""

import streamlit as st

from lib.domain.access import Permission
from lib.services import duplicates
from lib.ui import formats, navigation, paging, session
from lib.ui.duplicates import offer_undo, review, search_panel
from lib.ui.keys import Keys

actor = session.require(Permission.MERGE_RECORDS)

st.title("Duplicates", anchor=False)
page = paging.page_number(Keys.DUPLICATES_PAGE)
found = duplicates.queue(session.clinic(), actor, page=page)
if found.count:
    st.write(
        f"{formats.counted(found.count, 'pair')} of records that may be one person, the most "
        "probable first. Restricted records are left out."
    )
search_panel(actor, found)
offer_undo(actor)
review(actor, found)
words = ("More probable", "Less probable")
paging.draw(Keys.DUPLICATES_PAGE, found.count, duplicates.PAGE, words)
st.page_link(navigation.MERGES.path, label="Merged records", icon=":material/merge:")
