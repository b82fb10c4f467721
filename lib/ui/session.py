"""Who is at this screen: the one place where a page learns its actor and its clinic.

Streamlit's `st.user` carries what the gate put into its own headers, and nothing a browser sent.
The session is asked for in the store each time, so an ended one is noticed at the next call.
"""

from typing import NoReturn
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.errors import NotPermittedError
from lib.services import running, sessions
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.sign_in import Visitor
from lib.ui import clock

ADDRESS = "X-Desk-Address"
AGENT = "User-Agent"


def clinic() -> Clinic:
    """Return the clinic that this server has open."""
    return running.clinic()


def current() -> Actor | None:
    """Return the person at this screen, or None when nobody is signed in (any more)."""
    session_id = _session_id()
    if session_id is None:
        return None
    live = sessions.by_id(clinic(), session_id, now=clock.now())
    return live.actor if live else None


def require(permission: Permission | None = None) -> Actor:
    """Return the person at this screen if they may; every page and fragment begins with this.

    Otherwise the script stops: on a notice that the session is over, or that the page is not for
    this person (written into the audit trail). Without a permission anybody signed in may.
    """
    actor = current()
    if actor is None:
        _stop("You are signed out", "Load this page again to sign in.")
    if permission is not None:
        try:
            authorise(clinic(), actor, permission)
        except NotPermittedError as error:
            _stop("Not permitted", error.message)
    return actor


def visitor() -> Visitor:
    """Return where this screen is looked at from, as the gate saw it."""
    headers = st.context.headers
    return Visitor(headers.get(ADDRESS) or "unknown", headers.get(AGENT))


def _session_id() -> UUID | None:
    """Return the session that the gate vouches for.

    Tests set `AppTest.user` to `{"session_id": ...}` of a session that is open in their store.
    """
    text = st.user.get("session_id")
    return UUID(str(text)) if text else None


def _stop(title: str, message: str) -> NoReturn:
    st.title(title)
    st.write(message)
    st.stop()
