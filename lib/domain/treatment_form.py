"""What a form says of a treatment, field by field, and a treatment as a form shows it; pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from lib.domain import formats
from lib.domain.amounts import pence_of
from lib.domain.chart_marks import Marks, from_json, to_json
from lib.domain.dates import Order, date_of
from lib.domain.registration import Reading
from lib.domain.templates import UsualDose
from lib.domain.treatments import Entry, Item

FIELDS = (
    *("template_id", "name", "product_id", "lot_id", "chart", "others", "treated_on"),
    *("practitioner_id", "prescriber_id", "notes", "price", "follow_up_due_on"),
    *("is_aftercare_given", "aftercare"),
)
EMPTY_CHART = to_json(Marks())
# A follow-up may be planned this far ahead.
AHEAD = timedelta(days=730)
UNREADABLE = "this chart cannot be read; load the page again"
NO_DAY = date(1900, 1, 1)


def read_entry(reading: Reading, as_of: date) -> Entry:
    """Return what the form says; what cannot be read is in the reading's faults."""
    treated_on = reading.value("treated_on", lambda text: _day(text, as_of), None)
    if treated_on is None:
        reading.faults.setdefault("treated_on", "say on which day")
    aftercare = str(reading.typed.get("aftercare") or "").strip()
    return Entry(
        name=reading.text("name"),
        treated_on=treated_on or NO_DAY,
        items=(*_others(reading), *_items(reading)),
        practitioner_id=_id(reading, "practitioner_id"),
        prescriber_id=_id(reading, "prescriber_id"),
        template_id=_id(reading, "template_id"),
        notes=str(reading.typed.get("notes") or "").strip() or None,
        price_pence=reading.value("price", pence_of, None),
        follow_up_due_on=reading.value(
            "follow_up_due_on", lambda text: _day(text, as_of + AHEAD), None
        ),
        is_aftercare_given=bool(reading.typed.get("is_aftercare_given")),
        aftercare=aftercare or None,
    )


def typed_of(entry: Entry) -> dict[str, object]:
    """Return a treatment as a form shows it.

    The form has one product and lot at a time, those of the last area; what else was given waits
    beside it.
    """
    last = entry.items[-1] if entry.items else None
    own = [item for item in entry.items if last and _vial(item) == _vial(last)]
    others = [item for item in entry.items if last and _vial(item) != _vial(last)]
    return {
        "template_id": _text(entry.template_id),
        "name": entry.name,
        "product_id": _text(last.product_id) if last else "",
        "lot_id": _text(last.lot_id) if last else "",
        "chart": to_json(marks_of(own)),
        "others": [item_json(item) for item in others],
        "treated_on": formats.day(entry.treated_on),
        "practitioner_id": _text(entry.practitioner_id),
        "prescriber_id": _text(entry.prescriber_id),
        "notes": entry.notes or "",
        "price": price_text(entry.price_pence),
        "follow_up_due_on": formats.day(entry.follow_up_due_on, ""),
        "is_aftercare_given": bool(entry.is_aftercare_given),
        "aftercare": entry.aftercare or "",
    }


def marks_of(items: Sequence[Item]) -> Marks:
    """Return the areas and points of items as marks."""
    return Marks(
        tuple(point for item in items for point in item.points),
        tuple(UsualDose(item.area, item.dose) for item in items if not item.points),
    )


def item_json(item: Item) -> dict[str, object]:
    """Return an item as plain values."""
    return {
        "product_id": str(item.product_id),
        "lot_id": _text(item.lot_id),
        "chart": to_json(marks_of([item])),
    }


def price_text(pence: int | None) -> str:
    """Return a price as somebody types it, like `255.00`; nothing for none."""
    return "" if pence is None else f"{Decimal(pence) / 100:.2f}"


def items_in(marks: Marks, product_id: UUID, lot_id: UUID | None) -> tuple[Item, ...]:
    """Return an item for every area that is marked, all of one product and lot."""
    return tuple(
        Item(area, product_id, lot_id, marks.dose_in(area), marks.points_in(area))
        for area in marks.areas
    )


def _items(reading: Reading) -> tuple[Item, ...]:
    marks = from_json(reading.typed.get("chart"))
    product_id, lot_id = _id(reading, "product_id"), _id(reading, "lot_id")
    if marks is None:
        reading.faults["chart"] = UNREADABLE
        return ()
    if product_id is None:
        if not reading.typed.get("others"):
            reading.faults["product_id"] = "choose the product"
        return ()
    return items_in(marks, product_id, lot_id)


def _others(reading: Reading) -> tuple[Item, ...]:
    others = reading.typed.get("others")
    found: list[Item] = []
    for other in others if isinstance(others, list) else []:
        marks = from_json(other.get("chart")) if isinstance(other, Mapping) else None
        product_id = _uuid(other.get("product_id")) if marks else None
        if marks is None or product_id is None:
            reading.faults["chart"] = UNREADABLE
            continue
        found += items_in(marks, product_id, _uuid(other.get("lot_id")))
    return tuple(found)


def _day(text: str, latest: date) -> date:
    return date_of(text, Order.DAY_FIRST, latest)


def _id(reading: Reading, name: str) -> UUID | None:
    return _uuid(reading.typed.get(name))


def _uuid(given: object) -> UUID | None:
    try:
        return UUID(str(given))
    except ValueError:
        return None


def _text(key: UUID | None) -> str:
    return str(key) if key else ""


def _vial(item: Item) -> tuple[UUID, UUID | None]:
    return item.product_id, item.lot_id
