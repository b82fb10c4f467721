"""The list of contraindications on the screen, and the form that adds or changes an entry."""

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.contraindications import Contraindication, Level, lines_of
from lib.domain.products import Group
from lib.services import contraindications
from lib.ui import clock, fields, formats, list_forms, notices, session
from lib.ui.components.blocks import Act, Entry, Mark, Tone
from lib.ui.drafts import FormState
from lib.ui.keys import Keys
from lib.ui.list_forms import Listed

GROUPS = {group.value: formats.words(group.value) for group in Group}
LEVELS = {Level.CAUTION.value: "Caution", Level.STOP.value: "Stop"}
MARKS = {
    Level.CAUTION: Mark("Caution", "warning", Tone.WARN),
    Level.STOP: Mark("Stop", "front_hand", Tone.ALERT),
}
EMPTY = "The list is empty, so no treatment will warn. Add the first entry here."
NEW: dict[str, object] = {
    **dict.fromkeys(("name", "terms", "advice"), ""),
    "groups": [],
    "level": Level.CAUTION.value,
    "is_active": True,
    "version": 0,
}


def draw_list(actor: Actor) -> None:
    """Draw the whole list, what holds first."""
    notices.say_now()
    st.caption(
        "When a treatment is recorded, these words are looked for in the patient's history. "
        "A warning asks for a reason; it never forbids."
    )
    found = contraindications.list_all(session.clinic(), actor)
    key, title = Keys.CONTRAINDICATION_FORM, "On the list"
    listed = Listed(key, title, EMPTY, _entry, lambda one: one.contraindication_id, _values_of)
    list_forms.draw(listed, found)


def _entry(one: Contraindication) -> Entry:
    groups = ", ".join(GROUPS.get(group, group) for group in one.groups) or "Every product"
    marks = (MARKS[one.level], *(() if one.is_active else (Mark("Not used", "block"),)))
    return Entry(
        when=f"Version {one.version}",
        title=one.name,
        marks=marks,
        lines=(groups, f"Looks for: {', '.join(one.terms)}"),
        said=one.advice,
        acts=(Act("Change", "edit", str(one.contraindication_id)),),
    )


def _values_of(one: Contraindication) -> dict[str, object]:
    return {
        "name": one.name,
        "terms": "\n".join(one.terms),
        "advice": one.advice,
        "groups": list(one.groups),
        "level": one.level.value,
        "is_active": one.is_active,
        "version": one.version,
    }


@st.fragment
def draw_form() -> None:
    """Draw the form: a new entry, or the one that was chosen."""
    actor = session.require(Permission.MANAGE_CATALOGUE)
    titles = ("Add an entry", "Change this entry")
    form = list_forms.begin(Keys.CONTRAINDICATION_FORM, NEW, titles)
    fields.text(form, "name", "What it is", hint="Pregnancy")
    fields.area(form, "terms", "Words to look for, one a line", hint="pregnan")
    st.caption("The beginning of a word is enough: pregnan finds pregnant and pregnancy.")
    fields.several(form, "groups", "Speaks against (nothing chosen: every product)", GROUPS)
    fields.segments(form, "level", "How grave", LEVELS)
    fields.area(form, "advice", "What follows from it", hint="Postpone until after the birth")
    fields.tick(form, "is_active", "Used for warnings")
    words = ("Add to the list", "Save this entry")
    list_forms.end(Keys.CONTRAINDICATION_FORM, form, words, lambda: _save(actor, form))


def _save(actor: Actor, form: FormState) -> str:
    values = form.values
    groups = values["groups"]
    wanted = Contraindication(
        contraindication_id=form.form_id,
        name=str(values["name"]).strip(),
        terms=lines_of(str(values["terms"])),
        groups=tuple(str(one) for one in groups) if isinstance(groups, list) else (),
        level=Level(str(values["level"])),
        advice=str(values["advice"]).strip(),
        is_active=bool(values["is_active"]),
        version=int(str(form.base["version"])),
        changed_at=clock.now(),
    )
    contraindications.save(session.clinic(), actor, wanted, now=clock.now())
    return "The list is saved. It holds from the next treatment on."
