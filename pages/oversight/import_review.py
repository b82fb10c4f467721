"""Import review: rows of files whose patient a person must choose."""

import streamlit as st

from lib.domain.access import Permission
from lib.services import import_review as service
from lib.ui import import_review, paging, session
from lib.ui.keys import Keys

actor = session.require(Permission.REVIEW_IMPORTS)

st.title("Import review", anchor=False)
st.write(
    "These rows came with a file and name somebody who is not surely one patient here. Tie them to "
    "the right patient and they are taken in, or set them aside. Nothing is taken in until then; "
    "pictures wait sealed."
)
state = import_review.choose_state()
page = paging.page_number(Keys.REVIEW_PAGE)
found = service.list_waiting(session.clinic(), actor, state, page)
import_review.draw(actor, found, state)
