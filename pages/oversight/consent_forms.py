"""Consent forms: what patients are asked, in which words, and since when."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import notices, session
from lib.ui.consent import form_editor, forms, purposes
from lib.ui.consent.forms import View

actor = session.require(Permission.MANAGE_CONSENT_FORMS)

opened = forms.opened(actor)
if opened is not None:
    form_editor.draw(actor, opened)
    st.stop()

st.title("Consent forms", anchor=False)
notices.say_now()
view = forms.choose_view()
main, side = st.columns([0.62, 0.38], gap="large")
if view is View.FORMS:
    with main:
        forms.draw_list(actor)
    with side, st.container(key="record_side"):
        forms.draw_new()
else:
    with main:
        purposes.draw_list(actor)
    with side, st.container(key="record_side"):
        purposes.draw_form()
