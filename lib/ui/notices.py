"""What a screen says when it has nothing to show, and where to go from there."""

import streamlit as st

from lib.ui import navigation, text


def not_found(message: str) -> None:
    """Say that there is nothing at this address."""
    st.title("Not found", anchor=False)
    st.write(text.plain(message))
    st.page_link(navigation.LOOKUP.path, label="Find a patient", icon=":material/search:")
