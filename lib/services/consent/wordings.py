"""The texts of forms, for whoever reads a record: nothing here is of a patient."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import forms
from lib.store import consent_papers
from lib.store.consent_papers import Wording


@dataclass(frozen=True, slots=True)
class Offered:
    """A version of a form that may be named for a consent, and the purposes it asks about."""

    wording: Wording
    purposes: tuple[str, ...]


def text_of(clinic: Clinic, actor: Actor, form_version_id: UUID) -> str:
    """Return the text of a version (Markdown). Raises `NotPermittedError`, `NotFoundError`."""
    authorise(clinic, actor, Permission.VIEW_RECORD)
    with clinic.store.reading() as cursor:
        return forms.get_version(cursor, form_version_id).text


def in_force_on(clinic: Clinic, actor: Actor, day: date) -> Mapping[UUID, Offered]:
    """Return the versions that were in force by a day, by id; of one form the newest first."""
    authorise(clinic, actor, Permission.VIEW_RECORD)
    with clinic.store.reading() as cursor:
        known = consent_papers.list_wordings(cursor)
        asked = consent_papers.list_asked(cursor)
    return {
        key: Offered(one, asked.get(key, ()))
        for key, one in known.items()
        if one.version.in_force_from is not None and one.version.in_force_from <= day
    }
