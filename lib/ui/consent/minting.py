"""Ids of what a form will write, minted once: saving the same form again writes nothing anew."""

from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.ui.drafts import FormState
from lib.ui.keys import Keys


def id_of(form: FormState, name: str) -> UUID:
    """Return the id that a part of an open form has."""
    ids: dict[str, UUID] = st.session_state.setdefault(f"{Keys.CONSENT_IDS}_{form.form_id}", {})
    return ids.setdefault(name, uuid7s.uuid7())
