"""Your account: password, second factor, recovery codes and where you are signed in."""

import streamlit as st

from lib.ui import session

actor = session.require()

st.title("Your account")
