"""The patient banner of the NHS Common User Interface, on every screen that shows a patient."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

import streamlit as st

from lib.domain.history import AllergyState
from lib.services.records import Alerts, Heading, Record
from lib.store.records import Patient
from lib.ui import formats
from lib.ui.components.blocks import Mark, Tone
from lib.ui.components.sources import source

HTML = '<div class="desk"></div>\n'
# The stylesheet keeps what carries this key at the top of the screen.
STICKY = "patient_banner"
# Further ones are on the consent screen; the banner stays a banner.
MOST_NAMED = 2
SILENT = {
    AllergyState.NONE_KNOWN: ("No known allergies", "check_circle", Tone.GOOD),
    AllergyState.NOT_RECORDED: ("Allergies not recorded", "help", Tone.WARN),
}

_draw = st.components.v2.component(
    "desk_banner",
    html=HTML,
    css=source("kit.css", "banner.css"),
    js=source("kit.js", "banner.js"),
)


def draw(record: Record | Heading, as_of: date, key: str = STICKY) -> None:
    """Draw whose record this is; it stays in sight while the record is scrolled.

    Where two patients are on one screen, each has a key of its own, and neither stays.
    """
    with st.container(key=key):
        _draw(data=banner_of(record.patient, record.alerts, as_of), key=f"{key}_drawn")


def banner_of(patient: Patient, alerts: Alerts, as_of: date) -> dict[str, object]:
    """Return what the banner says, in words."""
    died = alerts.deceased_on
    return {
        "name": formats.name(patient.family_name, patient.given_names, patient.title),
        "preferred": (
            {"label": "Preferred name", "value": patient.preferred_name}
            if patient.preferred_name
            else None
        ),
        "pairs": [
            {"label": "Born", "value": formats.born(patient.born_on, as_of, died)},
            {"label": "Gender", "value": formats.sex(patient.sex)},
            {"label": "Reference", "value": patient.reference},
        ],
        "allergies": _allergies(alerts),
        "marks": [asdict(mark) for mark in _marks(alerts)],
        "died": f"Deceased {formats.died(patient.born_on, died)}" if died else None,
    }


def _allergies(alerts: Alerts) -> dict[str, object]:
    if alerts.allergy_state is AllergyState.KNOWN:
        named = (
            f"{entry.name} ({entry.severity})" if entry.severity else entry.name
            for entry in alerts.allergies
        )
        return {
            "label": "Allergies",
            "value": ", ".join(named),
            "icon": "warning",
            "tone": Tone.ALERT,
        }
    words, shape, tone = SILENT[alerts.allergy_state]
    return {"label": "", "value": words, "icon": shape, "tone": tone}


def _marks(alerts: Alerts) -> list[Mark]:
    marks = []
    if alerts.adjustments:
        word = formats.counted(len(alerts.adjustments), "reasonable adjustment")
        marks.append(Mark(word, "accessibility_new", Tone.INFO))
    if alerts.restriction:
        marks.append(Mark("Restricted", "lock", Tone.ALERT))
    if alerts.is_minor:
        marks.append(Mark("Under 18", "child_care", Tone.ALERT))
    if alerts.withdrawn:
        tone = Tone.ALERT if alerts.is_treatment_ended else Tone.WARN
        marks.append(Mark(f"Consent withdrawn: {_named(alerts.withdrawn)}", "block", tone))
    return marks


def _named(names: Sequence[str]) -> str:
    """Return the first of what was withdrawn, and how many more there are."""
    further = len(names) - MOST_NAMED
    more = f", and {further} more" if further > 0 else ""
    return f"{'; '.join(names[:MOST_NAMED])}{more}"
