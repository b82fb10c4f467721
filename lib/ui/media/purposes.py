"""What pictures are looked at for (rules D4 and D5), and in a sentence what that hides."""

import streamlit as st

from lib.domain.media import Purpose
from lib.ui import formats, notices
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

HIDDEN = "Choose Record to see the pictures for treating the patient."
NONE_REMOVED = "What is removed can be put back from here. Nothing has been."
NONE_NARROWED = "No picture is all of this at once. Choose less, or show all."


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
    """Return how many pictures there are for a purpose, what is hidden, and why."""
    pictures = formats.counted(shown, "picture")
    if purpose is Purpose.RECORD:
        return f"{pictures}. The record has everything, for treating the patient."
    use = USES[purpose]
    there = f"{pictures} may be used {use}." if shown or not hidden else ""
    verb = "is" if hidden == 1 else "are"
    kept = (
        f"{formats.counted(hidden, 'picture')} {verb} hidden, because the use {use} was not agreed "
        "to. What is hidden is not shown, compared, printed or counted."
    )
    return " ".join(filter(None, (there, kept if hidden else "")))


def nothing(now: filters.State, hidden: int, so_far: str) -> None:
    """Say why no picture is shown, and what to do next; `so_far` where there are none at all."""
    if hidden:
        notices.empty(f"Nothing may be shown {USES[now.purpose]}", HIDDEN, "visibility_off")
    elif now.is_narrowed:
        notices.empty("Nothing like this", NONE_NARROWED, "filter_alt")
    elif now.filters.is_removed:
        notices.empty("Nothing removed", NONE_REMOVED, "delete")
    else:
        notices.empty("No photographs yet", so_far, "photo_library")
