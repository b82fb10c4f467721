"""Pictures as the gallery's script takes them: ids and words, small enough for every rerun.

What is empty is left out, and a picture's address is made in the browser from its id.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from uuid import UUID

from lib.domain.media import CaptureSource, Kind
from lib.domain.media_gallery import Picture
from lib.domain.protocols import expression_words
from lib.store.records import Patient
from lib.store.search import ResultRow
from lib.ui import addresses, clock, formats, navigation
from lib.ui.components.blocks import Mark, Tone
from lib.ui.components.gallery import Banner, Group

SOURCES = {
    CaptureSource.FILE: "The camera, as the file says",
    CaptureSource.PERSON: "Said by a person",
    CaptureSource.UPLOAD: "The day it was brought in",
}
NO_DAY = "Day not known"
KILOBYTE, MEGABYTE = 1_000, 1_000_000


def tile(picture: Picture) -> dict[str, object]:
    """Return one picture in words."""
    said: dict[str, object] = {
        "id": str(picture.media_id),
        "kind": picture.kind.value,
        "width": picture.width,
        "height": picture.height,
        "view": picture.view and picture.view.value,
        "expression": picture.expression and expression_words(picture.expression),
        "stage": picture.stage and picture.stage.value,
        "area": picture.area,
        "note": picture.note,
        "isGuess": picture.is_guessed,
        "time": picture.captured_at and f"{clock.local(picture.captured_at):%H:%M}",
        "source": SOURCES[picture.capture_source],
        "size": size(picture),
        "recorded": formats.moment(picture.recorded_at),
        "removed": picture.removed_at and formats.moment(picture.removed_at),
        "marks": picture.annotations and formats.counted(picture.annotations, "note"),
    }
    if picture.kind is Kind.VIDEO:
        said["length"] = length(picture.duration_ms)
        said["hasStream"] = picture.has_stream
        said["fault"] = picture.stream_fault
    return {name: value for name, value in said.items() if value}


def groups(pictures: Sequence[Picture], banner_of: dict[UUID, Banner] | None = None) -> list[Group]:
    """Return the headings over pictures that come in order: the day, the treatment, by whom.

    With `banner_of` each patient's first heading has the banner of that patient.
    """
    found: list[Group] = []
    start, last = 0, None
    for _, run in groupby(pictures, key=_heading):
        group = list(run)
        first = group[0]
        whose = (banner_of or {}).get(first.patient_id) if first.patient_id != last else None
        found.append(
            Group(
                day=formats.day(first.captured_on, NO_DAY),
                start=start,
                count=len(group),
                treatment=first.treatment_name or "",
                practitioner=first.practitioner_name or "",
                banner=whose,
            )
        )
        start, last = start + len(group), first.patient_id
    return found


def alt(picture: Picture) -> str:
    """Return what is known of a picture in one line, and never whose it is."""
    parts = (
        formats.words(picture.kind.value),
        picture.view,
        picture.expression and expression_words(picture.expression),
        picture.stage,
        picture.area,
        formats.day(picture.captured_on, NO_DAY),
    )
    return ", ".join(str(part) for part in parts if part)


def banner(who: Patient | ResultRow, as_of: date) -> Banner:
    """Return whose pictures they are, as a patient's banner says it."""
    preferred = (("Preferred name", who.preferred_name),) if who.preferred_name else ()
    died = Mark(f"Deceased {formats.day(who.deceased_on)}", "deceased", Tone.PLAIN)
    query = {addresses.PATIENT: str(who.patient_id)}
    return Banner(
        formats.name(who.family_name, who.given_names, who.title),
        (
            *preferred,
            ("Born", formats.born(who.born_on, as_of, who.deceased_on)),
            ("Gender", formats.sex(who.sex)),
            ("Reference", who.reference),
        ),
        navigation.href(navigation.PHOTOGRAPHS, query),
        (died,) if who.deceased_on else (),
    )


def tiles(pictures: Iterable[Picture]) -> list[dict[str, object]]:
    """Return each picture in words."""
    return [tile(one) for one in pictures]


def length(duration_ms: int | None) -> str:
    """Return how long a video runs, like `1:05`."""
    if duration_ms is None:
        return "Length not known"
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{minutes}:{seconds:02d}"


def size(picture: Picture) -> str:
    """Return the original's pixels and how much room it takes."""
    pixels = f"{picture.width} by {picture.height}"
    if picture.bytes < MEGABYTE:
        return f"{pixels}, {max(1, round(picture.bytes / KILOBYTE))} kB"
    return f"{pixels}, {picture.bytes / MEGABYTE:.1f} MB"


def _heading(one: Picture) -> tuple[object, ...]:
    return one.patient_id, one.captured_on, one.treatment_series_id, one.practitioner_id
