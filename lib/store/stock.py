"""SQL of the cupboard: products and their lots, what is received, withdrawn and corrected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.store.connection import Cursor

LIST_PRODUCTS = """
SELECT
    product_id, name, product_group, manufacturer, unit, is_prescription_only, is_active, components
FROM product ORDER BY is_active DESC, name
"""
LOT_COLUMNS = """
    l.lot_id, l.product_id, p.name, p.product_group, l.lot_number, l.expires_on, l.received_on,
    l.quantity, l.withdrawn_on, l.withdrawn_reason
"""
LOTS = "FROM lot AS l JOIN product AS p ON p.product_id = l.product_id"
GET_LOT = f"SELECT {LOT_COLUMNS} {LOTS} WHERE l.lot_id = ?"
FIND_LOT = f"""
SELECT {LOT_COLUMNS} {LOTS} WHERE l.product_id = ? AND upper(l.lot_number) = upper(?)
"""
LIST_LOTS_OF = f"""
SELECT {LOT_COLUMNS} {LOTS} WHERE l.product_id = ?
ORDER BY l.received_on DESC NULLS LAST, l.lot_number
"""
# A lot that has been out of date for longer than the days back is not in the cupboard any more.
CONDITIONS = {
    "in_cupboard": "(l.expires_on IS NULL OR l.expires_on >= ?) AND l.withdrawn_on IS NULL",
    "soon": "l.expires_on BETWEEN ? AND ? AND l.withdrawn_on IS NULL",
    "expired": "l.expires_on >= ? AND l.expires_on < ? AND l.withdrawn_on IS NULL",
    "withdrawn": "l.withdrawn_on IS NOT NULL",
}
ORDER = " ORDER BY l.expires_on NULLS LAST, p.name, l.lot_number LIMIT ? OFFSET ?"
COUNT = f"SELECT count(*) {LOTS} WHERE "


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product; `components` is one a line."""

    product_id: UUID
    name: str
    product_group: str
    manufacturer: str | None
    unit: str
    is_prescription_only: bool
    is_active: bool
    components: str | None


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot with its product."""

    lot_id: UUID
    product_id: UUID
    product_name: str
    product_group: str
    lot_number: str
    expires_on: date | None
    received_on: date | None
    quantity: int | None
    withdrawn_on: date | None
    withdrawn_reason: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lots: one of the conditions with its days, perhaps of one product."""

    condition: str
    days: tuple[date, ...] = ()
    product_id: UUID | None = None

    def where(self) -> tuple[str, list[object]]:
        """Return the condition in SQL, with what is bound to it."""
        sql, bound = CONDITIONS[self.condition], [*self.days]
        if self.product_id is None:
            return sql, list(bound)
        return f"{sql} AND l.product_id = ?", [*bound, self.product_id]


def list_products(cursor: Cursor) -> list[ProductRow]:
    """Return every product, those on offer first, by name."""
    return [ProductRow(*row) for row in cursor.execute(LIST_PRODUCTS).fetchall()]


def list_lots(cursor: Cursor, wanted: Wanted, *, limit: int, offset: int) -> list[LotRow]:
    """Return a page of lots, the soonest to expire first."""
    where, bound = wanted.where()
    sql = f"SELECT {LOT_COLUMNS} {LOTS} WHERE {where}{ORDER}"
    return [LotRow(*row) for row in cursor.execute(sql, [*bound, limit, offset]).fetchall()]


def list_lots_of(cursor: Cursor, product_id: UUID) -> list[LotRow]:
    """Return every lot of a product, the newest first."""
    return [LotRow(*row) for row in cursor.execute(LIST_LOTS_OF, [product_id]).fetchall()]


def count_lots(cursor: Cursor, wanted: Wanted) -> int:
    """Return how many lots there are."""
    where, bound = wanted.where()
    row = cursor.execute(COUNT + where, bound).fetchone()
    return int(row[0]) if row else 0


def get_lot(cursor: Cursor, lot_id: UUID) -> LotRow | None:
    """Return a lot, or None."""
    row = cursor.execute(GET_LOT, [lot_id]).fetchone()
    return LotRow(*row) if row else None


def find_lot(cursor: Cursor, product_id: UUID, lot_number: str) -> LotRow | None:
    """Return the lot of a product by its number, whatever the case; or None."""
    row = cursor.execute(FIND_LOT, [product_id, lot_number]).fetchone()
    return LotRow(*row) if row else None


def update_lot(cursor: Cursor, lot_id: UUID, values: Mapping[str, object]) -> None:
    """Set columns of a lot."""
    assigned = ", ".join(f"{name} = ?" for name in values)
    sql = f"UPDATE lot SET {assigned} WHERE lot_id = ?"  # noqa: S608 - names are our own
    cursor.execute(sql, [*values.values(), lot_id])


def update_product(cursor: Cursor, product_id: UUID, values: Mapping[str, object]) -> None:
    """Set columns of a product; its name never changes (DECISIONS 3)."""
    assigned = ", ".join(f"{name} = ?" for name in values)
    sql = f"UPDATE product SET {assigned} WHERE product_id = ?"  # noqa: S608 - names are our own
    cursor.execute(sql, [*values.values(), product_id])
