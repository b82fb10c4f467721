"""Consent tasks: pictures to take down, patients to ask, odd events to look at, letters to send."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import session

actor = session.require(Permission.LIST_CONSENT)

st.title("Consent tasks", anchor=False)
