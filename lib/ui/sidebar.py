"""The sidebar: whose desk this is, and the screens that this person may open, by section.

Streamlit's own list of pages puts its items outside of the list they belong to, which a screen
reader cannot follow; links of our own do not.
"""

from itertools import groupby

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor
from lib.services import accounts
from lib.ui import navigation, session, text

SYNTHETIC = "The synthetic clinic"
HEAD = (
    '<div class="desk-brand"><img src="/desk/icon.svg" alt="" width="32" height="32">'
    "<div><strong>Juno Desk</strong><span>{name}</span></div></div>"
)


def draw(actor: Actor) -> None:
    """Draw the clinic's name and the person's screens."""
    with st.sidebar:
        st.html(HEAD.format(name=text.as_html(_clinic_name())))
        may = [
            spec
            for spec in navigation.PAGES
            if spec.is_listed and (spec.permission is None or access.can(actor, spec.permission))
        ]
        for section, specs in groupby(may, key=lambda spec: spec.section):
            with st.container(gap="xxsmall"):
                st.html(f'<div class="desk-section">{text.as_html(section)}</div>')
                for spec in specs:
                    st.page_link(spec.path, label=spec.title, icon=spec.icon, width="stretch")


def _clinic_name() -> str:
    clinic = session.clinic()
    return SYNTHETIC if clinic.is_demo else accounts.clinic_name(clinic)
