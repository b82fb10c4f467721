"""The form beside one of the clinic's own lists: opening an entry in it, saving it, closing it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

import streamlit as st

from lib.errors import ClinicError, InvalidInputError
from lib.ui import drafts, fields, formats, notices
from lib.ui.components import blocks
from lib.ui.components.blocks import Entries, Entry
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Listed(Generic[One]):
    """How a list is shown, and how the form of one of its entries begins.

    `form` is the key of the form, `empty` what is said where there is no entry yet.
    """

    form: Keys
    title: str
    empty: str
    entry_of: Callable[[One], Entry]
    id_of: Callable[[One], UUID]
    values_of: Callable[[One], Mapping[str, object]]


def draw(listed: Listed[One], found: Sequence[One]) -> None:
    """Draw a list; open the entry that is chosen in it, and let go of what the form held."""
    entries = tuple(map(listed.entry_of, found))
    count = formats.figure(len(entries)) if entries else ""
    shown = Entries(listed.title, entries, listed.empty, count)
    chosen = blocks.draw([shown], key=f"list-{listed.form}")
    one = next((one for one in found if str(listed.id_of(one)) == chosen), None)
    if one is not None:
        st.session_state.pop(listed.form, None)
        drafts.loose(listed.form, listed.values_of(one), listed.id_of(one))
        st.rerun()


def begin(key: Keys, new: Mapping[str, object], titles: tuple[str, str]) -> FormState:
    """Return the form, its title drawn: the first where it adds, the second where it changes."""
    form = drafts.loose(key, new)
    st.subheader(titles[0] if is_new(form) else titles[1], anchor=False)
    return form


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
