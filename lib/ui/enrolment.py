"""Setting up a second factor: the QR code, the code that proves it, the recovery codes."""

import streamlit as st

from lib.auth import second_factor
from lib.auth.second_factor import Proof
from lib.services import accounts
from lib.ui import session
from lib.ui.components import recovery_codes
from lib.ui.keys import Keys

GROUP = 4

# Streamlit's own picture has no words for those who cannot see it. The address is made by the
# library, percent-encoded, and holds no quote.
QR = '<img src="{address}" alt="QR code of the key" width="220" height="220">'


def draw(username: str, key: Keys) -> Proof | None:
    """Draw QR code and form; return the proof when a code was sent.

    The secret waits in the session's state (on the server) until it is proven.
    """
    secret = st.session_state.setdefault(key, second_factor.new_secret())
    name = accounts.clinic_name(session.clinic())
    address = second_factor.address_for_app(secret, username=username, clinic_name=name)
    scan, prove = st.columns([2, 3], vertical_alignment="center")
    with scan:
        st.html(QR.format(address=second_factor.qr_code(address)))
    with prove:
        st.markdown(
            "1. Open an authenticator app on your phone, such as Aegis, Google Authenticator, "
            "Microsoft Authenticator or 1Password.\n"
            "2. Scan this picture, or type the key under it.\n"
            "3. Type the code of six digits that the app shows."
        )
    groups = [secret[start : start + GROUP] for start in range(0, len(secret), GROUP)]
    st.code(" ".join(groups), language=None)
    with st.form(f"{key}_form"):
        code = st.text_input("Code from your app", autocomplete="one-time-code", max_chars=10)
        is_sent = st.form_submit_button("Set up", type="primary")
    return Proof(secret, code) if is_sent else None


def draw_codes(codes: list[str], username: str) -> None:
    """Draw new recovery codes, which are shown this once, with ways to keep them."""
    st.write(
        "Without your phone, each of these lets you in once. Print them or save them somewhere "
        "safe, not on your phone. They are not shown again."
    )
    name = accounts.clinic_name(session.clinic())
    sheet = second_factor.recovery_sheet(codes, username=username, clinic_name=name)
    recovery_codes.draw(codes, sheet)
