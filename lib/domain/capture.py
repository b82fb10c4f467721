"""What the guided camera says of a picture that it took, as far as it makes sense; pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lib.domain.media import Stage
from lib.domain.media_labels import Field
from lib.domain.protocols import shot_of

# A picture that waits for longer was forgotten on a screen; then nobody knows when it was taken.
MOST_SECONDS = 6 * 3600


def said_of(given: object, now: datetime) -> dict[Field, Any]:
    """Return what a camera's words mean: the shot, the stage, how many seconds ago it was taken.

    Whatever of it makes no sense is left out, and is guessed like that of any other file.
    """
    if not isinstance(given, Mapping):
        return {}
    said: dict[Field, Any] = {}
    shot = shot_of(given.get("shot"))
    if shot is not None:
        said |= {Field.VIEW: shot.view, Field.EXPRESSION: shot.expression}
    stage = given.get("stage")
    if isinstance(stage, str) and stage in {one.value for one in Stage}:
        said[Field.STAGE] = Stage(stage)
    seconds = _number(given.get("seconds"))
    if seconds is not None and 0 <= seconds <= MOST_SECONDS:
        said[Field.CAPTURED_AT] = now - timedelta(seconds=seconds)
    return said


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(str(value)) if is_number else None
