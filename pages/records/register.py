"""Register a patient: one screen, checked as it is typed, nothing lost, nobody twice."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import registration, session

session.require(Permission.EDIT_RECORD)

st.title("Register a patient", anchor=False)
registration.draw()
