"""Home: what needs this person today."""

import streamlit as st

from lib.ui import session

actor = session.require()

st.title(f"Good day, {actor.display_name}")
