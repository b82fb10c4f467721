"""The cupboard: products, lots received, corrected, withdrawn; no patient is known here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from lib.domain import stock as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.dates import Order, date_of
from lib.domain.products import Group
from lib.domain.registration import Reading
from lib.errors import InvalidInputError, NotFoundError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.home import HomeItem, Urgency
from lib.store import stock
from lib.store.connection import Cursor, UnitOfWork
from lib.store.rows import insert_row
from lib.store.stock import LotRow, ProductRow, Wanted

Typed = Mapping[str, object]

PAGE = 50
# What has been out of date for longer was thrown away long ago.
DAYS_BACK = 90
SCREEN = "pages/records/stock.py"
NO_LOT = "There is no such lot. Load the page again."
WHY_WITHDRAWN = "say why it is withdrawn"
MOST_PACKS = 100_000


class View(StrEnum):
    """Which lots are listed; the words are those of the screen."""

    CUPBOARD = "in the cupboard"
    SOON = "expires soon"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page (from 0) of which lots, perhaps of one product."""

    view: View = View.CUPBOARD
    product_id: UUID | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class Stock:
    """A page of lots, and how many there are in each view."""

    rows: tuple[LotRow, ...]
    count: int
    counts: dict[View, int]


@dataclass(frozen=True, slots=True)
class NewLot:
    """A delivery as the form says; it made the id when it opened, so that saving twice is once."""

    lot_id: UUID
    product_id: UUID
    typed: Typed


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product as the form says; the form made the id."""

    product_id: UUID
    typed: Typed


def products(clinic: Clinic, actor: Actor) -> list[ProductRow]:
    """Return every product, those on offer first. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    with clinic.store.reading() as cursor:
        return stock.list_products(cursor)


def lots(clinic: Clinic, actor: Actor, asked: Asked, *, as_of: date) -> Stock:
    """Return a page of the lots of a view, the soonest to expire first."""
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    with clinic.store.reading() as cursor:
        wanted = _wanted(asked.view, as_of, asked.product_id)
        return Stock(
            tuple(stock.list_lots(cursor, wanted, limit=PAGE, offset=asked.page * PAGE)),
            stock.count_lots(cursor, wanted),
            {
                view: stock.count_lots(cursor, _wanted(view, as_of, asked.product_id))
                for view in View
            },
        )


def check_lot(typed: Typed, as_of: date) -> Mapping[str, str]:
    """Return the reason of each field of a delivery that cannot be as it is."""
    reading = Reading(typed)
    _read_lot(reading, as_of)
    return reading.faults


def receive(clinic: Clinic, actor: Actor, wanted: NewLot, *, as_of: date) -> LotRow:
    """Put a lot into the cupboard and return it; the same id again changes nothing.

    Raises `NotPermittedError`, and `InvalidInputError` with the field, also for a lot number that
    this product has already.
    """
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    reading = Reading(wanted.typed)
    values = _read_lot(reading, as_of)
    _refuse_faults(reading)

    def work(unit: UnitOfWork) -> LotRow:
        there = stock.get_lot(unit.cursor, wanted.lot_id)
        if there is not None:
            return there
        same = stock.find_lot(unit.cursor, wanted.product_id, str(values["lot_number"]))
        if same is not None:
            raise InvalidInputError(_known(same), field="lot_number")
        row = {"lot_id": wanted.lot_id, "product_id": wanted.product_id, **values}
        insert_row(unit.cursor, "lot", row)
        unit.audit(actor, _lot_event(wanted.lot_id, "received"))
        return _get(unit.cursor, wanted.lot_id)

    return clinic.store.transact(work)


