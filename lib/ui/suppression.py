"""The suppression list on the screen: how long it is, and taking in one of a mailing tool."""

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.consent import Channel
from lib.errors import ClinicError
from lib.services import suppression
from lib.services.suppression import TakenIn
from lib.ui import clock, fields, formats, marketing_words, notices, session

WRITTEN = (Channel.EMAIL, Channel.SMS, Channel.PHONE)


def draw(actor: Actor) -> None:
    """Draw how many addresses are on the list, and let a list be taken in."""
    counts = suppression.counts(session.clinic(), actor)
    parts = [
        f"{marketing_words.channel(channel)} {formats.figure(counts[channel])}"
        for channel in Channel
        if channel in counts
    ]
    said = " · ".join(parts) or "empty"
    with st.expander(f"Suppression list: {said}", icon=":material/block:"):
        st.caption(
            "Whoever asked not to be written to. Only hashes of the addresses are kept, so the "
            "list can outlive the records; what is pasted here is not kept."
        )
        _take_in()


@st.fragment
def _take_in() -> None:
    actor = session.require(Permission.RUN_CAMPAIGNS)
    channel = st.selectbox("Channel", WRITTEN, format_func=marketing_words.channel)
    text = st.text_area(
        "Addresses, one a line, or the rows of a CSV file whose first column they are",
        height=120,
        placeholder="name@example.org",
    )
    if not st.button("Take these addresses in", icon=":material/playlist_add:"):
        return
    try:
        done = suppression.take_in(session.clinic(), actor, channel, text, now=clock.now())
    except ClinicError as error:
        fields.problem(error.message)
        return
    notices.say_later(_said(done))
    st.rerun()


def _said(done: TakenIn) -> str:
    added = formats.counted(done.added, "address", "addresses")
    known = f", {formats.figure(done.known)} were on the list already" if done.known else ""
    refused = f"; {formats.counted(done.refused, 'line')} held no address" if done.refused else ""
    return f"{added} added{known}{refused}."
