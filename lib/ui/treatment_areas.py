"""The areas and doses of a treatment on its form: the chart, and what else was given with it."""

from decimal import Decimal

import streamlit as st

from lib.domain.chart_marks import Marks, from_json, to_json
from lib.domain.charts import Chart
from lib.domain.treatment_form import EMPTY_CHART
from lib.services.treatment_reading import Choices
from lib.services.treatments import Checked
from lib.ui import fields, text, treatment_words
from lib.ui.components import body_chart
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

TITLE = "Areas and doses"


def draw(form: FormState, choices: Choices, checked: Checked) -> None:
    """Draw the chart of what is given now, under what else was given; keep what was drawn."""
    template = choices.template(str(form.values["template_id"] or ""))
    product = choices.product(str(form.values["product_id"] or ""))
    marks = from_json(form.values["chart"]) or Marks()
    usual: dict[str, Decimal | None] = (
        {one.area: one.dose for one in template.areas} if template else {}
    )
    chart = template.chart if template else _first_chart(marks)
    st.subheader(TITLE, anchor=False)
    _others(form, choices)
    frame = body_chart.Frame(
        product.unit if product else "unit", usual, chart, f"{form.form_id}-{form.turn}"
    )
    drawn = body_chart.draw(marks, frame, key=f"{Keys.TREATMENT_CHART}-{form.form_id}")
    form.values["chart"] = to_json(drawn)
    if "chart" in checked.faults and (form.is_tried or drawn.areas):
        fields.problem(checked.faults["chart"])
    _offer_another(form, drawn)


def _first_chart(marks: Marks) -> Chart:
    return marks.points[0].chart if marks.points else Chart.FACE_FRONT


def _others(form: FormState, choices: Choices) -> None:
    """Draw what else was given at the same time, and the way to add another product or lot."""
    given: list[dict[str, object]] = list(form.values["others"] or [])  # type: ignore[call-overload]
    for place, other in enumerate(given):
        product = choices.product(str(other["product_id"]))
        marks = from_json(other["chart"]) or Marks()
        with st.container(horizontal=True, vertical_alignment="center"):
            words = treatment_words.marks_in_words(marks, product.unit if product else "")
            name = product.name if product else "A product"
            st.markdown(text.plain(f"Also {name}: {words}"))
            st.button(
                "Remove",
                key=form.key(f"other-{place}"),
                icon=":material/close:",
                on_click=_remove_other,
                args=(form, place),
            )


def _remove_other(form: FormState, place: int) -> None:
    others: list[object] = list(form.values["others"] or [])  # type: ignore[call-overload]
    form.values["others"] = [*others[:place], *others[place + 1 :]]
    form.turn += 1


def _offer_another(form: FormState, drawn: Marks) -> None:
    if drawn.areas and form.values["product_id"]:
        st.button(
            "Add another product or lot",
            key=form.key("another"),
            icon=":material/add:",
            on_click=_set_aside,
            args=(form,),
        )


def _set_aside(form: FormState) -> None:
    aside = {name: form.values[name] for name in ("product_id", "lot_id", "chart")}
    form.values["others"] = [*list(form.values["others"] or []), aside]  # type: ignore[call-overload]
    form.values.update({"product_id": "", "lot_id": "", "chart": EMPTY_CHART})
    form.turn += 1
