"""The purpose lens: whose pictures may be looked at for what (rules D4 and D5); decided only here.

Galleries, comparisons, exports, counts and the address of every picture ask this one function.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from lib.domain.media import Purpose
from lib.errors import PurposeNotPermittedError
from lib.store.connection import Cursor

NOT_AGREED = "The patient has not agreed to this use."
AGREED = "The patient has agreed to this use."
WHY = {
    Purpose.RECORD: "Pictures are part of the patient's record.",
    Purpose.EDUCATION: NOT_AGREED,
    Purpose.SOCIAL_MEDIA: NOT_AGREED,
    Purpose.THIRD_PARTY: NOT_AGREED,
}


def permitted(
    cursor: Cursor,  # noqa: ARG001 - consent events are read here once there are any
    patient_ids: Iterable[UUID],
    purpose: Purpose,
    as_of: date,  # noqa: ARG001 - consent holds on a day
) -> frozenset[UUID]:
    """Return those patients whose pictures may be used for a purpose on a day.

    For the record all of them. Until consent is recorded, for anything else none (rule D2).
    """
    return frozenset(patient_ids) if purpose is Purpose.RECORD else frozenset()


def is_permitted(cursor: Cursor, patient_id: UUID, purpose: Purpose, as_of: date) -> bool:
    """Tell whether one patient's pictures may be used for a purpose on a day."""
    return patient_id in permitted(cursor, (patient_id,), purpose, as_of)


def check(cursor: Cursor, patient_id: UUID, purpose: Purpose, as_of: date) -> None:
    """Raise `PurposeNotPermittedError` unless the pictures may be used for the purpose."""
    if not is_permitted(cursor, patient_id, purpose, as_of):
        message = (
            f"Pictures of this patient may not be used for {purpose.value}: "
            "the patient has not agreed to it."
        )
        raise PurposeNotPermittedError(message)


def why(purpose: Purpose, *, is_permitted: bool) -> str:
    """Return the sentence that says why a purpose is permitted or not."""
    return AGREED if is_permitted and purpose is not Purpose.RECORD else WHY[purpose]
