"""A signature: drawn with finger, stylus or mouse, or a typed name for whoever cannot draw.

The browser keeps the strokes and tells all of them after each; they are believed only as far as
`strokes_from` makes sense of them. Nothing of it is kept until the form is saved.
"""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from lib.domain.consent_signing import ASPECT, LONGEST_NAME, Signature, strokes_from
from lib.ui.components.sources import source

HTML: Final = '<div class="desk"></div>\n'

_draw = st.components.v2.component(
    "desk_signature",
    html=HTML,
    css=source("kit.css", "signature.css"),
    js=source("kit.js", "signature.js"),
)


def draw(label: str, token: str, key: str) -> Signature:
    """Draw the pad; return the signature as it is in the browser now.

    Another `token` (the form's own id, say) makes it empty.
    """
    data = {"label": label, "token": token, "aspect": ASPECT, "longest": LONGEST_NAME}
    _draw(data=data, key=key, on_signature_change=_nothing)
    return signed(key, token)


def signed(key: str, token: str) -> Signature:
    """Return the signature as it was sent last, before the pad is drawn again."""
    state = st.session_state.get(key) or {}
    sent = state.get("signature")
    if not isinstance(sent, Mapping) or sent.get("token") != token:
        return Signature()
    name = sent.get("name")
    if isinstance(name, str) and name.strip():
        return Signature(name=name.strip()[:LONGEST_NAME])
    return Signature(strokes_from(sent.get("strokes")))


def _nothing() -> None:
    """Take note; `draw` returns the signature when the screen runs."""
