"""Products on the screen: what is on offer, and the form that adds or changes one."""

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.products import Group
from lib.errors import ClinicError
from lib.services import stock
from lib.services.stock import NewProduct
from lib.store.stock import ProductRow
from lib.ui import drafts, fields, formats, notices, session, text
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Mark, Tone
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

GROUPS = {group.value: formats.words(group.value) for group in Group}
EMPTY = "No product is kept yet. Add the first one here, or import a list."
NEW: dict[str, object] = {
    **dict.fromkeys(("name", "manufacturer", "unit", "components"), ""),
    "product_group": Group.TOXIN.value,
    "is_prescription_only": False,
    "is_active": True,
}


def draw_list(actor: Actor) -> None:
    """Draw every product, those on offer first."""
    notices.say_now()
    found = stock.products(session.clinic(), actor)
    entries = tuple(_entry(one) for one in found)
    count = formats.figure(len(entries)) if entries else ""
    chosen = blocks.draw([Entries("On the list", entries, EMPTY, count)], key="products")
    product = next((one for one in found if str(one.product_id) == chosen), None)
    if product is not None:
        st.session_state.pop(Keys.PRODUCT_FORM, None)
        drafts.loose(Keys.PRODUCT_FORM, _values_of(product), product.product_id)
        st.rerun()


def _entry(one: ProductRow) -> Entry:
    held = ", ".join((one.components or "").splitlines())
    parts = (one.manufacturer or "", f"counted in {one.unit}", f"holds {held}" if held else "")
    marks = (
        [Mark("Prescription only", "prescriptions", Tone.INFO)] if one.is_prescription_only else []
    )
    if not one.is_active:
        marks.append(Mark("Not on offer", "block"))
    return Entry(
        when=GROUPS.get(one.product_group, one.product_group),
        title=one.name,
        marks=tuple(marks),
        lines=(" · ".join(filter(None, parts)),),
        acts=(Act("Change", "edit", str(one.product_id)),),
    )


def _values_of(one: ProductRow) -> dict[str, object]:
    values = {name: getattr(one, name) for name in NEW}
    return {name: "" if value is None else value for name, value in values.items()}


@st.fragment
def draw_form(actor: Actor) -> None:
    """Draw the form: a new product, or the one that was chosen."""
    actor = session.require(Permission.MANAGE_CATALOGUE)
    form = drafts.loose(Keys.PRODUCT_FORM, NEW)
    is_new = not form.base["name"]
    st.subheader("Add a product" if is_new else "Change this product", anchor=False)
    faults = stock.check_product(form.values)
    if is_new:
        fields.text(form, "name", "Name", faults)
    else:
        st.markdown(f"**{text.plain(str(form.base['name']))}**")
    fields.choice(form, "product_group", "Group", GROUPS, faults)
    unit, maker = st.columns(2)
    with unit:
        fields.text(form, "unit", "Counted in", faults, "unit, ml, g")
    with maker:
        fields.text(form, "manufacturer", "Made by", faults)
    fields.area(form, "components", "What is in it, one a line", faults, "lidocaine")
    st.caption("An allergy to any of these warns when a treatment is recorded.")
    fields.tick(form, "is_prescription_only", "Only on prescription")
    fields.tick(form, "is_active", "On offer")
    with st.container(horizontal=True):
        label = "Add this product" if is_new else "Save this product"
        if fields.save_button(form, label, "save") and not faults:
            _save(actor, form)
        if not is_new and st.button("Close without saving"):
            _close()


def _save(actor: Actor, form: FormState) -> None:
    try:
        stock.save_product(session.clinic(), actor, NewProduct(form.form_id, dict(form.values)))
    except ClinicError as error:
        fields.problem(error.message)
        return
    notices.say_later("The product is saved.")
    _close()


def _close() -> None:
    st.session_state.pop(Keys.PRODUCT_FORM, None)
    st.rerun()
