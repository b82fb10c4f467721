"""Consent tasks: pictures to take down, patients to ask, odd events to look at, letters to send."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import notices, session
from lib.ui.consent import tasks

actor = session.require(Permission.LIST_CONSENT)

st.title("Consent tasks", anchor=False)
notices.say_now()
tasks.draw_list(actor)
