"""Campaigns: the lists that were built, and building one; the suppression list."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import campaign_form, campaigns, notices, session, suppression

actor = session.require(Permission.RUN_CAMPAIGNS)

st.title("Campaigns", anchor=False)
notices.say_now()
main, side = st.columns([0.56, 0.44], gap="large")
with main:
    campaigns.draw_list(actor)
    suppression.draw(actor)
with side, st.container(key="in_touch_side"):
    campaign_form.draw(actor)