def correct(clinic: Clinic, actor: Actor, lot_id: UUID, typed: Typed, *, as_of: date) -> LotRow:
    """Correct number, expiry, quantity or day of a lot and return it; the trail says which."""
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    reading = Reading(typed)
    values = _read_lot(reading, as_of)
    _refuse_faults(reading)

    def work(unit: UnitOfWork) -> LotRow:
        lot = _get(unit.cursor, lot_id)
        same = stock.find_lot(unit.cursor, lot.product_id, str(values["lot_number"]))
        if same is not None and same.lot_id != lot_id:
            raise InvalidInputError(_known(same), field="lot_number")
        changed = [name for name, value in values.items() if getattr(lot, name) != value]
        if changed:
            stock.update_lot(unit.cursor, lot_id, {name: values[name] for name in changed})
            unit.audit(actor, _lot_event(lot_id, ", ".join(sorted(changed))))
        return _get(unit.cursor, lot_id)

    return clinic.store.transact(work)


def withdraw(clinic: Clinic, actor: Actor, lot_id: UUID, reason: str, *, as_of: date) -> None:
    """Take a lot out of use: no treatment can be recorded with it from that day."""
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    if not reason.strip():
        raise InvalidInputError(WHY_WITHDRAWN, field="reason")

    clinic.store.transact(lambda unit: withdraw_in(unit, actor, lot_id, reason, as_of))


def withdraw_in(unit: UnitOfWork, actor: Actor, lot_id: UUID, reason: str, as_of: date) -> None:
    """Take a lot out of use in somebody else's transaction; twice is once."""
    if _get(unit.cursor, lot_id).withdrawn_on is None:
        values = {"withdrawn_on": as_of, "withdrawn_reason": reason.strip()}
        stock.update_lot(unit.cursor, lot_id, values)
        unit.audit(actor, _lot_event(lot_id, "withdrawn"))


def reinstate(clinic: Clinic, actor: Actor, lot_id: UUID) -> None:
    """Let a lot that was withdrawn be used again."""
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)

    def work(unit: UnitOfWork) -> None:
        if _get(unit.cursor, lot_id).withdrawn_on is not None:
            values = {"withdrawn_on": None, "withdrawn_reason": None}
            stock.update_lot(unit.cursor, lot_id, values)
            unit.audit(actor, _lot_event(lot_id, "reinstated"))

    clinic.store.transact(work)


def check_product(typed: Typed) -> Mapping[str, str]:
    """Return the reason of each field of a product that cannot be as it is."""
    reading = Reading(typed)
    _read_product(reading)
    return reading.faults


def save_product(clinic: Clinic, actor: Actor, wanted: NewProduct) -> None:
    """Add a product, or change one; its name stays, because treatments refer to it.

    Raises `NotPermittedError`, and `InvalidInputError` with the field.
    """
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    reading = Reading(wanted.typed)
    values = _read_product(reading)
    _refuse_faults(reading)

    def work(unit: UnitOfWork) -> None:
        known = {one.product_id: one for one in stock.list_products(unit.cursor)}
        there = known.get(wanted.product_id)
        folded = str(values["name"]).casefold()
        if any(
            one.name.casefold() == folded and one.product_id != wanted.product_id
            for one in known.values()
        ):
            message = "there is a product of this name already"
            raise InvalidInputError(message, field="name")
        if there is None:
            insert_row(unit.cursor, "product", {"product_id": wanted.product_id, **values})
            detail = "added"
        else:
            if values["name"] != there.name:
                message = "a product keeps its name; add a new one and take this one off offer"
                raise InvalidInputError(message, field="name")
            changed = [name for name, value in values.items() if getattr(there, name) != value]
            if not changed:
                return
            new = {name: values[name] for name in changed}
            stock.update_product(unit.cursor, wanted.product_id, new)
            detail = ", ".join(sorted(changed))
        event = Event(
            Action.PRODUCT_CHANGED, subject_id=wanted.product_id, detail={"changed": detail}
        )
        unit.audit(actor, event)

    clinic.store.transact(work)


