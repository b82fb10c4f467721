"""The form beside one of the clinic's own lists: opening an entry in it, saving it, closing it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import streamlit as st

from lib.errors import ClinicError, InvalidInputError
from lib.ui import drafts, fields, notices
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

One = TypeVar("One")


def open_chosen(
    key: Keys,
    found: Sequence[One],
    chosen: str | None,
    id_of: Callable[[One], UUID],
    values_of: Callable[[One], Mapping[str, object]],
) -> None:
    """Open the entry that was chosen in the list, if one was; what the form held is let go."""
    one = next((one for one in found if str(id_of(one)) == chosen), None)
    if one is not None:
        st.session_state.pop(key, None)
        drafts.loose(key, values_of(one), id_of(one))
        st.rerun()


def is_new(form: FormState) -> bool:
    """Tell whether the form adds an entry; else it changes one."""
    return form.base["version"] == 0


def end(key: Keys, form: FormState, words: tuple[str, str], save: Callable[[], str]) -> None:
    """Draw the buttons; `words` are those of adding and of changing, `save` returns what to say."""
    with st.container(horizontal=True):
        is_wanted = fields.save_button(form, words[0] if is_new(form) else words[1], "save")
        is_left = not is_new(form) and st.button("Close without saving")
    if is_wanted:
        _save(key, save)
    if is_left:
        _close(key)


def _save(key: Keys, save: Callable[[], str]) -> None:
    try:
        said = save()
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        notices.say_later(said)
        _close(key)


def _close(key: Keys) -> None:
    st.session_state.pop(key, None)
    st.rerun()
