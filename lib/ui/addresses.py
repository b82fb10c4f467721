"""What the address of a screen says: opaque ids only, never a name."""

from uuid import UUID

import streamlit as st

from lib.domain.media import Purpose
from lib.ui import navigation

PATIENT = "id"
MERGED = "from"
TREATMENT = "treatment"
EVENT = "event"
FIRST = "first"
SECOND = "second"
MORE = "more"
MEDIA = "media"
CAMPAIGN = "campaign"
PURPOSE = "for"
ACT = "act"
CORRECT = "correct"
FORM = "form"
CASE = "case"
DISPOSAL = "disposal"
ANY_VIEW = "any"


def patient_id() -> UUID | None:
    """Return the patient that the address names, or None when it names none."""
    return patient_id_in(st.query_params.get(PATIENT, ""))


def treatment_id() -> UUID | None:
    """Return the treatment that the address names, or None when it names none."""
    return patient_id_in(st.query_params.get(TREATMENT, ""))


def event_id() -> UUID | None:
    """Return the adverse event that the address names, or None when it names none."""
    return patient_id_in(st.query_params.get(EVENT, ""))


def compared() -> list[UUID]:
    """Return the pictures that the address names to compare, in its order and each once."""
    further = st.query_params.get(MORE, "").split(",")
    named = [st.query_params.get(FIRST, ""), st.query_params.get(SECOND, ""), *further]
    found = [one for one in map(patient_id_in, named) if one is not None]
    return list(dict.fromkeys(found))


def purpose() -> Purpose:
    """Return what pictures are looked at for; the record where the address does not say."""
    named = st.query_params.get(PURPOSE, "")
    return Purpose(named) if named in set(Purpose) else Purpose.RECORD


def media_id() -> UUID | None:
    """Return the photograph or video that the address names, or None when it names none."""
    return patient_id_in(st.query_params.get(MEDIA, ""))


def form_version_id() -> UUID | None:
    """Return the wording of a form that the address names, or None when it names none."""
    return patient_id_in(st.query_params.get(FORM, ""))


def campaign_id() -> UUID | None:
    """Return the campaign that the address names, or None when it names none."""
    return patient_id_in(st.query_params.get(CAMPAIGN, ""))


def case_id() -> UUID | None:
    """Return the case of disposal that the address names, or None when it names none."""
    return patient_id_in(st.query_params.get(CASE, ""))


def is_correction() -> bool:
    """Tell whether the address asks to correct what it names."""
    return st.query_params.get(ACT) == CORRECT


def is_any_view() -> bool:
    """Tell whether the address asks for pictures of whatever they show, by no protocol."""
    return st.query_params.get(ACT) == ANY_VIEW


def patient_id_in(text: str) -> UUID | None:
    """Return the id that a text holds, or None when it holds none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def go_to_survivor(absorbed_id: UUID, survivor_id: UUID) -> None:
    """Go to the record that another was merged into; its address says which one was asked for."""
    query = {PATIENT: str(survivor_id), MERGED: str(absorbed_id)}
    st.switch_page(navigation.RECORD.path, query_params=query)
