"""The purpose lens: whose pictures may be looked at for what (rules D4 and D5); decided only here.

Galleries, comparisons, exports, counts and the address of every picture ask these functions, each
at the moment of the act: consent is read in the act's own transaction and never kept.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from lib.domain.consent import LONDON, Standing, Topic
from lib.domain.consent_words import why as told
from lib.domain.media import Purpose
from lib.errors import PurposeNotPermittedError
from lib.services.consent import states
from lib.store.connection import Cursor

OF_RECORD = "Pictures are part of the patient's record."


def permitted(
    cursor: Cursor, patient_ids: Iterable[UUID], purpose: Purpose, as_of: date
) -> frozenset[UUID]:
    """Return those patients whose pictures may be used for a purpose on a day.

    For the record all of them; for anything else those whose consent is active (rule D3).
    """
    if purpose is Purpose.RECORD:
        return frozenset(patient_ids)
    return states.active_among(cursor, patient_ids, topic_of(purpose), as_of)


def topic_of(purpose: Purpose) -> Topic:
    """Return what a patient agrees to for pictures to be used for a purpose."""
    return Topic(purpose.value)


def standing(cursor: Cursor, patient_id: UUID, purpose: Purpose, as_of: date) -> Standing | None:
    """Return how consent to a purpose stands; None for the record, which rests on its own basis."""
    if purpose is Purpose.RECORD:
        return None
    return states.standing(cursor, patient_id, topic_of(purpose), as_of)


def is_permitted(cursor: Cursor, patient_id: UUID, purpose: Purpose, as_of: date) -> bool:
    """Tell whether one patient's pictures may be used for a purpose on a day."""
    found = standing(cursor, patient_id, purpose, as_of)
    return found is None or found.may_use


def check(cursor: Cursor, patient_id: UUID, purpose: Purpose, as_of: date) -> None:
    """Raise `PurposeNotPermittedError` unless the pictures may be used for the purpose."""
    found = standing(cursor, patient_id, purpose, as_of)
    if found is not None and not found.may_use:
        used = f"Pictures of this patient may not be used for {purpose.value}."
        message = f"{used} {why(found)}"
        raise PurposeNotPermittedError(message)


def why(found: Standing | None) -> str:
    """Return the sentence that says why a purpose is permitted or not."""
    return OF_RECORD if found is None else told(found, LONDON)
