"""Photographs and video across the clinic, each under its patient's banner."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import session
from lib.ui.media import clinic

actor = session.require(Permission.BROWSE_MEDIA)

st.title("Clinic photographs", anchor=False)
clinic.draw()
