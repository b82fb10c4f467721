"""Fields of a form that keeps what is typed, each with the reason why its value cannot be."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from lib.ui import text as texts
from lib.ui.drafts import FormState

NO_FAULTS: Mapping[str, str] = {}


def text(
    form: FormState,
    name: str,
    label: str,
    faults: Mapping[str, str] = NO_FAULTS,
    hint: str | None = None,
) -> str:
    """Draw one line to type in; `hint` is shown in it while it is empty."""
    key = _ready(form, name)
    typed = st.text_input(label, key=key, placeholder=hint, autocomplete="off")
    _fault(form, name, faults)
    form.values[name] = typed
    return typed


def area(
    form: FormState,
    name: str,
    label: str,
    faults: Mapping[str, str] = NO_FAULTS,
    hint: str | None = None,
) -> str:
    """Draw several lines to type in."""
    typed = st.text_area(label, key=_ready(form, name), placeholder=hint, height=90)
    _fault(form, name, faults)
    form.values[name] = typed
    return typed


def page(form: FormState, name: str, label: str, faults: Mapping[str, str] = NO_FAULTS) -> str:
    """Draw a tall box for a whole text."""
    typed = st.text_area(label, key=_ready(form, name), height=440)
    _fault(form, name, faults)
    form.values[name] = typed
    return typed


def choice(
    form: FormState,
    name: str,
    label: str,
    options: Mapping[str, str],
    faults: Mapping[str, str] = NO_FAULTS,
) -> str:
    """Draw a list to choose from; `options` has the words of each value."""
    picked = st.selectbox(
        label, list(options), key=_ready(form, name), format_func=_words_of(options)
    )
    _fault(form, name, faults)
    form.values[name] = picked
    return str(picked or "")


def segments(form: FormState, name: str, label: str, options: Mapping[str, str]) -> str:
    """Draw a few choices side by side, of which one holds; quicker than a list."""
    key = _ready(form, name)
    if st.session_state[key] is None:
        # One always holds: a change that is sent while the page is still drawn comes without it.
        st.session_state[key] = form.kept.get(name) or form.base.get(name)
    picked = st.segmented_control(
        label,
        list(options),
        key=key,
        format_func=_words_of(options),
        required=True,
    )
    form.values[name] = picked
    return str(picked or "")


def several(form: FormState, name: str, label: str, options: Mapping[str, str]) -> list[str]:
    """Draw a list from which several are chosen, or none."""
    picked = st.multiselect(
        label,
        list(options),
        key=_ready(form, name),
        format_func=_words_of(options),
        placeholder="Choose",
    )
    form.values[name] = picked
    return picked


def tick(form: FormState, name: str, label: str) -> bool:
    """Draw a box to tick."""
    is_ticked = st.checkbox(label, key=_ready(form, name))
    form.values[name] = is_ticked
    return is_ticked


def suggested(
    form: FormState,
    name: str,
    label: str,
    options: Sequence[str],
    faults: Mapping[str, str] = NO_FAULTS,
) -> str:
    """Draw a list to choose from that also takes what is not in it."""
    key = _ready(form, name)
    held = st.session_state[key]
    known = [*options] if held in {None, "", *options} else [str(held), *options]
    st.session_state[key] = held or None
    picked = st.selectbox(
        label, known, key=key, accept_new_options=True, placeholder="Type or choose"
    )
    _fault(form, name, faults)
    form.values[name] = picked or ""
    return str(picked or "")


def save_button(form: FormState, label: str, icon: str, *, is_primary: bool = True) -> bool:
    """Draw the button that saves the form; from the first try on, what is missing is named."""
    return st.button(
        label,
        type="primary" if is_primary else "secondary",
        icon=f":material/{icon}:",
        on_click=_try,
        args=(form,),
    )


def _try(form: FormState) -> None:
    form.is_tried = True


def problem(message: str) -> None:
    """Say at the field above why its value cannot be."""
    st.html(f'<p class="desk-problem" role="alert">{texts.as_html(sentence(message))}</p>')


def sentence(message: str) -> str:
    """Return a reason as a sentence."""
    whole = message[:1].upper() + message[1:]
    return whole if whole.endswith((".", "?", "!")) else f"{whole}."


def _ready(form: FormState, name: str) -> str:
    key = form.key(name)
    # Streamlit forgets a field that was not drawn in the last run; the form does not.
    if key not in st.session_state:
        st.session_state[key] = form.values.get(name)
    return key


def _fault(form: FormState, name: str, faults: Mapping[str, str]) -> None:
    # An empty field is no mistake until somebody asks to save.
    if name in faults and (form.is_tried or form.values.get(name)):
        problem(faults[name])


def _words_of(options: Mapping[str, str]) -> Callable[[str], str]:
    return lambda value: options.get(value, value)
