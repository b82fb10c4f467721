"""The text of a form's version, to read: what the patient was shown."""

import streamlit as st

from lib.domain.access import Permission
from lib.errors import ClinicError
from lib.paper import markdown
from lib.services.consent import wordings
from lib.store.consent_papers import Wording
from lib.ui import formats, session, text


@st.dialog("The form", width="large")
def show(one: Wording) -> None:
    """Show the text that this version of the form has."""
    actor = session.require(Permission.VIEW_RECORD)
    st.markdown(f"**{text.plain(one.title)}**")
    since = one.version.in_force_from
    st.caption(f"In force from {formats.day(since)}" if since else "Not in force yet")
    try:
        said = wordings.text_of(session.clinic(), actor, one.version.form_version_id)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        with st.container(border=True, key="consent_wording"):
            # Passages of our own tags, every text escaped.
            st.html(markdown.html_of(said))
