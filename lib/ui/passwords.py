"""The form in which a new password is typed twice."""

import streamlit as st

ADVICE = (
    "At least 12 characters. Three or four unrelated words are strong and easy to remember; "
    "leave your name and username out."
)


def draw_new_password_form(button: str, *, asks_present: bool = False) -> str | None:
    """Draw the form; return the new password when it was sent and both entries agree."""
    typed = draw_password_change(button, asks_present=asks_present)
    return typed[1] if typed else None


def draw_password_change(button: str, *, asks_present: bool) -> tuple[str, str] | None:
    """Draw the form; return present and new password when sent and both new entries agree."""
    with st.form("new_password_form"):
        present = _field("Present password", "current-password") if asks_present else ""
        new = _field("New password", "new-password")
        again = _field("New password once more", "new-password")
        st.caption(ADVICE)
        is_sent = st.form_submit_button(button, type="primary")
    if not is_sent:
        return None
    if new != again:
        st.error("The two entries differ. Type the new password again.", icon=":material/error:")
        return None
    return present, new


def _field(label: str, autocomplete: str) -> str:
    return st.text_input(label, type="password", autocomplete=autocomplete)
