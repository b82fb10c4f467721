"""Merging two records of one person: both side by side, what will move, what to look at first."""

import streamlit as st

from lib.domain.access import Permission
from lib.errors import ClinicError
from lib.services import merges as service
from lib.ui import clock, merge, notices, session

actor = session.require(Permission.MERGE_RECORDS)

as_of = clock.today()
try:
    survivor_id, absorbed_id = merge.asked(actor)
except ClinicError as error:
    notices.not_found(error.message)
    st.stop()
grounds = merge.grounds(survivor_id, absorbed_id)
try:
    opened = merge.open_records(actor, (survivor_id, absorbed_id), grounds, as_of)
    if absorbed_id is None:
        merge.find_other(opened, as_of)
        st.stop()
    found = service.preview(
        session.clinic(), actor, (survivor_id, absorbed_id), as_of=as_of, grounds=grounds
    )
except ClinicError as error:
    merge.refused(error)
    st.stop()

st.title("Merge two records", anchor=False)
merge.draw_pair(opened, as_of)
merge.draw_form(actor, found, grounds)
