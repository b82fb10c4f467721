"""Your account: password, second factor, recovery codes and where you are signed in."""

import streamlit as st

from lib.services import own_account
from lib.ui import account, session

actor = session.require()

st.title("Your account", anchor=False)
overview = own_account.overview(session.clinic(), actor)

protecting, sessions = st.columns(2, gap="large")
with protecting:
    account.draw_password(actor, overview)
    account.draw_second_factor(actor, overview)
with sessions:
    account.draw_sessions(actor)
