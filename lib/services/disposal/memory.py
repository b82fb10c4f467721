"""What this process holds of records in memory, and letting go of it."""

from collections.abc import Sequence
from uuid import UUID

from lib.domain.search import folding
from lib.linkage import people
from lib.services import downloads
from lib.services.clinic import Clinic
from lib.services.media import sealing_keys, uploads
from lib.services.printing import contact_sheet
from lib.store import media_shelf


def forget(clinic: Clinic, gone: Sequence[UUID], partial: Sequence[UUID] = ()) -> None:
    """Let go of everything that names these records: the index, offers, lists of pictures, uploads.

    Those that are there in part stay findable. A file made for somebody to fetch may list many
    patients: all of them end, and are made anew.
    """
    clinic.search.forget(gone)
    downloads.forget_all()
    media_shelf.shelves.forget()
    patient_ids = (*gone, *partial)
    uploads.forget_patients(clinic, patient_ids)
    contact_sheet.forget_patients(patient_ids)
    for patient_id in patient_ids:
        sealing_keys.drop(clinic, patient_id)


def let_go(clinic: Clinic, gone: Sequence[UUID]) -> None:
    """Build the search index anew where it still holds any of these records, and empty caches.

    Somebody forgotten is not found any more, but stays in what was built until then; words of names
    stay in caches of what was typed or compared.
    """
    if clinic.search.count_held(gone):
        clinic.search.rebuild()
    folding.forms.cache_clear()
    people.forget_words()
