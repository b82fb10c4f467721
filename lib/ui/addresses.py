"""What the address of a screen says: opaque ids only, never a name."""

from uuid import UUID

import streamlit as st

PATIENT = "id"


def patient_id() -> UUID | None:
    """Return the patient that the address names, or None when it names none."""
    try:
        return UUID(st.query_params.get(PATIENT, ""))
    except ValueError:
        return None
