"""People: who has an account, what they may do, and whether they still can."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import session

actor = session.require(Permission.MANAGE_PEOPLE)

st.title("People")
