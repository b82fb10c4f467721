"""Two people changed the same thing: both versions side by side, and a choice for each field."""

from collections.abc import Callable, Mapping

import streamlit as st

from lib.domain.conflicts import Choice, Comparison
from lib.ui import text
from lib.ui.drafts import FormState


def choose(
    form: FormState, found: Comparison, labels: Mapping[str, str], by: str
) -> Mapping[str, Choice]:
    """Draw what both changed, and return what was decided so far; nothing is saved by itself.

    `labels` names the fields, `by` says who saved meanwhile.
    """
    fields = ", ".join(labels.get(conflict.name, conflict.name) for conflict in found.conflicts)
    st.warning(
        f"{text.plain(by)} saved a change meanwhile: {text.plain(fields)}. Choose what holds, "
        "then save again. Nothing of either is lost: what is not kept stays in the earlier "
        "versions.",
        icon=":material/call_split:",
    )
    decided = {}
    for conflict in found.conflicts:
        label = labels.get(conflict.name, conflict.name)
        with st.container(border=True, key=f"conflict_{conflict.name}"):
            words = {
                Choice.MINE: f"Yours: {_said(conflict.mine)}",
                Choice.THEIRS: f"Theirs: {_said(conflict.theirs)}",
            }
            picked = st.radio(
                text.plain(f"{label} (before: {_said(conflict.base)})"),
                list(Choice),
                index=None,
                key=form.key(f"conflict-{conflict.name}"),
                format_func=_plainly(words),
            )
        if picked is not None:
            decided[conflict.name] = picked
    return decided


def _plainly(words: Mapping[Choice, str]) -> Callable[[Choice], str]:
    return lambda choice: text.plain(words[choice])


def _said(value: object) -> str:
    return str(value) if value not in {None, ""} else "nothing"
