"""What a template fills in on the form of a treatment, once it is chosen."""

import streamlit as st

from lib.domain.access import Actor
from lib.domain.chart_marks import to_json, usual_marks
from lib.domain.templates import Template
from lib.domain.treatment_form import price_text
from lib.domain.treatments import Product
from lib.services.treatment_reading import Choices
from lib.ui import clock, formats, treatment_words
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

FILLED = "filled"


def fill(actor: Actor, form: FormState, choices: Choices) -> None:
    """Take over what a template says, once it is chosen."""
    chosen = str(form.values["template_id"] or "")
    if chosen == form.values.get(FILLED):
        return
    form.values[FILLED] = chosen
    template = choices.template(chosen)
    product = choices.product(str(template.product_id)) if template else None
    if template is None or product is None:
        return
    form.values.update(_of_template(template, product, form))
    if product.is_prescription_only and not form.values["prescriber_id"]:
        form.values["prescriber_id"] = _usual_prescriber(actor, choices)
    # New widgets, so that they show what was filled in.
    form.turn += 1


def _of_template(template: Template, product: Product, form: FormState) -> dict[str, object]:
    treated_on = treatment_words.day_of(str(form.values["treated_on"])) or clock.today()
    due = template.follow_up_due(treated_on)
    return {
        "name": template.name,
        "product_id": str(product.product_id),
        "lot_id": "",
        "chart": to_json(usual_marks(template.areas, product.unit, template.chart)),
        "aftercare": template.aftercare or "",
        "follow_up_due_on": formats.day(due, ""),
        "price": price_text(template.price_pence),
    }


def _usual_prescriber(actor: Actor, choices: Choices) -> str:
    """Return the actor where they prescribe, else who was chosen last in this sitting."""
    mine = choices.mine(actor)
    if mine and mine.is_prescriber:
        return str(mine.practitioner_id)
    known = {str(one.practitioner_id) for one in choices.practitioners if one.is_prescriber}
    remembered = str(st.session_state.get(Keys.TREATMENT_PRESCRIBER) or "")
    only = next(iter(known)) if len(known) == 1 else ""
    return remembered if remembered in known else only
