"""The frame of every screen that is seen before signing in: whose desk this is, and one card."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from lib.services import accounts
from lib.ui import session, text

# The drawing itself: a Material name would make the browser fetch the tab's icon from elsewhere.
ICON = (Path(__file__).parents[1] / "web" / "assets" / "icon.svg").read_text(encoding="utf-8")
CARD_PIXELS = 440
# The name stands under it, so a screen reader passes it over.
MARK = '<img src="/desk/icon.svg" alt="" width="56" height="56">'
# The library's form has a plain button; here it is the one primary action of the screen.
BUTTON_STYLE = """<style>
.st-key-door [data-testid="stElementContainer"]:has([data-testid="stFormSubmitButton"]),
.st-key-door [data-testid="stFormSubmitButton"] {{ width: 100%; }}
.st-key-door [data-testid="stFormSubmitButton"] button {{
  width: 100%; background: {colour}; border-color: {colour}; color: #ffffff; font-weight: 600;
}}
.st-key-door [data-testid="stFormSubmitButton"] button:hover {{ filter: brightness(1.15); }}
.st-key-door img {{ display: block; margin: 0 auto; }}
.st-key-door h1 {{ padding: 0; }}
</style>"""


@contextmanager
def card(subtitle: str | None = None, width: int = CARD_PIXELS) -> Iterator[None]:
    """Draw the head of the screen; what is drawn inside goes into one column under it."""
    with (
        st.container(horizontal_alignment="center"),
        st.container(width=width, key="door"),
    ):
        st.html(BUTTON_STYLE.format(colour=_primary_colour()))
        with st.container(horizontal_alignment="center", gap="small"):
            st.html(MARK)
            st.title("Juno Desk", anchor=False, text_alignment="center")
            st.caption(subtitle or _clinic(), text_alignment="center")
        yield


def _clinic() -> str:
    if session.clinic().is_demo:
        return "The synthetic clinic"
    name = accounts.clinic_name(session.clinic())
    return "" if name == accounts.UNNAMED else text.plain(name)


def _primary_colour() -> str:
    kind = "dark" if st.context.theme.type == "dark" else "light"
    return str(st.get_option(f"theme.{kind}.primaryColor") or "#0B5F59")
