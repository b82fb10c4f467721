"""What the address of a screen says: opaque ids only, never a name."""

from uuid import UUID

import streamlit as st

PATIENT = "id"


def patient_id() -> UUID | None:
    """Return the patient that the address names, or None when it names none."""
    return patient_id_in(st.query_params.get(PATIENT, ""))


def patient_id_in(text: str) -> UUID | None:
    """Return the id that a text holds, or None when it holds none."""
    try:
        return UUID(text)
    except ValueError:
        return None
