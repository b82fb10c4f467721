"""The summary strip in words: on the record whole, in a list of results what is there and lacks."""

from collections.abc import Iterable
from uuid import UUID

from lib.domain.summary import State, SummaryItem
from lib.ui import addresses, navigation
from lib.ui.components import summary as strip
from lib.ui.components.blocks import Mark, Tone
from lib.ui.components.summary import Part

LOOKS = {
    State.DONE: ("check", Tone.GOOD),
    State.MISSING: ("close", Tone.WARN),
    State.NOT_APPLICABLE: ("remove", Tone.PLAIN),
}
# Screens that this version has; an item whose screen comes later leads to the record.
PATHS = frozenset(spec.path for spec in navigation.PAGES)


def draw(items: Iterable[SummaryItem], patient_id: UUID) -> None:
    """Draw a record's strip."""
    strip.draw([part_of(item, patient_id) for item in items], key="record_summary")


def part_of(item: SummaryItem, patient_id: UUID) -> Part:
    """Return an item in words, with the address of the screen where it is seen to."""
    icon, tone = LOOKS[item.state]
    return Part(item.said, item.state.value, icon, tone, item.reason, _href(item, patient_id))


def marks_of(items: Iterable[SummaryItem]) -> tuple[Mark, ...]:
    """Return what a list of results shows of a strip: no place for what does not apply."""
    return tuple(
        Mark(item.said if item.state is State.MISSING else item.word, *LOOKS[item.state])
        for item in items
        if item.state is not State.NOT_APPLICABLE
    )


def _href(item: SummaryItem, patient_id: UUID) -> str:
    if item.path is None:
        return ""
    if item.path not in PATHS:
        return navigation.record_href(patient_id)
    query = {addresses.PATIENT: str(patient_id)} if item.is_of_patient else None
    return navigation.href(navigation.by_path(item.path), query)
