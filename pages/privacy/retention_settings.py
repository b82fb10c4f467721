"""Settings of retention: for how long records are kept, and what a change would move."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import notices, session

actor = session.require(Permission.SET_RETENTION)

st.title("Settings of retention", anchor=False)
notices.say_now()
