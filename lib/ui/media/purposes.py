"""The purpose that pictures are looked at for (rules D4 and D5), and what it hides, in a sentence."""

import streamlit as st

from lib.domain.media import Purpose
from lib.ui import formats
from lib.ui.media import filters

LABELS = {
    Purpose.RECORD: "Record",
    Purpose.EDUCATION: "Education",
    Purpose.SOCIAL_MEDIA: "Social media",
    Purpose.THIRD_PARTY: "Third party",
}
ICONS = {
    Purpose.RECORD: ":material/folder_shared:",
    Purpose.EDUCATION: ":material/school:",
    Purpose.SOCIAL_MEDIA: ":material/campaign:",
    Purpose.THIRD_PARTY: ":material/handshake:",
}
USES = {
    Purpose.RECORD: "for the record",
    Purpose.EDUCATION: "for education",
    Purpose.SOCIAL_MEDIA: "for social media",
    Purpose.THIRD_PARTY: "for a third party",
}


def draw(now: filters.State) -> None:
    """Draw the choice of the purpose; another one begins at the first page."""
    st.segmented_control(
        "Show what may be used for",
        list(Purpose),
        key=filters.key(now.scope, filters.FOR),
        format_func=lambda one: f"{ICONS[one]} {LABELS[one]}",
        required=True,
        on_change=filters.changed,
        args=(now.scope,),
    )


def sentence(purpose: Purpose, shown: int, hidden: int) -> str:
    """Return what is hidden for a purpose, and why."""
    if purpose is Purpose.RECORD:
        return "Everything in the record, for treating the patient. Nothing is hidden."
    use = USES[purpose]
    if not hidden:
        return f"Only what may be used {use}. Nothing else is here."
    agreed = "have" if hidden != 1 else "has"
    pictures = formats.counted(hidden, "picture")
    kept = "" if shown else " None may be used so far."
    return (
        f"{pictures} {agreed} no consent for use {use} and cannot be seen, compared, printed or "
        f"counted here.{kept}"
    )
