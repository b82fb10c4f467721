"""A withdrawal that came by email: drop the file, say whose it is, confirm what it ends."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import addresses, opening, session
from lib.ui.consent import emails

actor = session.require(Permission.RECORD_CONSENT)

heading = opening.heading(actor) if addresses.patient_id() else None
st.title("Withdrawal by email", anchor=False)
emails.draw(actor, heading)
