"""What the retention page says of days, bases and sizes."""

from collections.abc import Mapping
from typing import Final

from lib.domain.retention import Basis, Setting, Status, Trigger
from lib.domain.retention_schedule import Heap, month_name
from lib.ui import formats
from lib.ui.retention.wish import Choice

BASES: Final[Mapping[Basis, str]] = {
    Basis.TREATMENT: "Last treatment",
    Basis.CONSULTATION: "Last consultation",
    Basis.ENQUIRY: "Enquiry only",
    Basis.MINOR_FLOOR: "Age of a minor",
    Basis.DECEASED_FLOOR: "Death",
    Basis.NO_ANCHOR: "No date at all",
}
STATES: Final[Mapping[Status, str]] = {
    Status.DISPOSE_DUE: "Due for disposal",
    Status.BLOCKED: "Past their date, held back",
    Status.PARTIAL: "Past their date, in part",
    Status.REVIEW: "Without a date",
    Status.RETAIN: "Kept until their date",
}
UNITS: Final = ("bytes", "kB", "MB", "GB", "TB")
STEP: Final = 1000
TENS: Final = 10


def size(count: int) -> str:
    """Return an amount of data like `1.4 GB`, `12 MB`."""
    value, place = float(count), 0
    while value >= STEP and place < len(UNITS) - 1:
        value, place = value / STEP, place + 1
    return (
        f"{value:.1f} {UNITS[place]}" if place and value < TENS else f"{value:.0f} {UNITS[place]}"
    )


def goes(heap: Heap) -> str:
    """Return what would go with records: `12 pictures, 1.4 GB`; nothing where there is none."""
    if not heap.pictures and not heap.bytes:
        return ""
    return f"{formats.counted(heap.pictures, 'picture')}, {size(heap.bytes)}"


def listed(choice: Choice) -> str:
    """Return what a list is of, as its heading; its badge says the state."""
    if choice.month is not None:
        return f"Reach their date in {month_name(choice.month)}"
    if choice.year is not None:
        return f"Reach their date in {choice.year}"
    return STATES[choice.state]


def settings(setting: Setting) -> str:
    """Return the settings in one line."""
    years = formats.counted(setting.years, "year")
    restarts = setting.trigger is Trigger.CLINICAL_CONTACT
    what = "last treatment or consultation" if restarts else "last treatment"
    months = formats.counted(setting.enquiry_months, "month")
    return f"Kept for {years} after the {what}; enquiries for {months}."
