"""The steps between the pages of a list, where it has more than one."""

import streamlit as st


def page_number(key: str) -> int:
    """Return which page of a list is shown, from 0."""
    return int(st.session_state.get(key, 0))


def draw(key: str, count: int, size: int, labels: tuple[str, str]) -> None:
    """Draw the ways to the pages before and after; `labels` say where they lead.

    A page that is gone, because what was on it was dealt with, gives way to the last there is.
    """
    page, last = page_number(key), max(0, (count - 1) // size)
    if page > last:
        _go(key, last)
        st.rerun()
    if last == 0:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        shapes = (":material/chevron_left:", ":material/chevron_right:")
        for label, shape, to in zip(labels, shapes, (page - 1, page + 1), strict=True):
            is_none = not 0 <= to <= last
            st.button(label, icon=shape, disabled=is_none, on_click=_go, args=(key, to))
        st.caption(f"Page {page + 1:,} of {last + 1:,}")


def _go(key: str, page: int) -> None:
    st.session_state[key] = page
