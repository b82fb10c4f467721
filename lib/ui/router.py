"""Which screen to draw: every address exists for everybody, and what it shows depends on who asks.

So a deep link survives signing in, and a page that is not for somebody says so at its own address.
"""

from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor
from lib.services import first_run
from lib.ui import brand, navigation, session, sidebar, sign_in, signed_in
from lib.ui import first_run as first_run_screen
from lib.ui.navigation import PageSpec

APP_TITLE = "Juno Desk"
Screen = Callable[[], None]
Visibility = Literal["visible", "hidden"]


def draw() -> None:
    """Draw the screen at this address for the person at it."""
    actor = session.current()
    if actor is None:
        st.set_page_config(page_title=APP_TITLE, page_icon=brand.ICON, layout="centered")
        _draw_unsigned()
    else:
        st.set_page_config(page_title=APP_TITLE, page_icon=brand.ICON, layout="wide")
        _draw_signed(actor)


def _draw_unsigned() -> None:
    is_first = first_run.is_needed(session.clinic())
    screen = first_run_screen.draw if is_first else sign_in.draw
    # One title for every address: somebody who is not signed in learns nothing from it.
    pages = [
        st.Page(
            screen, title="Sign in", url_path=spec.url_path, default=spec is navigation.PAGES[0]
        )
        for spec in navigation.PAGES
    ]
    st.navigation(pages, position="hidden").run()


def _draw_signed(actor: Actor) -> None:
    chosen = st.navigation([_page(spec, actor) for spec in navigation.PAGES], position="hidden")
    sidebar.draw(actor)
    signed_in.draw_person(actor)
    chosen.run()


def _page(spec: PageSpec, actor: Actor) -> st.Page:
    may = spec.permission is None or access.can(actor, spec.permission)
    # The refusing screen asks for the permission too, and so the refusal is in the audit trail.
    screen: str | Screen = str(navigation.ROOT / spec.path)
    if not may:
        screen = partial(_refuse, spec)
    visibility: Visibility = "visible" if may and spec.is_listed else "hidden"
    return st.Page(
        screen,
        title=spec.title,
        icon=spec.icon,
        url_path=spec.url_path,
        default=spec is navigation.PAGES[0],
        visibility=visibility,
    )


def _refuse(spec: PageSpec) -> None:
    session.require(spec.permission)
