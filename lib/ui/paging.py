"""The steps through a long list, page by page."""

import streamlit as st

from lib.ui.keys import Keys

Words = tuple[str, str]


def number(key: Keys) -> int:
    """Return which page is shown, from 0."""
    return int(st.session_state.get(key, 0))


def buttons(key: Keys, count: int, size: int, words: Words = ("Before", "After")) -> None:
    """Draw the steps to the pages before and after, where there are any; `words` names the two.

    A page that has gone, because what was on it was dealt with, gives way to the last one there is.
    """
    page, last = number(key), max(0, (count - 1) // size)
    if page > last:
        _go(key, last)
        st.rerun()
    if last == 0:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        steps = zip(words, (":material/chevron_left:", ":material/chevron_right:"), strict=True)
        for (label, shape), to in zip(steps, (page - 1, page + 1), strict=True):
            is_none = not 0 <= to <= last
            st.button(label, icon=shape, disabled=is_none, on_click=_go, args=(key, to))
        st.caption(f"Page {page + 1:,} of {last + 1:,}")


def _go(key: Keys, page: int) -> None:
    st.session_state[key] = page
