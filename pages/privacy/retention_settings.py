"""Settings of retention: for how long records are kept, and what a change would move."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import navigation, notices, session
from lib.ui.retention import settings_form

session.require(Permission.SET_RETENTION)

st.page_link(navigation.RETENTION.path, label="Retention", icon=":material/arrow_back:")
st.title("Settings of retention", anchor=False)
notices.say_now()
st.caption(
    "They hold for every record from the moment they are saved. Nothing is disposed of by a "
    "setting: what becomes due is reviewed, proposed and approved as ever."
)
settings_form.draw()
