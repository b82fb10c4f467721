"""Which screen to draw: every address exists for everybody, and what it shows depends on who asks.

So a deep link survives signing in, and a page that is not for somebody says so at its own address.
"""

from collections.abc import Callable
from functools import partial

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor
from lib.errors import ClinicError
from lib.services import first_run
from lib.services.authority import authorise
from lib.ui import first_run as first_run_screen
from lib.ui import navigation, session, sign_in
from lib.ui.navigation import PageSpec

APP_TITLE = "Juno Desk"
# The drawing itself: a Material name here would make the browser fetch it from elsewhere.
ICON = (navigation.ROOT / "lib" / "web" / "assets" / "icon.svg").read_text(encoding="utf-8")
Screen = Callable[[], None]


def draw() -> None:
    """Draw the screen at this address for the person at it."""
    st.set_page_config(page_title=APP_TITLE, page_icon=ICON, layout="wide")
    actor = session.current()
    if actor is None:
        _draw_unsigned()
    else:
        _draw_signed(actor)


def _draw_unsigned() -> None:
    is_first = first_run.is_needed(session.clinic())
    screen = first_run_screen.draw if is_first else sign_in.draw
    pages = [_page(spec, screen) for spec in navigation.PAGES]
    st.navigation(pages, position="hidden").run()


def _draw_signed(actor: Actor) -> None:
    sections: dict[str, list[st.Page]] = {}
    for spec in navigation.PAGES:
        may = spec.permission is None or access.can(actor, spec.permission)
        screen = str(navigation.ROOT / spec.path) if may else partial(_refuse, spec)
        page = _page(spec, screen, visibility="visible" if may else "hidden")
        sections.setdefault(spec.section, []).append(page)
    st.navigation(sections).run()


def _page(spec: PageSpec, screen: str | Screen, visibility: str = "visible") -> st.Page:
    return st.Page(
        screen,
        title=spec.title,
        icon=spec.icon,
        url_path=spec.url_path,
        default=spec is navigation.PAGES[0],
        visibility=visibility,
    )


def _refuse(spec: PageSpec) -> None:
    actor = session.require()
    try:
        authorise(session.clinic(), actor, spec.permission)
    except ClinicError as error:
        st.title("Not permitted")
        st.write(error.message)
