"""Forms of consent: reading the wordings that patients are shown; writing them is beside this."""

from datetime import date
from uuid import UUID

from lib.errors import NotFoundError
from lib.store import consent_forms
from lib.store.connection import Cursor
from lib.store.consent_forms import FormText

__all__ = ["FormText", "get_version", "list_askable"]

NO_VERSION = "This form is not there any more. It may have been a draft that was deleted."


def get_version(cursor: Cursor, form_version_id: UUID) -> FormText:
    """Return one wording of a form with the purposes it asks for. Raises `NotFoundError`."""
    found = consent_forms.get_version(cursor, form_version_id)
    if found is None:
        raise NotFoundError(NO_VERSION)
    return found


def list_askable(cursor: Cursor, as_of: date) -> list[FormText]:
    """Return what a patient can be asked with on a day: each form in use, its latest wording."""
    return consent_forms.list_in_force(cursor, as_of)
