"""Comparing a file's products and lots with the stock: what is new, what changes or disagrees."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from lib.domain.products import Group, product_key
from lib.imports.catalogue import Catalogue
from lib.imports.importing import Terms
from lib.imports.products.checking import Entries, Entry
from lib.imports.table import RejectedRow
from lib.store.connection import Cursor
from lib.store.imported_stock import Lot, Product

OF_PRODUCT = ("group", "manufacturer", "unit", "is_prescription_only", "components")
OTHER_EXPIRY = "the lot is in stock with another expiry date; correct it there, or in the file"


@dataclass(slots=True)
class ProductPlan:
    """What an import of products and lots would do; figures are rows."""

    catalogue: Catalogue
    system: str = ""
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    waiting: int = 0


def plan(cursor: Cursor, entries: Entries, terms: Terms) -> ProductPlan:
    """Return what importing the rows would do to the stock as it is."""
    made = ProductPlan(Catalogue.stored(cursor))
    loose = 0
    for row in _agreed(entries.rows):
        product = made.catalogue.product(row.name)
        lot = made.catalogue.lot(product.product_id, row.lot_number) if product else None
        if lot and row.expires_on and lot.expires_on not in {None, row.expires_on}:
            fault = RejectedRow(row.line, entries.lot_column, row.lot_number, OTHER_EXPIRY)
            made.rejected.append(fault)
            continue
        _take(made, row, product, lot)
        loose += row.quantity is not None and not row.lot_number
    _warn(made, loose, terms.as_of)
    return made


def _agreed(rows: Sequence[Entry]) -> list[Entry]:
    """Let every row of a product say of it what the first that says it does.

    Two rows that disagree would otherwise change the product each time the file comes in.
    """
    said: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        for name in OF_PRODUCT:
            if getattr(row, name) not in {None, ""}:
                said[product_key(row.name)].setdefault(name, getattr(row, name))
    return [replace(row, **said[product_key(row.name)]) for row in rows]


def _take(made: ProductPlan, row: Entry, product: Product | None, lot: Lot | None) -> None:
    catalogue = made.catalogue
    is_new = product is None or bool(row.lot_number and lot is None)
    is_changed = product is not None and _renew_product(catalogue, product, row)
    product = product or catalogue.add_product(row.name, row.unit, **_known(row))
    if row.lot_number and lot is None:
        catalogue.add_lot(
            product.product_id,
            row.lot_number,
            expires_on=row.expires_on,
            received_on=row.received_on,
            quantity=row.quantity,
        )
    elif lot is not None:
        is_changed |= _fill_lot(catalogue, lot, row)
    made.added += is_new
    made.changed += is_changed and not is_new
    made.unchanged += not is_new and not is_changed


def _known(row: Entry) -> dict[str, object]:
    return {
        "product_group": (row.group or Group.OTHER).value,
        "manufacturer": row.manufacturer or None,
        "is_prescription_only": bool(row.is_prescription_only),
        "components": row.components or None,
    }


def _renew_product(catalogue: Catalogue, product: Product, row: Entry) -> bool:
    """Take over what the row says of a product; what it does not say stays."""
    before = [getattr(product, one.name) for one in fields(product)]
    if row.group and row.group.value != product.product_group:
        # A group is what a product that only a treatment had named was waiting for.
        product.is_active = product.is_active or product.product_group == Group.OTHER
        product.product_group = row.group.value
    product.manufacturer = row.manufacturer or product.manufacturer
    product.unit = row.unit or product.unit
    product.components = row.components or product.components
    if row.is_prescription_only is not None:
        product.is_prescription_only = row.is_prescription_only
    is_changed = before != [getattr(product, one.name) for one in fields(product)]
    if is_changed:
        catalogue.note_changed(product)
    return is_changed


def _fill_lot(catalogue: Catalogue, lot: Lot, row: Entry) -> bool:
    """Fill what is not known of a lot; a count that the clinic keeps itself stays."""
    before = (lot.expires_on, lot.received_on, lot.quantity)
    lot.expires_on = lot.expires_on or row.expires_on
    lot.received_on = lot.received_on or row.received_on
    lot.quantity = row.quantity if lot.quantity is None else lot.quantity
    is_changed = before != (lot.expires_on, lot.received_on, lot.quantity)
    if is_changed:
        catalogue.note_changed(lot)
    return is_changed


def _warn(made: ProductPlan, loose: int, as_of: date) -> None:
    without = sum(one.expires_on is None for one in made.catalogue.new_lots.values())
    past = sum(
        one.expires_on is not None and one.expires_on < as_of
        for one in made.catalogue.new_lots.values()
    )
    unnamed = sum(one.product_group == Group.OTHER for one in made.catalogue.new_products.values())
    for count, words in (
        (without, "New lots without an expiry date"),
        (past, "New lots that have expired already"),
        (loose, "Quantities of no lot, which are not taken in"),
        (unnamed, "New products in the group “other”"),
    ):
        if count:
            made.warnings.append(f"{words}: {count:,}.")
