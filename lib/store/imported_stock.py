"""SQL of bringing products and lots in: what there is, and writing what a file adds to it."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from lib.store.connection import Cursor

LIST_PRODUCTS = """
SELECT
    CAST(product_id AS VARCHAR), name, product_group, manufacturer, unit, is_prescription_only,
    components, is_active
FROM product ORDER BY name
"""
LIST_LOTS = """
SELECT
    CAST(product_id AS VARCHAR), CAST(lot_id AS VARCHAR), lot_number, expires_on, received_on,
    quantity
FROM lot ORDER BY lot_id
"""
# `incoming_rows` is what is to be written, registered as a view for one statement.
UPDATE_PRODUCTS = """
UPDATE product SET
    product_group = i.product_group,
    manufacturer = i.manufacturer,
    unit = i.unit,
    is_prescription_only = i.is_prescription_only,
    components = i.components,
    is_active = i.is_active
FROM incoming_rows AS i
WHERE product.product_id = CAST(i.product_id AS UUID)
"""
UPDATE_LOTS = """
UPDATE lot SET expires_on = i.expires_on, received_on = i.received_on, quantity = i.quantity
FROM incoming_rows AS i
WHERE lot.lot_id = CAST(i.lot_id AS UUID)
"""


@dataclass(slots=True)
class Product:
    """A product as it is stored, or is to be."""

    product_id: str
    name: str
    product_group: str
    manufacturer: str | None
    unit: str
    is_prescription_only: bool
    components: str | None
    is_active: bool


@dataclass(slots=True)
class Lot:
    """A lot as it is stored, or is to be."""

    product_id: str
    lot_id: str
    lot_number: str
    expires_on: date | None
    received_on: date | None
    quantity: int | None


def list_products(cursor: Cursor) -> list[Product]:
    """Return every product, by name."""
    return [Product(*row) for row in cursor.execute(LIST_PRODUCTS).fetchall()]


def list_lots(cursor: Cursor) -> list[Lot]:
    """Return every lot, the oldest first."""
    return [Lot(*row) for row in cursor.execute(LIST_LOTS).fetchall()]


def update_products(cursor: Cursor, rows: pa.Table) -> None:
    """Write what the products of `rows` are now; names stay."""
    _update(cursor, UPDATE_PRODUCTS, rows)


def update_lots(cursor: Cursor, rows: pa.Table) -> None:
    """Write what is known of the lots of `rows` now; numbers stay."""
    _update(cursor, UPDATE_LOTS, rows)


def _update(cursor: Cursor, query: str, rows: pa.Table) -> None:
    if rows.num_rows:
        cursor.register("incoming_rows", rows)
        cursor.execute(query)
        cursor.unregister("incoming_rows")
