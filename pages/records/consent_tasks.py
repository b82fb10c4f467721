"""Consent tasks: pictures to take down, patients to ask, odd events to look at, letters to send."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import navigation, notices, session
from lib.ui.consent import tasks

actor = session.require(Permission.LIST_CONSENT)

with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Consent tasks", anchor=False)
    navigation.to_withdrawal_by_email()
notices.say_now()
tasks.draw_list(actor)