def home_items(clinic: Clinic, _: Actor, as_of: date) -> Iterable[HomeItem]:
    """Say how many lots in the cupboard are out of date, and how many soon will be."""
    with clinic.store.reading() as cursor:
        expired = stock.count_lots(cursor, _wanted(View.EXPIRED, as_of))
        soon = stock.count_lots(cursor, _wanted(View.SOON, as_of))
    if expired:
        detail = "take them out of the cupboard"
        query = (("view", View.EXPIRED.name.lower()),)
        yield HomeItem("Lots expired", expired, detail, Urgency.OVERDUE, SCREEN, query)
    if soon:
        detail = f"within {rules.SOON_DAYS} days; use them first"
        query = (("view", View.SOON.name.lower()),)
        yield HomeItem("Lots that expire soon", soon, detail, Urgency.DUE, SCREEN, query)


def _wanted(view: View, as_of: date, product_id: UUID | None = None) -> Wanted:
    oldest = as_of - timedelta(days=DAYS_BACK)
    if view is View.SOON:
        return Wanted("soon", (as_of, rules.soon(as_of)), product_id)
    if view is View.EXPIRED:
        return Wanted("expired", (oldest, as_of), product_id)
    if view is View.WITHDRAWN:
        return Wanted("withdrawn", (), product_id)
    return Wanted("in_cupboard", (as_of,), product_id)


def _read_lot(reading: Reading, as_of: date) -> dict[str, object]:
    """Return the values of a lot; a barcode in the lot's field gives number and expiry."""
    number, expires_on = reading.text("lot_number"), None
    if number and rules.is_barcode(number):
        try:
            code = rules.barcode_of(number)
        except InvalidInputError as error:
            reading.faults["lot_number"] = error.message
        else:
            number, expires_on = code.lot_number or "", code.expires_on
    if not number and "lot_number" not in reading.faults:
        reading.faults["lot_number"] = "type the lot number, or scan the pack"
    typed = reading.value("expires_on", lambda text: _day(text, as_of), None)
    return {
        "lot_number": number,
        "expires_on": typed or expires_on,
        "received_on": reading.value("received_on", lambda text: _day(text, as_of), None) or as_of,
        "quantity": reading.value("quantity", _packs, None),
    }


def _read_product(reading: Reading) -> dict[str, object]:
    name, unit = reading.text("name"), reading.text("unit")
    if not name:
        reading.faults["name"] = "give the product a name"
    if not unit:
        reading.faults["unit"] = "say what a dose is counted in, such as unit or ml"
    group = reading.text("product_group") or Group.OTHER.value
    if group not in set(Group):
        reading.faults["product_group"] = "choose one of the list"
    lines = (line.strip() for line in str(reading.typed.get("components") or "").splitlines())
    return {
        "name": name,
        "product_group": group,
        "manufacturer": reading.maybe("manufacturer"),
        "unit": unit,
        "is_prescription_only": bool(reading.typed.get("is_prescription_only")),
        "is_active": bool(reading.typed.get("is_active")),
        "components": "\n".join(line for line in lines if line) or None,
    }


def _day(text: str, as_of: date) -> date:
    # A two-digit year of an expiry is one to come, so it is read as of ten years ahead.
    return date_of(text, Order.DAY_FIRST, as_of.replace(month=1, day=1, year=as_of.year + 10))


def _packs(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= MOST_PACKS:
        message = "this is not a number of packs"
        raise InvalidInputError(message, field="quantity")
    return int(text)


def _refuse_faults(reading: Reading) -> None:
    for name, reason in reading.faults.items():
        raise InvalidInputError(reason, field=name)


def _known(lot: LotRow) -> str:
    state = "withdrawn" if lot.withdrawn_on else "in stock"
    return f"lot {lot.lot_number} of this product is {state} already; correct that one instead"


def _get(cursor: Cursor, lot_id: UUID) -> LotRow:
    found = stock.get_lot(cursor, lot_id)
    if found is None:
        raise NotFoundError(NO_LOT)
    return found


def _lot_event(lot_id: UUID, what: str) -> Event:
    return Event(Action.LOT_CHANGED, subject_id=lot_id, detail={"changed": what})
