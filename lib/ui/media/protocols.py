"""The protocols of views on the screen, and the form that adds or changes one."""

from collections.abc import Callable

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.media import Expression, View
from lib.domain.products import Group
from lib.domain.protocols import Protocol, Shot, shot_of
from lib.services.media import protocols
from lib.ui import clock, fields, formats, list_forms, notices, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Mark
from lib.ui.drafts import FormState
from lib.ui.keys import Keys
from lib.ui.list_forms import Listed

EVERY_OTHER = ""
GROUPS = {
    EVERY_OTHER: "Every other treatment",
    **{group.value: formats.words(group.value) for group in Group},
}
ANY = "any"
VIEWS = {one.value: formats.words(one.value) for one in View}
EXPRESSIONS = {
    ANY: "No matter which",
    **{one.value: formats.words(one.value) for one in Expression},
}
EMPTY = "There is no protocol yet. Add one here, and the camera leads through its views."
NO_VIEWS = "No view is in it yet. Choose one below and add it."
NEW: dict[str, object] = {
    "name": "",
    "product_group": Group.TOXIN.value,
    "views": (),
    "is_active": True,
    "version": 0,
}


def draw_list(actor: Actor) -> None:
    """Draw every protocol, those in use first."""
    notices.say_now()
    st.caption(
        "The camera leads through these views and says which are missing. A treatment follows the "
        "protocol of its products, or that of every other treatment where they have none."
    )
    found = protocols.list_protocols(session.clinic(), actor)
    key, title = Keys.PROTOCOL_FORM, "Protocols"
    listed = Listed(key, title, EMPTY, _entry, lambda one: one.protocol_id, _values_of)
    list_forms.draw(listed, found)


def _entry(one: Protocol) -> Entry:
    views = (f"{place}. {_words(shot)}" for place, shot in enumerate(one.shots, start=1))
    return Entry(
        when=f"Version {one.version}",
        title=one.name,
        aside=formats.counted(len(one.shots), "view"),
        marks=() if one.is_active else (Mark("Not used", "block"),),
        lines=(GROUPS.get(one.product_group or EVERY_OTHER, ""), " · ".join(views)),
        acts=(Act("Change", "edit", str(one.protocol_id)),),
    )


def _values_of(one: Protocol) -> dict[str, object]:
    return {
        "name": one.name,
        "product_group": one.product_group or EVERY_OTHER,
        "views": tuple(shot.key for shot in one.shots),
        "is_active": one.is_active,
        "version": one.version,
    }


@st.fragment
def draw_form() -> None:
    """Draw the form: a new protocol, or the one that was chosen."""
    actor = session.require(Permission.MANAGE_CATALOGUE)
    titles = ("Add a protocol", "Change this protocol")
    form = list_forms.begin(Keys.PROTOCOL_FORM, NEW, titles)
    fields.text(form, "name", "Name", hint="Wrinkle relaxing")
    fields.choice(form, "product_group", "Followed by treatments with", GROUPS)
    _views(form)
    fields.tick(form, "is_active", "Used by the camera")
    words = ("Add this protocol", "Save this protocol")
    list_forms.end(Keys.PROTOCOL_FORM, form, words, lambda: _save(actor, form))


def _views(form: FormState) -> None:
    key = f"{Keys.PROTOCOL_VIEWS}-{form.form_id}"
    _rearrange(form, key)
    shots = _shots(form)
    entries = tuple(_row(place, shot, len(shots)) for place, shot in enumerate(shots))
    blocks.draw([Entries("Views, in the order in which they are taken", entries, NO_VIEWS)], key)
    view, expression = st.columns(2)
    with view:
        st.selectbox(
            "View", list(VIEWS), format_func=VIEWS.__getitem__, key=Keys.PROTOCOL_NEXT_VIEW
        )
    with expression:
        st.selectbox(
            "Expression",
            list(EXPRESSIONS),
            format_func=EXPRESSIONS.__getitem__,
            key=Keys.PROTOCOL_NEXT_EXPRESSION,
        )
    st.button("Add this view", icon=":material/add:", on_click=_add, args=(form,))


def _row(place: int, shot: Shot, count: int) -> Entry:
    acts = (
        *([Act("Earlier", "arrow_upward", f"up {place}")] if place else []),
        *([Act("Later", "arrow_downward", f"down {place}")] if place < count - 1 else []),
        Act("Take out", "close", f"out {place}"),
    )
    return Entry(when=str(place + 1), title=_words(shot), acts=acts)


def _rearrange(form: FormState, key: str) -> None:
    """Do with the views what was asked for just now, before they are drawn."""
    asked = (st.session_state.get(key) or {}).get("act")
    act, _, place = asked.partition(" ") if isinstance(asked, str) else ("", "", "")
    shots = list(_shots(form))
    if act not in MOVES or not place.isdecimal() or int(place) >= len(shots):
        return
    MOVES[act](shots, int(place))
    form.values["views"] = tuple(shot.key for shot in shots)


def _up(shots: list[Shot], place: int) -> None:
    shots.insert(max(place - 1, 0), shots.pop(place))


def _down(shots: list[Shot], place: int) -> None:
    shots.insert(place + 1, shots.pop(place))


def _out(shots: list[Shot], place: int) -> None:
    shots.pop(place)


MOVES: dict[str, Callable[[list[Shot], int], None]] = {"up": _up, "down": _down, "out": _out}


def _add(form: FormState) -> None:
    session.require(Permission.MANAGE_CATALOGUE)
    view = st.session_state[Keys.PROTOCOL_NEXT_VIEW]
    expression = st.session_state[Keys.PROTOCOL_NEXT_EXPRESSION]
    shot = Shot(View(view), None if expression == ANY else Expression(expression))
    form.values["views"] = tuple(dict.fromkeys((*(one.key for one in _shots(form)), shot.key)))


def _shots(form: FormState) -> tuple[Shot, ...]:
    kept = form.values["views"]
    keys = kept if isinstance(kept, tuple) else ()
    return tuple(shot for key in keys if (shot := shot_of(key)) is not None)


def _words(shot: Shot) -> str:
    return formats.words(shot.words)


def _save(actor: Actor, form: FormState) -> str:
    values = form.values
    wanted = Protocol(
        protocol_id=form.form_id,
        name=str(values["name"]).strip(),
        product_group=str(values["product_group"] or "") or None,
        shots=_shots(form),
        is_active=bool(values["is_active"]),
        version=int(str(form.base["version"])),
        changed_at=clock.now(),
    )
    protocols.save(session.clinic(), actor, wanted, now=clock.now())
    return "The protocol is saved. The camera follows it from now on."
