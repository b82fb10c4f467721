"""SQL of what a treatment is chosen from: products, lots, practitioners; reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from lib.domain.contraindications import lines_of
from lib.domain.products import Group
from lib.domain.treatments import Lot, Product
from lib.store.connection import Cursor
from lib.store.marks import marks

PRODUCT_COLUMNS = "product_id, name, product_group, unit, is_prescription_only, components"
LOT_COLUMNS = "lot_id, product_id, lot_number, expires_on, withdrawn_on"
LIST_PRODUCTS = f"SELECT {PRODUCT_COLUMNS} FROM product WHERE is_active ORDER BY name"  # noqa: S608
GET_PRODUCTS = f"SELECT {PRODUCT_COLUMNS} FROM product WHERE product_id IN ({{}})"  # noqa: S608
GET_LOTS = f"SELECT {LOT_COLUMNS} FROM lot WHERE lot_id IN ({{}})"  # noqa: S608
# The soonest to expire comes first; what is long past its date is not in the cupboard any more.
LIST_LOTS = f"""
SELECT {LOT_COLUMNS} FROM lot
WHERE product_id = ? AND (expires_on IS NULL OR expires_on >= ?)
ORDER BY expires_on NULLS LAST, lot_number
"""  # noqa: S608 - constant columns
LIST_PRACTITIONERS = """
SELECT practitioner_id, display_name, is_prescriber, person_id FROM practitioner
WHERE coalesce(active_from, ?) <= ? AND coalesce(active_until, ?) >= ?
ORDER BY display_name
"""
EXPIRED_DAYS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Somebody who works here on the day, and the account they have, if any."""

    practitioner_id: UUID
    name: str
    is_prescriber: bool
    person_id: UUID | None


def list_products(cursor: Cursor) -> list[Product]:
    """Return every product that is offered, by name."""
    return [_product(*row) for row in cursor.execute(LIST_PRODUCTS).fetchall()]


def get_products(cursor: Cursor, product_ids: Collection[UUID]) -> list[Product]:
    """Return the products of these ids, those not offered any more too."""
    if not product_ids:
        return []
    keys = list(product_ids)
    return [
        _product(*row) for row in cursor.execute(GET_PRODUCTS.format(marks(keys)), keys).fetchall()
    ]


def list_lots(cursor: Cursor, product_id: UUID, as_of: date) -> list[Lot]:
    """Return the lots of a product that may be in the cupboard, the soonest to expire first."""
    oldest = as_of - timedelta(days=EXPIRED_DAYS_SHOWN)
    return [Lot(*row) for row in cursor.execute(LIST_LOTS, [product_id, oldest]).fetchall()]


def get_lots(cursor: Cursor, lot_ids: Collection[UUID]) -> list[Lot]:
    """Return the lots of these ids."""
    if not lot_ids:
        return []
    keys = list(lot_ids)
    return [Lot(*row) for row in cursor.execute(GET_LOTS.format(marks(keys)), keys).fetchall()]


def list_practitioners(cursor: Cursor, as_of: date) -> list[Practitioner]:
    """Return who works here on the day, by name."""
    rows = cursor.execute(LIST_PRACTITIONERS, [as_of] * 4).fetchall()
    return [Practitioner(*row) for row in rows]


def _product(product_id: UUID, name: str, group: str, unit: str, *rest: object) -> Product:
    is_prescription_only, components = rest
    holds = lines_of(str(components or ""))
    return Product(product_id, name, Group(group), unit, bool(is_prescription_only), holds)
