"""SQL of what events of consent rest on: the forms' wordings and the signed copies; reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from lib.domain.consent import FormVersion
from lib.store.connection import Cursor

LIST_WORDINGS = """
SELECT v.form_version_id, v.form_id, v.number, v.is_material, v.in_force_from, f.name
FROM consent_form_version AS v JOIN consent_form AS f ON f.form_id = v.form_id
ORDER BY f.name, v.number DESC
"""
LIST_CAPTURES = "SELECT evidence_id, capture_id FROM consent_capture WHERE patient_id = ?"
LIST_ASKED = "SELECT form_version_id, purpose FROM consent_form_purpose ORDER BY position, purpose"


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of a form, and what the form is called."""

    version: FormVersion
    name: str

    @property
    def title(self) -> str:
        """Return how the version is called."""
        return f"{self.name}, version {self.version.number}"


def list_wordings(cursor: Cursor) -> Mapping[UUID, Wording]:
    """Return every version of every form, by id; of one form the newest first."""
    rows = cursor.execute(LIST_WORDINGS).fetchall()
    return {row[0]: Wording(FormVersion(*row[:-1]), row[-1]) for row in rows}


def list_asked(cursor: Cursor) -> Mapping[UUID, tuple[str, ...]]:
    """Return the purposes that each version of a form asks about, by the version's id."""
    found: dict[UUID, tuple[str, ...]] = {}
    for version_id, purpose in cursor.execute(LIST_ASKED).fetchall():
        found[version_id] = (*found.get(version_id, ()), purpose)
    return found


def list_captures(cursor: Cursor, patient_id: UUID) -> Mapping[UUID, UUID]:
    """Return the forms that a patient signed in the room, by the evidence that they are."""
    return dict(cursor.execute(LIST_CAPTURES, [patient_id]).fetchall())
