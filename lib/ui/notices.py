"""What a screen says when it has nothing to show, and where to go from there."""

import streamlit as st

from lib.ui import navigation, text
from lib.ui.keys import Keys


def not_found(message: str) -> None:
    """Say that there is nothing at this address."""
    st.title("Not found", anchor=False)
    st.write(text.plain(message))
    st.page_link(navigation.LOOKUP.path, label="Find a patient", icon=":material/search:")


def say_later(message: str) -> None:
    """Say something, for a moment, on the screen that is drawn next; never a name or a value."""
    st.session_state[Keys.RECORD_SAID] = message


def say_now() -> None:
    """Say what was kept for this screen, where a screen reader hears it too."""
    message = st.session_state.pop(Keys.RECORD_SAID, None)
    if message is not None:
        st.html(f'<p class="desk-said" role="status">{text.as_html(message)}</p>')


def empty(title: str, sentence: str, icon: str) -> None:
    """Say that nothing is here, what will be, and how to begin; `icon` is a Material symbol."""
    with st.container(border=True, horizontal_alignment="center", key="nothing_here"):
        st.markdown(f":material/{icon}: **{text.plain(title)}**", text_alignment="center")
        st.caption(text.plain(sentence), text_alignment="center")
