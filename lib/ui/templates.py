"""Treatment templates on the screen, and the form that adds or changes one."""

from decimal import Decimal, InvalidOperation
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.charts import Chart
from lib.domain.templates import Template, UsualDose
from lib.errors import InvalidInputError
from lib.services import stock, templates
from lib.ui import clock, fields, formats, list_forms, notices, session
from lib.ui.components.blocks import Act, Entry, Mark
from lib.ui.drafts import FormState
from lib.ui.keys import Keys
from lib.ui.list_forms import Listed

CHARTS = {chart.value: formats.words(chart.value) for chart in Chart}
EMPTY = "There is no template yet. Add one here, and recording that treatment takes seconds."
NEW: dict[str, object] = {
    **dict.fromkeys(("name", "areas", "aftercare", "follow_up_days", "price"), ""),
    "product_id": None,
    "chart": next(iter(Chart)).value,
    "is_active": True,
    "version": 0,
}
PENCE = 100


def draw_list(actor: Actor) -> None:
    """Draw every template, those in use first."""
    notices.say_now()
    found = templates.list_templates(session.clinic(), actor)
    names = {one.product_id: one for one in stock.products(session.clinic(), actor)}

    def entry_of(one: Template) -> Entry:
        return _entry(one, names[one.product_id].name, names[one.product_id].unit)

    key, title = Keys.TEMPLATE_FORM, "In use"
    listed = Listed(key, title, EMPTY, entry_of, lambda one: one.template_id, _values_of)
    list_forms.draw(listed, [one for one in found if one.product_id in names])


def _entry(one: Template, product: str, unit: str) -> Entry:
    doses = ", ".join(
        " ".join(filter(None, (usual.area, formats.dose(usual.dose, unit)))) for usual in one.areas
    )
    after = formats.counted(one.follow_up_days, "day") if one.follow_up_days else ""
    parts = (product, doses, f"follow-up after {after}" if after else "no follow-up")
    return Entry(
        when=f"Version {one.version}",
        title=one.name,
        aside=formats.money(one.price_pence, absent=""),
        marks=() if one.is_active else (Mark("Not used", "block"),),
        lines=(" · ".join(parts),),
        said=one.aftercare or "",
        acts=(Act("Change", "edit", str(one.template_id)),),
    )


def _values_of(one: Template) -> dict[str, object]:
    lines = (f"{usual.area}: {usual.dose.normalize():f}" if usual.dose else usual.area
             for usual in one.areas)  # fmt: skip
    price = "" if one.price_pence is None else f"{one.price_pence / PENCE:.2f}"
    return {
        "name": one.name,
        "product_id": str(one.product_id),
        "chart": one.chart.value,
        "areas": "\n".join(lines),
        "aftercare": one.aftercare or "",
        "follow_up_days": str(one.follow_up_days or ""),
        "price": price,
        "is_active": one.is_active,
        "version": one.version,
    }


@st.fragment
def draw_form() -> None:
    """Draw the form: a new template, or the one that was chosen."""
    actor = session.require(Permission.MANAGE_CATALOGUE)
    titles = ("Add a template", "Change this template")
    form = list_forms.begin(Keys.TEMPLATE_FORM, NEW, titles)
    fields.text(form, "name", "Name", hint="Wrinkle relaxing, 3 areas")
    names = {str(one.product_id): one.name for one in stock.products(session.clinic(), actor)
             if one.is_active or str(one.product_id) == form.base["product_id"]}  # fmt: skip
    product, chart = st.columns(2)
    with product:
        fields.choice(form, "product_id", "Product", names)
    with chart:
        fields.choice(form, "chart", "Chart it opens on", CHARTS)
    fields.area(form, "areas", "Areas with the usual dose, one a line", hint="glabella: 20")
    days, price = st.columns(2)
    with days:
        fields.text(form, "follow_up_days", "Follow-up after days", hint="14")
    with price:
        fields.text(form, "price", "Price in pounds", hint="225.00")
    fields.area(form, "aftercare", "Aftercare", hint="What the patient is told and given")
    fields.tick(form, "is_active", "Offered when a treatment is recorded")
    words = ("Add this template", "Save this template")
    list_forms.end(Keys.TEMPLATE_FORM, form, words, lambda: _save(actor, form))


def _save(actor: Actor, form: FormState) -> str:
    templates.save(session.clinic(), actor, _read(form), now=clock.now())
    return "The template is saved."


def _read(form: FormState) -> Template:
    """Return what the form says. Raises `InvalidInputError`."""
    values = {name: str(value or "").strip() for name, value in form.values.items()}
    if not values["product_id"]:
        message = "choose the product"
        raise InvalidInputError(message, field="product_id")
    price = _number(values["price"].removeprefix("£"), "price", "the price is no amount of money")
    days = _number(values["follow_up_days"], "follow_up_days", "the days are no whole number")
    return Template(
        template_id=form.form_id,
        product_id=UUID(values["product_id"]),
        name=values["name"],
        chart=Chart(values["chart"]),
        areas=tuple(_usual(line) for line in values["areas"].splitlines() if line.strip()),
        aftercare=values["aftercare"] or None,
        follow_up_days=int(days) if days is not None else None,
        price_pence=int(price * PENCE) if price is not None else None,
        is_active=bool(form.values["is_active"]),
        version=int(str(form.base["version"])),
        changed_at=clock.now(),
    )


def _usual(line: str) -> UsualDose:
    area, _, dose = line.partition(":")
    amount = _number(dose.strip(), "areas", f"write the dose of {area.strip()} as a number")
    return UsualDose(area.strip(), amount)


def _number(text: str, field: str, message: str) -> Decimal | None:
    if not text:
        return None
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise InvalidInputError(message, field=field) from None
    if not found.is_finite() or (field == "follow_up_days" and found != found.to_integral_value()):
        raise InvalidInputError(message, field=field)
    return found
